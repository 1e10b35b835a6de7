// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

//go:build argocd

package argocd

import (
	"os"
	"strings"
	"testing"

	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"sigs.k8s.io/yaml"

	"github.com/countersign-dev/countersign/hack/repo"
)

// documented are the manifests of docs/argocd.md in the block that has a text, under other names.
func documented(t *testing.T, has string, named *strings.Replacer) (objects []*unstructured.Unstructured) {
	t.Helper()
	file, err := repo.Path("docs", "argocd.md")
	if err != nil {
		t.Fatal(err)
	}
	text, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	for part := range strings.SplitSeq(string(text), "\n```yaml\n") {
		block, _, ended := strings.Cut(part, "\n```\n")
		if !ended || !strings.Contains(block, has) {
			continue
		}
		for manifest := range strings.SplitSeq(named.Replace(block), "\n---\n") {
			object := &unstructured.Unstructured{}
			if err := yaml.Unmarshal([]byte(manifest), &object.Object); err != nil {
				t.Fatal(err)
			}
			objects = append(objects, object)
		}
		return objects
	}
	t.Fatalf("the page has no manifest with %s", has)
	return nil
}
