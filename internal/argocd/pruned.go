// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

package argocd

import (
	"slices"
	"strings"

	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
)

// Pruning is what a sync deletes because the sources have it no more.
type Pruning struct {
	// Objects that it is of, by what Argo CD last saw: kind, namespace and name alone. Whether it deletes one depends on
	// what is stored.
	Objects []*unstructured.Unstructured
	// options of the sync.
	options []string
}

// PruningOf the last sync of an Application, or of the one that runs. The manifests are what it renders to, as JSON,
// with hooks: Argo CD may have seen a later commit than the one that is synced. Left out is what is in no namespace.
// What cannot be read is an error.
// https://github.com/argoproj/argo-cd/blob/v3.6.1/gitops-engine/pkg/sync/sync_context.go
func PruningOf(application map[string]any, manifests []string) (Pruning, error) {
	plan, err := planOf(application)
	order := plan.Status.OperationState.Operation.Sync
	if err != nil || !order.Prune {
		return Pruning{}, err
	}
	rendered, err := decode(manifests, plan.Spec.Destination.Namespace)
	if err != nil {
		return Pruning{}, err
	}
	pruning := Pruning{options: order.SyncOptions}
	for _, seen := range plan.Status.Resources {
		if object := seen.object(); seen.RequiresPruning && seen.Namespace != "" && order.of(object) &&
			!slices.ContainsFunc(rendered, seen.is) {
			pruning.Objects = append(pruning.Objects, object)
		}
	}
	return pruning, nil
}

// Deletes tells whether the sync does that with an object that it is of, as it is stored. Hooks are never pruned, and
// what is being deleted is left to it. What has to be confirmed in Argo CD before is deleted once it is.
func (p Pruning) Deletes(stored *unstructured.Unstructured) bool {
	return stored.GetDeletionTimestamp() == nil && !runsAsHook(stored) && !skips(stored) && !p.keeps(stored)
}

// Orphans tells whether the sync leaves behind what was made of the objects that it prunes. Argo CD reads the first of
// the ways to prune that the sync names, in the order background, foreground, orphan.
func (p Pruning) Orphans() bool {
	says := func(how string) bool { return slices.Contains(p.options, "PrunePropagationPolicy="+how) }
	return says("orphan") && !says("background") && !says("foreground")
}

// keeps : the object asks not to be pruned; where it says nothing of that, the sync as a whole does.
func (p Pruning) keeps(stored *unstructured.Unstructured) bool {
	const option = "Prune="
	for _, asked := range slices.Concat(listed(stored, syncOptions), p.options) {
		if value, found := strings.CutPrefix(asked, option); found {
			return value == "false"
		}
	}
	return false
}
