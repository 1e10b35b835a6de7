// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

package argocd

import (
	"strings"

	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime/schema"
)

// Application is the kind of an Application.
var Application = schema.GroupVersionKind{Group: "argoproj.io", Version: "v1alpha1", Kind: "Application"}

// maxRevision is what a request has room for.
const maxRevision = 1024

// NewApplication is one to read into.
func NewApplication() *unstructured.Unstructured {
	application := &unstructured.Unstructured{}
	application.SetGroupVersionKind(Application)
	return application
}

// Revision that an Application is being synced to, or was last: of several sources all, with commas between. Empty
// where nobody has said so, where a retry brings another than was ordered, or where there is no room for it.
func Revision(application map[string]any) string {
	order, err := orderOf(application)
	if running, same := order.runs(application); err == nil && running && !same {
		return ""
	}
	for _, path := range [][]string{{"operation"}, {"status", "operationState", "operation"}} {
		if revision := revisionIn(application, append(path, "sync")); revision != "" && len(revision) <= maxRevision {
			return revision
		}
	}
	return ""
}

// revisionIn a sync. What is no text names no revision.
func revisionIn(application map[string]any, sync []string) string {
	several, found, err := unstructured.NestedStringSlice(application, append(sync, "revisions")...)
	if err == nil && found {
		return strings.Join(several, ",")
	}
	one, _, err := unstructured.NestedString(application, append(sync, "revision")...)
	if err != nil {
		return ""
	}
	return one
}
