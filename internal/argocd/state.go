// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

package argocd

import (
	"fmt"
	"slices"

	"k8s.io/apimachinery/pkg/runtime"

	"github.com/countersign-dev/countersign/api/v1alpha1"
	"github.com/countersign-dev/countersign/internal/release"
)

// Phases of an operation, as Argo CD names them.
const (
	phaseError     = "Error"
	phaseFailed    = "Failed"
	phaseRunning   = "Running"
	phaseSucceeded = "Succeeded"
)

const (
	// synced is the status of a resource that a sync has applied.
	synced = "Synced"
	// afterFailure is the phase of a sync that runs what is to run because the sync failed.
	afterFailure = "SyncFail"
)

// state is what is looked at of status.operationState: of a sync that ran last, or runs.
type state struct {
	Phase     string `json:"phase"`
	StartedAt string `json:"startedAt"`
	Operation struct {
		Sync syncOperation `json:"sync"`
	} `json:"operation"`
	SyncResult struct {
		Revision  string           `json:"revision"`
		Revisions []string         `json:"revisions"`
		Resources []resource       `json:"resources"`
		Source    map[string]any   `json:"source"`
		Sources   []map[string]any `json:"sources"`
	} `json:"syncResult"`
}

// syncOperation is how a sync was ordered.
type syncOperation struct {
	DryRun       bool         `json:"dryRun"`
	Prune        bool         `json:"prune"`
	Revision     string       `json:"revision"`
	Revisions    []string     `json:"revisions"`
	SyncOptions  []string     `json:"syncOptions"`
	Resources    []resource   `json:"resources"`
	SyncStrategy syncStrategy `json:"syncStrategy"`
	// Manifests are what somebody sent to be applied, instead of what is in the sources.
	Manifests []string         `json:"manifests"`
	Source    map[string]any   `json:"source"`
	Sources   []map[string]any `json:"sources"`
}

// syncStrategy says whether hooks run. They do unless it says Apply.
type syncStrategy struct {
	Apply *struct{} `json:"apply"`
}

// resource is an object in a sync, and what became of it. A hook that could not be deleted has no status.
type resource struct {
	Group     string `json:"group"`
	Version   string `json:"version"`
	Kind      string `json:"kind"`
	Namespace string `json:"namespace"`
	Name      string `json:"name"`
	Status    string `json:"status"`
	Message   string `json:"message"`
	SyncPhase string `json:"syncPhase"`
	// RequiresPruning : it is in the cluster, and in the sources no more.
	RequiresPruning bool `json:"requiresPruning"`
}

// over: the sync ended, and something was not applied.
func (s state) over() bool { return s.Phase == phaseFailed || s.Phase == phaseError }

// asOrdered : the sync came to the revisions that it was ordered for.
func (s state) asOrdered() bool {
	return s.Operation.Sync.sameRevisions(syncOperation{
		Revision: s.SyncResult.Revision, Revisions: s.SyncResult.Revisions,
	})
}

// revisions that are synced, one for each source.
func (s state) revisions() []string {
	if len(s.SyncResult.Revisions) > 0 {
		return s.SyncResult.Revisions
	}
	if s.SyncResult.Revision != "" {
		return []string{s.SyncResult.Revision}
	}
	return nil
}

// turnedAway are those of the requests that the gate said something in the sync waits for, and that are not let in yet.
func (s state) turnedAway(requests []v1alpha1.PromotionRequest) (away []v1alpha1.PromotionRequest) {
	for _, request := range requests {
		if request.Status.Admission == nil && s.turnedAwayFor(request) {
			away = append(away, request)
		}
	}
	return away
}

// turnedAwayFor: the gate said of something in the sync that it waits for the request. What was to tell of the failure
// waits as well, and nothing for it.
func (s state) turnedAwayFor(request v1alpha1.PromotionRequest) bool {
	return slices.ContainsFunc(s.SyncResult.Resources, func(r resource) bool {
		return r.SyncPhase != afterFailure && r.waitsFor(request)
	})
}

// tellsOf : what waits for the request was only to tell of the failure.
func (s state) tellsOf(request v1alpha1.PromotionRequest) bool {
	return !s.turnedAwayFor(request) && slices.ContainsFunc(s.SyncResult.Resources, func(r resource) bool {
		return r.waitsFor(request)
	})
}

// waitsFor : the gate said of the object that it waits for the request.
func (r resource) waitsFor(request v1alpha1.PromotionRequest) bool {
	return r.Status != synced && r.Namespace == request.Namespace && release.Names(r.Message, request.Name)
}

func stateOf(operationState map[string]any) (state, error) {
	var read state
	if err := runtime.DefaultUnstructuredConverter.FromUnstructured(operationState, &read); err != nil {
		return state{}, fmt.Errorf("read status.operationState: %w", err)
	}
	return read, nil
}
