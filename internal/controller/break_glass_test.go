// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

package controller

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"testing"
	"time"

	"github.com/go-logr/logr"
	"github.com/google/go-cmp/cmp"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	clocktesting "k8s.io/utils/clock/testing"
	"sigs.k8s.io/controller-runtime/pkg/client"
	"sigs.k8s.io/controller-runtime/pkg/reconcile"

	"github.com/countersign-dev/countersign/api/v1alpha1"
	"github.com/countersign-dev/countersign/internal/audit"
	"github.com/countersign-dev/countersign/internal/breakglass"
)

var gapTime = time.Date(2026, 9, 14, 16, 5, 7, 0, time.UTC)

// brokenAt is a namespace whose glass alice broke for a minute.
func brokenAt(since time.Time) *corev1.Namespace {
	return &corev1.Namespace{ObjectMeta: metav1.ObjectMeta{
		Name: "shop", Labels: map[string]string{v1alpha1.EnvironmentLabel: "production", v1alpha1.BreakGlassLabel: "open"},
		Annotations: map[string]string{
			v1alpha1.BreakGlassByAnnotation: "alice", v1alpha1.BreakGlassReasonAnnotation: "INC-1",
			v1alpha1.BreakGlassTimeAnnotation:  since.Format(time.RFC3339),
			v1alpha1.BreakGlassUntilAnnotation: since.Add(time.Minute).Format(time.RFC3339),
		},
	}}
}

func endedBy(who string, ns *corev1.Namespace) *corev1.Namespace {
	delete(ns.Labels, v1alpha1.BreakGlassLabel)
	ns.Annotations[v1alpha1.BreakGlassEndedAnnotation] = gapTime.Format(time.RFC3339)
	ns.Annotations[v1alpha1.BreakGlassEndedByAnnotation] = who
	return ns
}

// bench of a reconciler.
type gapBench struct {
	*BreakGlassReconciler
	clock *clocktesting.FakeClock
	trail bytes.Buffer
	ready error
	// listed are the namespaces whose running images were put on their ledgers, unless listing fails.
	listed  []string
	listing error
}

func (b *gapBench) AddRunning(_ context.Context, namespace string, _ v1alpha1.LedgerMode) error {
	b.listed = append(b.listed, namespace)
	return b.listing
}

func benchFor(t *testing.T, ns *corev1.Namespace) *gapBench {
	t.Helper()
	b := &gapBench{clock: clocktesting.NewFakeClock(gapTime)}
	c := reducedCache(t, ns, reducedTo("deployments", "new", "none"))
	b.BreakGlassReconciler = &BreakGlassReconciler{
		Client: c, Live: c, Clock: b.clock, Audit: audit.New(b.clock, logr.Discard(), &b.trail),
		Workloads: kindsOfTest(),
		Kinds:     &GatedKinds{},
		Ready:     func(context.Context) error { return b.ready },
		Ledger:    b,
	}
	return b
}

// look reconciles the namespace until there is nothing to do at once.
func (b *gapBench) look(t *testing.T) (time.Duration, error) {
	t.Helper()
	for {
		result, err := b.Reconcile(t.Context(), reconcile.Request{NamespacedName: client.ObjectKey{Name: "shop"}})
		if err != nil || result.RequeueAfter != time.Millisecond {
			return result.RequeueAfter, err
		}
	}
}

func (b *gapBench) open(t *testing.T) bool {
	t.Helper()
	var ns corev1.Namespace
	if err := b.Client.Get(t.Context(), client.ObjectKey{Name: "shop"}, &ns); err != nil {
		t.Fatal(err)
	}
	gap, there := breakglass.Of(&ns)
	if there && !gap.Recorded {
		t.Errorf("the gap was left as it was: %+v", gap)
	}
	return there
}

func (b *gapBench) events(t *testing.T) []audit.Event {
	t.Helper()
	var events []audit.Event
	for decoder := json.NewDecoder(bytes.NewReader(b.trail.Bytes())); decoder.More(); {
		var event audit.Event
		if err := decoder.Decode(&event); err != nil {
			t.Fatal(err)
		}
		events = append(events, event)
	}
	return events
}

// TestGapEnds: an operator that has just come ends nothing, and one that cannot answer neither.
func TestGapEnds(t *testing.T) {
	b := benchFor(t, brokenAt(gapTime.Add(-time.Hour)))
	if wait, err := b.look(t); err != nil || wait != settled || !b.open(t) {
		t.Errorf("waits %s, %v; want it to settle first", wait, err)
	}
	b.clock.Step(settled)
	b.ready = errors.New("no certificate")
	if _, err := b.look(t); !errors.Is(err, b.ready) || !b.open(t) {
		t.Errorf("want it to wait until it is ready, got %v", err)
	}
	b.ready, b.listing = nil, errors.New("no answer")
	if _, err := b.look(t); !errors.Is(err, b.listing) || !b.open(t) {
		t.Errorf("want it to wait until what came in is on the ledger, got %v", err)
	}
	b.listing = nil
	b.settles(t)
	if b.listed[0] != "shop" {
		t.Errorf("put on the ledger: %v", b.listed)
	}
	from, to := gapTime.Add(-time.Hour), gapTime.Add(-time.Hour+time.Minute)
	want := []audit.Event{
		{Type: audit.BreakGlass, Actor: audit.Actor{Username: "alice"}, From: from, To: to},
		{Type: audit.BreakGlassEnded, From: from, To: gapTime.Add(settled), Workloads: []string{"shop/deployments/new"}},
	}
	got := b.events(t)
	for i := range got {
		if i >= len(want) || len(got[i].Reasons) != 1 || got[i].Environment != "production" || got[i].Namespace != "shop" {
			t.Fatalf("written down: %+v", got)
		}
		got[i] = audit.Event{
			Type: got[i].Type, Actor: got[i].Actor, From: got[i].From, To: got[i].To, Workloads: got[i].Workloads,
		}
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("written down: -want, +got:\n%s", diff)
	}
}

// TestGapGoesOn: nobody is thrown out before the time is over, and it is written down once.
func TestGapGoesOn(t *testing.T) {
	b := benchFor(t, brokenAt(gapTime))
	for range 2 {
		if wait, err := b.look(t); err != nil || wait != time.Minute || !b.open(t) {
			t.Errorf("waits %s, %v; want the time that is left", wait, err)
		}
	}
	if events := b.events(t); len(events) != 1 {
		t.Errorf("written down: %+v", events)
	}
}

// TestGapEnded: who ended a gap is written down once the operator has seen what there is. Nothing else is waited for.
func TestGapEnded(t *testing.T) {
	b := benchFor(t, endedBy("bob", brokenAt(gapTime.Add(-time.Minute))))
	if wait, err := b.look(t); err != nil || wait != settled || !b.open(t) {
		t.Errorf("waits %s, %v; want it to settle first", wait, err)
	}
	b.clock.Step(settled)
	b.settles(t)
	events := b.events(t)
	if len(events) != 2 || events[1].Actor.Username != "bob" || !events[1].To.Equal(gapTime) {
		t.Errorf("written down: %+v", events)
	}
}

// settles : what came in is written down once the gate has been shut for a while.
func (b *gapBench) settles(t *testing.T) {
	t.Helper()
	if wait, err := b.look(t); err != nil || wait != heard || len(b.events(t)) != 1 {
		t.Errorf("waits %s, %v; want it to hear of all that came in", wait, err)
	}
	b.clock.Step(heard)
	if wait, err := b.look(t); err != nil || wait != 0 || b.open(t) {
		t.Errorf("the record is there still: %s, %v", wait, err)
	}
}

// TestGapAnew: a gap that is opened anew, while what came in by the last one waits to be written down, settles anew.
func TestGapAnew(t *testing.T) {
	b := benchFor(t, endedBy("bob", brokenAt(gapTime.Add(-time.Minute))))
	b.up = gapTime.Add(-settled)
	if _, err := b.look(t); err != nil {
		t.Fatal(err)
	}
	b.clock.Step(heard - time.Second)
	var ns corev1.Namespace
	if err := b.Client.Get(t.Context(), client.ObjectKey{Name: "shop"}, &ns); err != nil {
		t.Fatal(err)
	}
	ns.Annotations[v1alpha1.BreakGlassEndedAnnotation] = b.clock.Now().Format(time.RFC3339)
	if err := b.Client.Update(t.Context(), &ns); err != nil {
		t.Fatal(err)
	}
	if wait, err := b.look(t); err != nil || wait != heard {
		t.Errorf("waits %s, %v; want it to settle anew", wait, err)
	}
}

// TestGapListedWhole: what one event has no room for is in the next.
func TestGapListedWhole(t *testing.T) {
	came := make([]string, 2*audit.MostListed+1)
	for i := range came {
		came[i] = fmt.Sprint("shop/pods/", i)
	}
	var listed []string
	parts := listing(audit.Event{Reasons: []string{"since", "before"}}, came)
	for i, part := range parts {
		listed = append(listed, part.Workloads...)
		want := []string{"since", fmt.Sprintf("part %d of 3: 1025 are listed", i+1), "before"}
		if diff := cmp.Diff(want, part.Reasons); diff != "" || len(part.Workloads) > audit.MostListed {
			t.Errorf("part %d lists %d: -want, +got:\n%s", i, len(part.Workloads), diff)
		}
	}
	if diff := cmp.Diff(came, listed); diff != "" {
		t.Errorf("-want, +got:\n%s", diff)
	}
	if got := listing(audit.Event{}, nil); len(got) != 1 || len(got[0].Reasons) != 0 {
		t.Errorf("of a gap by which nothing came in: %+v", got)
	}
}

// TestGapNotWrittenDown: what cannot be written down stays.
func TestGapNotWrittenDown(t *testing.T) {
	ns := endedBy("bob", brokenAt(gapTime))
	ns.Annotations[v1alpha1.BreakGlassRecordedAnnotation] = "yes"
	b := benchFor(t, ns)
	b.up = gapTime.Add(-settled)
	b.Audit = audit.New(b.clock, logr.Discard(), fullDisk{})
	if _, err := b.look(t); err != nil {
		t.Fatal(err)
	}
	b.clock.Step(heard)
	if _, err := b.look(t); err == nil || !b.open(t) {
		t.Errorf("the record is gone: %v", err)
	}
}

type fullDisk struct{}

func (fullDisk) Write([]byte) (int, error) { return 0, errors.New("no space left") }
