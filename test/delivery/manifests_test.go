// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

//go:build delivery

package delivery

import (
	"os"
	"strings"
	"testing"

	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"sigs.k8s.io/yaml"

	"github.com/countersign-dev/countersign/hack/repo"
)

// workload is a Deployment, with an image's tag.
func workload(name, version string) string {
	return strings.NewReplacer("$NAME", name, "$VERSION", version).Replace(`apiVersion: apps/v1
kind: Deployment
metadata: {name: $NAME}
spec:
  selector: {matchLabels: {app: $NAME}}
  template:
    metadata: {labels: {app: $NAME}}
    spec:
      containers:
      - name: $NAME
        image: registry.example.com/$NAME:$VERSION
`)
}

// objects of manifests, with --- between.
func objects(t *testing.T, manifests string) (read []*unstructured.Unstructured) {
	t.Helper()
	for manifest := range strings.SplitSeq(manifests, "\n---\n") {
		object := &unstructured.Unstructured{}
		if err := yaml.Unmarshal([]byte(manifest), &object.Object); err != nil {
			t.Fatal(err)
		}
		read = append(read, object)
	}
	return read
}

// documented is the block of a page of the documentation that has a text, with other names.
func documented(t *testing.T, page, has string, named ...string) string {
	t.Helper()
	file, err := repo.Path("docs", page)
	if err != nil {
		t.Fatal(err)
	}
	text, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	for part := range strings.SplitSeq(string(text), "\n```yaml\n") {
		block, _, ended := strings.Cut(part, "\n```\n")
		if ended && strings.Contains(block, has) {
			return strings.NewReplacer(named...).Replace(block)
		}
	}
	t.Fatalf("docs/%s has no manifest with %q", page, has)
	return ""
}
