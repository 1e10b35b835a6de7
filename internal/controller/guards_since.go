// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

package controller

import (
	"slices"
	"time"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/countersign-dev/countersign/internal/certs"
)

// fieldOwner owns what the operator writes of guards.
const fieldOwner = client.FieldOwner("countersign-guards")

// write is a write of an object that left something in it.
type write struct {
	manager string
	// at is by the API server's clock.
	at time.Time
}

// lastWrite of an object that it tells of. Who it was no object says; the API server's audit log does.
func lastWrite(stored metav1.Object) write {
	var last write
	for _, entry := range stored.GetManagedFields() {
		if entry.Time == nil {
			continue
		}
		at := entry.Time.UTC()
		if at.After(last.at) || at.Equal(last.at) && last.own() { // times are whole seconds
			last = write{entry.Manager, at}
		}
	}
	return last
}

// own tells whether the operator made it, or nobody is named.
func (w write) own() bool {
	return slices.Contains([]string{"", string(fieldOwner), string(certs.FieldOwner)}, w.manager)
}

// since when a guard is changed, and through what, as far as is known. Whoever only takes something out leaves nothing
// in it, so that the last write is the one before. Where that is known the change is one that has just been made.
func (g *GuardGaps) since(name string, stored metav1.Object) (time.Time, string) {
	last := lastWrite(stored)
	was, seen := g.right[name]
	switch {
	case seen && (last == was || last.own()):
		return g.Clock.Now(), "changed, and it does not say through what"
	case last.own():
		return time.Time{}, "changed before the operator came up"
	}
	return last.at, "changed through " + last.manager
}
