// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

package integration

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/countersign-dev/countersign/hack/repo"
	"github.com/countersign-dev/countersign/test/docs"
)

// TestKustomizationInDocs: what docs/argocd.md has people write into a kustomization says where Argo CD is, to the
// operator and to the policy.
func TestKustomizationInDocs(t *testing.T) {
	t.Parallel()
	root, err := repo.Root()
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	base, err := filepath.Rel(dir, filepath.Join(root, "config", "default"))
	if err != nil {
		t.Fatal(err)
	}
	block := docs.Find(t, "argocd.md", "yml", "--argocd-others") // yml: a part of a file, which nobody applies alone
	kustomization := "resources: [" + base + "]\n" + block.Text
	if err := os.WriteFile(filepath.Join(dir, "kustomization.yaml"), []byte(kustomization), 0o600); err != nil {
		t.Fatal(err)
	}
	out, err := exec.CommandContext(t.Context(), filepath.Join(root, "bin", "kubectl"), "kustomize", dir).CombinedOutput()
	if err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	for _, want := range []string{
		"- --argocd-namespace=gitops\n        - --argocd-others=argocd\n",
		"- expression: '[''gitops'', ''argocd'']'\n    name: argoCDNamespaces\n",
	} {
		if !strings.Contains(string(out), want) {
			t.Errorf("it does not say %q", want)
		}
	}
}
