// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

package argocd

import (
	"fmt"

	"k8s.io/apimachinery/pkg/runtime"
)

// Phases of an operation, as Argo CD names them.
const (
	phaseError  = "Error"
	phaseFailed = "Failed"
)

const (
	// synced is the status of a resource that a sync has applied.
	synced = "Synced"
	// afterFailure is the phase of a sync that runs what is to run because the sync failed.
	afterFailure = "SyncFail"
)

// state is what is looked at of status.operationState: of a sync that ran last, or runs.
type state struct {
	Phase      string `json:"phase"`
	SyncResult struct {
		Revision  string     `json:"revision"`
		Revisions []string   `json:"revisions"`
		Resources []resource `json:"resources"`
	} `json:"syncResult"`
}

// resource is what became of one object in a sync. A hook that could not be deleted has no status.
type resource struct {
	Namespace string `json:"namespace"`
	Status    string `json:"status"`
	Message   string `json:"message"`
	SyncPhase string `json:"syncPhase"`
}

// over: the sync ended, and something was not applied.
func (s state) over() bool { return s.Phase == phaseFailed || s.Phase == phaseError }

func stateOf(operationState map[string]any) (state, error) {
	var read state
	if err := runtime.DefaultUnstructuredConverter.FromUnstructured(operationState, &read); err != nil {
		return state{}, fmt.Errorf("read status.operationState: %w", err)
	}
	return read, nil
}
