// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

//go:build argocd

package argocd

import (
	"strings"
	"testing"

	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"sigs.k8s.io/yaml"
)

// documented are the manifests of docs/argocd.md in the block that has a text, under other names.
func documented(t *testing.T, has string, named *strings.Replacer) (objects []*unstructured.Unstructured) {
	t.Helper()
	for _, block := range page(t, "argocd.md") {
		if block.language != "yaml" || !strings.Contains(block.text, has) {
			continue
		}
		for manifest := range strings.SplitSeq(named.Replace(block.text), "\n---\n") {
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
