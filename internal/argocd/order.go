// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

package argocd

import (
	"fmt"
	"slices"
	"strings"

	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime"
)

// orderOf the sync that an Application is in; of nothing where it is in none.
func orderOf(application map[string]any) (syncOperation, error) {
	return orderIn(application, "operation")
}

// orderIn an operation, which is there by a path.
func orderIn(application map[string]any, operation ...string) (syncOperation, error) {
	var order syncOperation
	sync, _, err := unstructured.NestedMap(application, append(operation, "sync")...)
	if err == nil {
		err = runtime.DefaultUnstructuredConverter.FromUnstructured(sync, &order)
	}
	if err != nil {
		return syncOperation{}, fmt.Errorf("read %s.sync: %w", strings.Join(operation, "."), err)
	}
	return order, nil
}

// carriedOut is where the operation is that Argo CD carries out, of an Application that has one: what runs goes on as
// it was when it began, whatever is written over it. As Argo CD takes it, what is not over runs.
func carriedOut(application map[string]any) []string {
	_, ordered := field(application, "operation")
	_, told := field(application, "status", "operationState")
	phase, _ := field(application, "status", "operationState", "phase")
	if ordered && told && phase != phaseSucceeded && phase != phaseFailed && phase != phaseError {
		return []string{"status", "operationState", "operation"}
	}
	return []string{"operation"}
}

// runs tells whether the sync that Argo CD says it runs is the one that was ordered, of the same revisions. A retry
// that refreshes brings what is newest then: Argo CD takes the revision out of the state, and leaves it in the order.
func (o syncOperation) runs(application map[string]any) (running, same bool) {
	now, running := runningIn(application)
	return running, running && o.sameRevisions(now.Operation.Sync) && o.sameContent(now.Operation.Sync)
}

// runningIn an Application is what Argo CD says of the sync that it runs; false where nobody can read of one.
func runningIn(application map[string]any) (state, bool) {
	current, _ := field(application, "status", "operationState")
	fields, _ := current.(map[string]any)
	now, err := stateOf(fields)
	return now, err == nil && now.Phase == phaseRunning
}

// sameContent is ordered beside the revisions: from where, or what somebody sent.
func (o syncOperation) sameContent(other syncOperation) bool {
	same := func(one, other map[string]any) bool { return sameSource(one, other) }
	return slices.Equal(o.Manifests, other.Manifests) && same(o.Source, other.Source) &&
		slices.EqualFunc(o.Sources, other.Sources, same)
}

// sameRevisions are ordered, and there are some.
func (o syncOperation) sameRevisions(other syncOperation) bool {
	return o.Revision == other.Revision && slices.Equal(o.Revisions, other.Revisions) &&
		(o.Revision != "" || len(o.Revisions) > 0)
}
