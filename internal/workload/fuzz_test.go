// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

package workload_test

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"

	utiljson "k8s.io/apimachinery/pkg/util/json"

	"github.com/countersign-dev/countersign/internal/workload"
)

// FuzzCanonical : any JSON object has one canonical text, which reads back as the same object.
func FuzzCanonical(f *testing.F) {
	seed(f, func(text string) { f.Add(text) })
	f.Fuzz(func(t *testing.T, text string) {
		object, ok := parse(text)
		if !ok {
			return
		}
		canonical, err := workload.Canonical(object)
		if err != nil {
			t.Fatalf("a decoded object has no canonical form: %v", err)
		}
		again, ok := parse(string(canonical))
		if !ok {
			t.Fatalf("not JSON: %s", canonical)
		}
		if text, err := workload.Canonical(again); err != nil || !bytes.Equal(text, canonical) {
			t.Fatalf("%s became %s, %v", canonical, text, err)
		}
	})
}

// FuzzContent : whatever the object, there is an error or a content that a digest can be made of, and no panic.
func FuzzContent(f *testing.F) {
	seed(f, func(text string) { f.Add(text) })
	f.Fuzz(func(t *testing.T, text string) {
		object, ok := parse(text)
		if !ok {
			return
		}
		before, err := workload.Canonical(object)
		if err != nil {
			t.Fatal(err)
		}
		for _, resource := range gated() {
			contents, err := workload.Contents(resource, object)
			if err != nil {
				contents = nil
			}
			for _, content := range contents {
				workload.Images(content)
				if _, err := workload.Canonical(content); err != nil {
					t.Fatalf("%s: %v", resource, err)
				}
			}
			workload.IdentityOf(resource, "shop", object)
		}
		workload.Replicas(object)
		if after, err := workload.Canonical(object); err != nil || !bytes.Equal(before, after) {
			t.Fatalf("the object was changed: %s, %v", after, err)
		}
	})
}

// FuzzDiff : a difference is shown if and only if there is one, in text that is safe for any terminal.
func FuzzDiff(f *testing.F) {
	seed(f, func(text string) {
		f.Add(text, "{}")
		f.Add(text, strings.ReplaceAll(text, "registry", "\u202eevil"))
	})
	f.Fuzz(func(t *testing.T, before, after string) {
		old, ok := parse(before)
		if !ok {
			return
		}
		new, ok := parse(after)
		if !ok {
			return
		}
		differences := workload.Diff(deployments, old, new)
		if same := sameText(t, old, new); same == (len(differences) > 0) {
			t.Fatalf("the same: %t, shown: %+v", same, differences)
		}
		var shown strings.Builder
		if err := workload.Render(&shown, differences); err != nil {
			t.Fatal(err)
		}
		if strings.ContainsFunc(shown.String(), func(char rune) bool {
			return char != '\n' && (char < ' ' || char > '~')
		}) {
			t.Fatalf("not printable ASCII: %q", shown.String())
		}
	})
}

// FuzzRepository : a repository is its own repository, whatever tag it is given.
func FuzzRepository(f *testing.F) {
	for _, image := range []string{"nginx", "docker.io/a/b:1", "localhost:5000/a@sha256:", "A/b", "[::1]:5000/a"} {
		f.Add(image)
	}
	f.Fuzz(func(t *testing.T, image string) {
		repository, err := workload.Repository(image)
		if err != nil {
			return
		}
		for _, reference := range []string{repository, repository + ":other"} {
			if again, err := workload.Repository(reference); err != nil || again != repository {
				t.Fatalf("%q is in %q, and %q in %q, %v", image, repository, reference, again, err)
			}
		}
	})
}

func parse(text string) (map[string]any, bool) {
	var object map[string]any
	err := utiljson.Unmarshal([]byte(text), &object)
	return object, err == nil && object != nil
}

func sameText(t *testing.T, old, new map[string]any) bool {
	t.Helper()
	before, err := workload.Canonical(old)
	if err != nil {
		t.Fatal(err)
	}
	after, err := workload.Canonical(new)
	if err != nil {
		t.Fatal(err)
	}
	return bytes.Equal(before, after)
}

func seed(f *testing.F, add func(text string)) {
	f.Helper()
	files, err := filepath.Glob("testdata/recorded/*.json")
	if err != nil || len(files) == 0 {
		f.Fatalf("no seeds: %v", err)
	}
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			f.Fatal(err)
		}
		add(string(text))
	}
	add(`{"metadata":null,"spec":{"volumes":[null,{"name":"kube-api-access-bcdfg","projected":{}}],"containers":[5]}}`)
	add(`{"spec":{"template":[],"replicas":"x","selector":{"matchLabels":[]}},"data":null,"revision":1e400,"template":7}`)
	add(`{"spec":{"a":1e20,"b":-0.0,"c":1.0,"d":[[],[{}],{}],"env":[{"name":"A"},{"name":"A"}]}}`)
}
