// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

package controller

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/types"

	"github.com/countersign-dev/countersign/api/v1alpha1"
	"github.com/countersign-dev/countersign/internal/audit"
	"github.com/countersign-dev/countersign/internal/breakglass"
)

// heard is how long the gate has to be shut before what came in is written down: each API server hears of that for
// itself, and until then asks nobody.
const heard = 5 * time.Second

// shutGap is a gap that is over, since when as far as was seen.
type shutGap struct {
	gap string
	at  time.Time
}

// end a gap whose time is over. What it was stays.
func (r *BreakGlassReconciler) end(ctx context.Context, ns *corev1.Namespace, now time.Time) error {
	if err := r.Ready(ctx); err != nil {
		return fmt.Errorf("end the gap in the gate of %s, whose time is over: %w", ns.Name, err)
	}
	change, err := breakglass.Ending(ns, "", now)
	if err != nil {
		return err
	}
	return r.write(ctx, ns, change)
}

// settling is how long it takes until nothing comes in by the gap any more, and all that has is seen. It counts from
// when the gap was first seen to be over: the time that it says is by the clock of whoever ended it.
func (r *BreakGlassReconciler) settling(
	ctx context.Context, ns *corev1.Namespace, gap breakglass.Gap, now time.Time,
) (time.Duration, error) {
	known, seen := r.shut[ns.UID]
	if !seen || known.gap != gap.String() {
		if err := r.Ledger.AddRunning(ctx, ns.Name, v1alpha1.LedgerWarn); err != nil {
			return 0, err
		}
		if r.shut == nil {
			r.shut = map[types.UID]shutGap{}
		}
		known = shutGap{gap.String(), now}
		r.shut[ns.UID] = known
	}
	return known.at.Add(heard).Sub(now), nil
}

// close writes down what the gap was and what came of it, and takes all that the namespace says of it away.
func (r *BreakGlassReconciler) close(ctx context.Context, ns *corev1.Namespace, gap breakglass.Gap) error {
	event := gapEvent(audit.BreakGlassEnded, ns, gap)
	event.Actor.Username, event.To = gap.EndedBy, gap.Ended
	came, err := r.cameIn(ctx, ns, gap)
	if err != nil {
		return err
	}
	unseen, err := r.unseen(ctx, ns)
	if err != nil {
		return err
	}
	if len(unseen) > 0 {
		event.Reasons = append(event.Reasons, "not looked at, as the operator is not shown them: "+strings.Join(unseen, ", "))
	}
	if err := r.Ledger.AddRunning(ctx, ns.Name, v1alpha1.LedgerWarn); err != nil {
		return err
	}
	change, err := breakglass.Clearing(ns)
	if err != nil {
		return err
	}
	if err := r.write(ctx, ns, change, listing(event, came)...); err != nil {
		return err
	}
	delete(r.shut, ns.UID)
	return nil
}

// listing is an event for each part of what came in: one that has no room for all would leave the rest out.
func listing(event audit.Event, came []string) []audit.Event {
	parts := slices.Collect(slices.Chunk(came, audit.MostListed))
	if len(parts) < 2 {
		event.Workloads = came
		return []audit.Event{event}
	}
	all := make([]audit.Event, 0, len(parts))
	for i, listed := range parts {
		each := event
		part := fmt.Sprintf("part %d of %d: %d are listed", i+1, len(parts), len(came))
		each.Reasons = slices.Insert(slices.Clone(event.Reasons), 1, part)
		each.Workloads = listed
		all = append(all, each)
	}
	return all
}
