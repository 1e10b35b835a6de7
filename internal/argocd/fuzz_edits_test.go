// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

package argocd

import (
	"fmt"
	"reflect"
	"strings"
	"testing"

	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime"

	"github.com/countersign-dev/countersign/api/v1alpha1"
)

// FuzzEdits : whoever changes the sources of an Application is an author of what it deploys, or it is not known who is;
// and nobody is one for whom that was not written down.
func FuzzEdits(f *testing.F) {
	const (
		one   = `{"spec":{"source":{"path":"a","targetRevision":"x"}}}`
		two   = `{"metadata":{"annotations":{"a":"b"}},"spec":{"source":{"path":"b"}}}`
		noted = `{"metadata":{"annotations":{"countersign.dev/spec-written-by":"new\n0 ` + carol + `"}},"spec":{}}`
		told  = `{"status":{"history":[{"source":{"path":"b"}}]},"spec":{"source":{"path":"b"}}}`
		many  = `{"spec":{"sources":[{"path":"b"},{"chart":"c"}],"sourceHydrator":{"drySource":{"targetRevision":"x"}}}}`
	)
	for _, pair := range [][2]string{
		{one, ""}, {one, two}, {two, one}, {noted, ""}, {one, noted}, {told, one}, {many, told},
	} {
		f.Add(pair[0], pair[1], bob)
	}
	const values = `{"spec":{"source":{"helm":{"valuesObject":%s}}}}`
	f.Add(fmt.Sprintf(values, `{"a":1}`), fmt.Sprintf(values, `{"a":1,"b":false}`), bob)
	f.Add(one, two, server)
	f.Add(one, two, "x\n0 "+carol)
	f.Fuzz(func(t *testing.T, text, stored, username string) {
		application, ok := parsed(text)
		before, also := parsed(stored)
		if !ok || stored != "" && !also || application == nil || username == "" {
			return
		}
		if err := trust.NoteSpec(application, before, By{Username: username}.change()); err != nil {
			return
		}
		checkEdited(t, application, before, username)
		again := runtime.DeepCopyJSON(application)
		if err := trust.NoteSpec(again, application, By{Username: carol}.change()); err != nil ||
			noteOn(again) != noteOn(application) {
			t.Fatalf("nothing was changed, and it says %v: %v", again, err)
		}
	})
}

// checkEdited looks at who the authors are of what somebody stored.
func checkEdited(t *testing.T, application, before map[string]any, username string) {
	t.Helper()
	authors, _, err := Editors(application)
	if (before == nil || differs(application, before)) && err == nil && !names(authors)[username] {
		t.Fatalf("%q changed it, and these did: %v\n%v", username, authors, application)
	}
	for name := range names(authors) {
		if name != username && !strings.Contains(noteOn(before), " "+name) {
			t.Fatalf("%q is an author of %v", name, application)
		}
	}
}

// differs : for sure, in what is deployed. What is empty may mean the same as nothing, but for values of a chart.
func differs(application, before map[string]any) bool {
	for _, path := range [][]string{{"project"}, {"source", "path"}, {"source", "repoURL"}, {"destination", "namespace"}} {
		is, _, _ := unstructured.NestedString(application, append([]string{"spec"}, path...)...)
		was, _, _ := unstructured.NestedString(before, append([]string{"spec"}, path...)...)
		if is != was && !hasSources(application) && !hasSources(before) {
			return true
		}
	}
	is, _ := field(application, "spec", "source", "helm", "valuesObject")
	was, _ := field(before, "spec", "source", "helm", "valuesObject")
	return !reflect.DeepEqual(is, was) && !hasSources(application) && !hasSources(before)
}

func hasSources(application map[string]any) bool {
	several, _ := field(application, "spec", "sources")
	list, _ := several.([]any)
	return len(list) > 0
}

func names(authors []v1alpha1.Author) map[string]bool {
	all := map[string]bool{}
	for _, author := range authors {
		all[author.Name] = true
	}
	return all
}
