// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

package argocd

import (
	"reflect"
	"slices"
	"strings"
	"testing"

	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime"
)

// checkRest : the rest of a sync is asked for where something waits in it, and what is rendered is known or is not.
func checkRest(t *testing.T, application map[string]any) {
	t.Helper()
	rest, err := RestOf(application, asked())
	if err == nil && rest.Sync != "" {
		if rest.Later || rest.First.Status.Admission != nil || !mentions(application, rest.First.Name) {
			t.Fatalf("%v is asked for, of %v", rest, application)
		}
		checkRendered(t, rest)
	}
	whole, err := Whole(application)
	if err != nil || whole.Sync == "" {
		return
	}
	if _, running := application["operation"]; !running || whole.Later {
		t.Fatalf("no sync is whole: %v, of %v", whole, application)
	}
	checkRendered(t, whole)
	if rest.Sync != "" && (rest.Sync != whole.Sync || !slices.Equal(rest.Revisions, whole.Revisions)) {
		t.Fatalf("the rest of another sync: %v, of %v", rest, whole)
	}
}

func checkRendered(t *testing.T, rest Rest) {
	t.Helper()
	if (rest.WhyNot == "") != (len(rest.Revisions) > 0) || slices.Contains(rest.Revisions, "") && rest.WhyNot != "" {
		t.Fatalf("known, and not: %v", rest)
	}
}

// checkResumed : a sync goes on as whose it was, of what may enter, once.
func checkResumed(t *testing.T, application map[string]any) {
	t.Helper()
	next, err := trust.Resume(application, asked())
	if err != nil || next.Operation == nil {
		return
	}
	may := []string{"db-1", "web-1"}
	if _, running := application["operation"]; running || next.Later || len(next.Requests) == 0 ||
		slices.ContainsFunc(next.Requests, func(name string) bool { return !slices.Contains(may, name) }) {
		t.Fatalf("goes on: %v, of %v", next, application)
	}
	last, _, err := unstructured.NestedMap(application, "status", "operationState", "operation")
	if err != nil ||
		!reflect.DeepEqual(trust.Began(during(application, last)), trust.Began(during(application, next.Operation))) {
		t.Fatalf("another began what goes on: %v, of %v", next, last)
	}
	again := runtime.DeepCopyJSON(application)
	if err := unstructured.SetNestedMap(again, next.Operation, "status", "operationState", "operation"); err != nil {
		t.Fatal(err)
	}
	if once, err := trust.Resume(again, asked()); err != nil || once.Operation != nil {
		t.Fatalf("goes on for ever: %v, %v", once, err)
	}
}

// checkTargets : what is stored has a name.
func checkTargets(t *testing.T, application map[string]any, manifest string) {
	t.Helper()
	targets, err := Targets(application, []string{manifest, manifest})
	if err != nil {
		return
	}
	if len(targets) > 1 {
		t.Fatalf("stored twice: %s", manifest)
	}
	for _, target := range targets {
		if target.Object.GetName() == "" || target.Object.GetAnnotations()["argocd.argoproj.io/hook"] == "Skip" {
			t.Fatalf("stored: %v", target.Object)
		}
	}
}

// checkPruning : what is pruned is listed, and is in no manifest.
func checkPruning(t *testing.T, application map[string]any, manifest string) {
	t.Helper()
	pruning, err := PruningOf(application, []string{manifest})
	if err != nil || len(pruning.Objects) == 0 {
		return
	}
	targets, err := Targets(application, []string{manifest})
	if err != nil {
		t.Fatalf("what is pruned is known, and what is stored is not: %v", err)
	}
	for _, object := range pruning.Objects {
		if !mentions(application, object.GetName()) || object.GetNamespace() == "" {
			t.Fatalf("pruned: %v, of %v", object, application)
		}
		if slices.ContainsFunc(targets, func(target Target) bool { return identify(target.Object) == identify(object) }) {
			t.Fatalf("stored, and deleted: %v", object)
		}
	}
}

// during an operation.
func during(application, operation map[string]any) map[string]any {
	running := runtime.DeepCopyJSON(application)
	running["operation"] = operation
	return running
}

// mentions tells whether a text is part of any in a value.
func mentions(value any, part string) bool {
	return slices.ContainsFunc(texts(value), func(text string) bool { return strings.Contains(text, part) })
}
