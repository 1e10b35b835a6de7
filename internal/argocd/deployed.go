// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

package argocd

import (
	"reflect"
	"slices"
)

// deploysAll tells whether a write is how Argo CD's controller puts down that a sync has deployed all that the
// Application names. It adds to the history also where it has not: of what somebody sent, of other sources, without
// hooks, without pruning.
func deploysAll(application, before map[string]any) bool {
	entry := addedTo(historyOf(application), historyOf(before))
	carried := carriedOut(application)
	order, err := orderIn(application, carried...)
	if entry == nil || err != nil || !sameButHistory(application, before) {
		return false
	}
	operation, _ := field(application, carried...)
	by, _ := operation.(map[string]any)
	return order.whole() && order.ofSources(application) && !changedSince(application, stampOn(by)) &&
		(order.Prune || !leaves(application)) && ofHydrator(application, entry)
}

func historyOf(application map[string]any) []any {
	history, _ := field(application, "status", "history")
	list, _ := history.([]any)
	return list
}

// addedTo a history is this entry; nil where none is.
func addedTo(history, old []any) map[string]any {
	if len(history) == 0 || len(old) > 0 && reflect.DeepEqual(history[len(history)-1], old[len(old)-1]) {
		return nil
	}
	entry, _ := history[len(history)-1].(map[string]any)
	return entry
}

// sameButHistory : nothing else of an Application is written. A manifest of one says more.
func sameButHistory(application, before map[string]any) bool {
	return reflect.DeepEqual(withoutHistory(before), withoutHistory(application))
}

// withoutHistory is what an Application says, but for its history and for what the API server and admission write.
func withoutHistory(application map[string]any) map[string]any {
	rest := map[string]any{}
	for name, value := range application {
		if name != "metadata" && name != "status" {
			rest[name] = value
		}
	}
	status, _ := field(application, "status")
	fields, _ := status.(map[string]any)
	for name, value := range fields {
		if name != "history" {
			rest["status."+name] = value
		}
	}
	return rest
}

// whole : all is synced that the sources have, and as hooks run.
func (o syncOperation) whole() bool {
	return !o.DryRun && len(o.Resources) == 0 && len(o.Manifests) == 0 && o.SyncStrategy.Apply == nil
}

// leaves something that the sources have no more.
func leaves(application map[string]any) bool {
	plan, err := planOf(application)
	return err != nil || slices.ContainsFunc(plan.Status.Resources, func(r resource) bool { return r.RequiresPruning })
}

// ofHydrator : where a hydrator writes what is synced, it has made that of the sources as they are now.
func ofHydrator(application, entry map[string]any) bool {
	hydrator, hydrated := field(application, "spec", "sourceHydrator")
	if !hydrated {
		return true
	}
	of, _ := field(application, "status", "sourceHydrator", "lastSuccessfulOperation", "sourceHydrator")
	revision, _ := field(application, "status", "sourceHydrator", "lastSuccessfulOperation", "hydratedSHA")
	return revision == entry["revision"] && reflect.DeepEqual(saidOfHydrator(of), saidOfHydrator(hydrator))
}
