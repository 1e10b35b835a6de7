// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

package argocd

import (
	"fmt"
	"slices"
	"strings"

	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"

	"github.com/countersign-dev/countersign/api/v1alpha1"
	"github.com/countersign-dev/countersign/internal/release"
)

// resumedInfo is the entry of an operation's info by which a sync says that Countersign asked for it, and after which
// approvals. It is made once for the same.
const resumedInfo = "countersign.dev/resumed-for"

// Next is what to do about an Application.
type Next struct {
	// Operation to write, so that the sync goes on; nil where nothing is to be written.
	Operation map[string]any
	// Requests that were turned away in the sync and may enter now, where Operation is set; sorted.
	Requests []string
	// Later : a sync runs, or waits for its next try. What becomes of it has to be seen first.
	Later bool
}

// Resume tells how the last sync of an Application goes on, where the gate turned away something of it. It does once
// all that it turned away may enter, and all that was asked for ahead: as it was, of the same revisions and by whom it
// was begun. The requests are those of the Application's release. What is no sync, or cannot be read, is an error.
func (t Trust) Resume(application map[string]any, requests []v1alpha1.PromotionRequest) (Next, error) {
	_, running := application["operation"]
	last, found, err := unstructured.NestedMap(application, "status", "operationState")
	if err != nil || !found {
		return Next{Later: running}, err
	}
	read, err := stateOf(last)
	if err != nil {
		return Next{}, err
	}
	if running || !read.over() {
		return Next{Later: running}, nil
	}
	names := release.Enterable(slices.DeleteFunc(slices.Clone(requests), read.tellsOf), read.turnedAwayFor)
	if len(names) == 0 {
		return Next{}, nil
	}
	operation, err := t.again(application, last, read, strings.Join(names, ","))
	if err != nil || operation == nil {
		return Next{}, err
	}
	return Next{Operation: operation, Requests: names}, nil
}

// again is the operation that ran last, to be run once more, with what admission wrote down of who wrote it; nil where
// it is to be no more than tried, was run once more after the same approvals already, or the Application deploys
// something else by now. Of another revision than was ordered in somebody's name, it is a claim that they began it.
func (t Trust) again(application, last map[string]any, read state, after string) (map[string]any, error) {
	operation, _, err := unstructured.NestedMap(last, "operation")
	if err != nil {
		return nil, err
	}
	by := stampOn(operation)
	if by.sources != "" && changedSince(application, by) {
		return nil, nil
	}
	sync, found, err := unstructured.NestedMap(operation, "sync")
	if err != nil || !found {
		return nil, err
	}
	if dryRun, _, err := unstructured.NestedBool(sync, "dryRun"); err != nil || dryRun {
		return nil, err
	}
	pin(sync, read)
	operation["sync"] = sync
	info, done, err := noted(operation, after)
	if err != nil || done {
		return nil, err
	}
	operation["info"] = info
	if t.trusts(by.username) && !read.asOrdered() {
		operation["info"] = slices.DeleteFunc(info, isStamp)
	}
	return operation, nil
}

// pin the revisions that were synced: a branch may have moved since.
func pin(sync map[string]any, read state) {
	if len(read.SyncResult.Revisions) > 0 {
		revisions := make([]any, 0, len(read.SyncResult.Revisions))
		for _, revision := range read.SyncResult.Revisions {
			revisions = append(revisions, revision)
		}
		sync["revisions"] = revisions
		return
	}
	if read.SyncResult.Revision != "" {
		sync["revision"] = read.SyncResult.Revision
	}
}

// noted is the info of an operation with what it is run for again; done where that is what it says already.
func noted(operation map[string]any, after string) (info []any, done bool, err error) {
	info, _, err = unstructured.NestedSlice(operation, "info")
	if err != nil {
		return nil, false, fmt.Errorf("read operation.info: %w", err)
	}
	note := map[string]any{"name": resumedInfo, "value": after}
	at := slices.IndexFunc(info, func(entry any) bool {
		fields, ok := entry.(map[string]any)
		return ok && fields["name"] == resumedInfo
	})
	if at < 0 {
		return append(info, note), false, nil
	}
	fields, ok := info[at].(map[string]any)
	done = ok && fields["value"] == after
	info[at] = note
	return info, done, nil
}
