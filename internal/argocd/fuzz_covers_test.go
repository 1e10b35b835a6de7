// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

package argocd

import (
	"slices"
	"strings"
	"testing"

	admissionv1 "k8s.io/api/admission/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"

	"github.com/countersign-dev/countersign/internal/release"
)

// checkCovers : an Application covers nothing that it does not name, and no sync deletes what it does not cover.
func checkCovers(t *testing.T, application map[string]any, object release.Object) {
	t.Helper()
	covers, hook := Covers(application, object), object.Annotations[helmHookAnnotation] != ""
	elsewhere := object.Namespace != "" && !contains(application, object.Namespace)
	if covers && (elsewhere || !hook && !containsAll(application, object)) {
		t.Fatalf("%v is covered by %v", object, application)
	}
	if Syncs(application, object, Write{Operation: admissionv1.Update, Manager: "kubectl"}) {
		t.Fatal("kubectl writes what a sync does")
	}
	if !Syncs(application, object, Write{Operation: admissionv1.Delete}) {
		return
	}
	prune, _, err := unstructured.NestedBool(application, "operation", "sync", "prune")
	if err != nil || !prune || !covers {
		t.Fatalf("%v is pruned by %v", object, application)
	}
}

// containsAll : a text for each part of what an object is. The core group needs none.
func containsAll(application any, object release.Object) bool {
	return contains(application, object.Name) && contains(application, object.Kind.Kind) &&
		(object.Kind.Group == "" || contains(application, object.Kind.Group))
}

// contains tells whether a text is anywhere in a value.
func contains(value any, text string) bool { return slices.Contains(texts(value), text) }

// texts in a value, without the keys.
func texts(value any) (all []string) {
	switch value := value.(type) {
	case map[string]any:
		for _, inner := range value {
			all = append(all, texts(inner)...)
		}
	case []any:
		for _, inner := range value {
			all = append(all, texts(inner)...)
		}
	case string:
		all = []string{value}
	}
	return all
}

// checkAccounts : each is a service account, of the namespace where nothing else is said.
func checkAccounts(t *testing.T, project map[string]any, namespace string) {
	t.Helper()
	for _, account := range Accounts(project, namespace) {
		name, ok := strings.CutPrefix(account, "system:serviceaccount:")
		own, inNamespace := strings.CutPrefix(name, namespace+":")
		if !ok || !contains(project, name) && !(inNamespace && own != "" && contains(project, own)) {
			t.Fatalf("%q syncs, by %v", account, project)
		}
	}
}
