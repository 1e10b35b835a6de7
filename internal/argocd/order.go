// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

package argocd

import (
	"fmt"
	"slices"

	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime"
)

// orderOf the sync that an Application is in; of nothing where it is in none.
func orderOf(application map[string]any) (syncOperation, error) {
	var order syncOperation
	sync, _, err := unstructured.NestedMap(application, "operation", "sync")
	if err == nil {
		err = runtime.DefaultUnstructuredConverter.FromUnstructured(sync, &order)
	}
	if err != nil {
		return syncOperation{}, fmt.Errorf("read operation.sync: %w", err)
	}
	return order, nil
}

// runs tells whether the sync that Argo CD says it runs is the one that was ordered, of the same revisions. A retry
// that refreshes brings what is newest then: Argo CD takes the revision out of the state, and leaves it in the order.
func (o syncOperation) runs(application map[string]any) (running, same bool) {
	current, found, err := unstructured.NestedMap(application, "status", "operationState")
	if err != nil || !found {
		return false, false
	}
	read, err := stateOf(current)
	running = err == nil && read.Phase == phaseRunning
	return running, running && o.sameRevisions(read.Operation.Sync)
}

// sameRevisions are ordered, and there are some.
func (o syncOperation) sameRevisions(other syncOperation) bool {
	return o.Revision == other.Revision && slices.Equal(o.Revisions, other.Revisions) &&
		(o.Revision != "" || len(o.Revisions) > 0)
}
