// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

package integration

import (
	"bytes"
	"errors"
	"flag"
	"io"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/util/yaml"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/countersign-dev/countersign/hack/repo"
	operatormanager "github.com/countersign-dev/countersign/internal/manager"
)

var (
	fence = regexp.MustCompile("(?ms)^```yaml\n(.*?)^```")
	link  = regexp.MustCompile(`\]\(([^)#:]+)(#[^)]*)?\)`)
)

// Every manifest in the docs is one that the API server accepts. It does not know the kinds of Argo CD and Flux:
// test/argocd and test/delivery make those, and test/argocd plays the pages argocd-*.md from top to bottom.
func TestManifestsInDocs(t *testing.T) {
	found := 0
	for _, file := range documents(t) {
		if strings.HasPrefix(filepath.Base(file), "argocd-") {
			continue
		}
		text := read(t, file)
		for _, block := range fence.FindAllStringSubmatch(text, -1) {
			for _, object := range manifests(t, block[1]) {
				group := object.GroupVersionKind().Group
				if group == "argoproj.io" || strings.HasSuffix(group, ".toolkit.fluxcd.io") {
					continue
				}
				found++
				if err := admin(t).Create(t.Context(), object, client.DryRunAll); err != nil {
					t.Errorf("%s: %s %s: %v", filepath.Base(file), object.GetKind(), object.GetName(), err)
				}
			}
		}
	}
	if found < 4 {
		t.Errorf("only %d manifests were found in the docs", found)
	}
}

// Every link from one page to another leads somewhere.
func TestLinksInDocs(t *testing.T) {
	for _, file := range documents(t) {
		for _, match := range link.FindAllStringSubmatch(read(t, file), -1) {
			if _, err := os.Stat(filepath.Join(filepath.Dir(file), match[1])); err != nil {
				t.Errorf("%s: %v", filepath.Base(file), err)
			}
		}
	}
}

// Every setting of the operator is in the docs, with its default.
func TestSettingsInDocs(t *testing.T) {
	root, err := repo.Root()
	if err != nil {
		t.Fatal(err)
	}
	page := read(t, filepath.Join(root, "docs", "operations.md"))
	flags := flag.NewFlagSet("", flag.ContinueOnError)
	new(operatormanager.Options).BindFlags(flags)
	flags.VisitAll(func(f *flag.Flag) {
		value := "none"
		if f.DefValue != "" {
			value = "`" + f.DefValue + "`"
		}
		if row := "| `--" + f.Name + "` | " + value + " | " + f.Usage + " |"; !strings.Contains(page, row) {
			t.Errorf("operations.md has no row: %s", row)
		}
	})
}

func documents(t *testing.T) []string {
	t.Helper()
	root, err := repo.Root()
	if err != nil {
		t.Fatal(err)
	}
	files, err := filepath.Glob(filepath.Join(root, "docs", "*.md"))
	if err != nil || len(files) == 0 {
		t.Fatalf("find the docs: %v", err)
	}
	return append(files, filepath.Join(root, "README.md"))
}

func read(t *testing.T, file string) string {
	t.Helper()
	text, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

func manifests(t *testing.T, text string) []*unstructured.Unstructured {
	t.Helper()
	var objects []*unstructured.Unstructured
	decoder := yaml.NewYAMLOrJSONDecoder(bytes.NewReader([]byte(strings.TrimSpace(text))), 4096)
	for {
		object := &unstructured.Unstructured{}
		err := decoder.Decode(&object.Object)
		if errors.Is(err, io.EOF) {
			return objects
		}
		if err != nil {
			t.Fatalf("decode a manifest: %v\n%s", err, text)
		}
		objects = append(objects, object)
	}
}
