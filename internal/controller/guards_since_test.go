// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

package controller

import (
	"bytes"
	"encoding/json"
	"testing"
	"time"

	"github.com/go-logr/logr"
	"github.com/google/go-cmp/cmp"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/client-go/tools/events"
	clocktesting "k8s.io/utils/clock/testing"
	"sigs.k8s.io/controller-runtime/pkg/client/fake"

	"github.com/countersign-dev/countersign/internal/audit"
)

// TestSince: what is said of a change is what is known of it. Whoever only takes something out leaves no name in the
// object, and no time.
func TestSince(t *testing.T) {
	now := time.Date(2026, 11, 30, 12, 0, 0, 0, time.UTC)
	day := func(day int) time.Time { return time.Date(2026, 11, day, 12, 0, 0, 0, time.UTC) }
	written := func(manager string, at time.Time) metav1.ManagedFieldsEntry {
		return metav1.ManagedFieldsEntry{Manager: manager, Time: &metav1.Time{Time: at}}
	}
	applied, own := written("installer", day(1)), written(string(fieldOwner), day(2))
	issued, evil := written("countersign-certificates", day(2)), written("evil", day(3))
	atOnce := written("evil", day(2))
	type writes []metav1.ManagedFieldsEntry
	for name, test := range map[string]struct {
		reason string
		// right are the writes when it was last seen to be right; nil where it was not seen.
		right, stored writes
		want          string
		from          time.Time
	}{
		"Changed":      {"the object says so", writes{applied}, writes{applied, evil}, "changed through evil: a, b", day(3)},
		"ChangedFirst": {"in whatever order", writes{applied}, writes{evil, applied}, "changed through evil: a, b", day(3)},
		"ChangedAtOnce": {"in the second in which the operator wrote", writes{own}, writes{atOnce, own},
			"changed through evil: a, b", day(2)},
		"ChangedAtOnceFirst": {"in whatever order", writes{own}, writes{own, atOnce},
			"changed through evil: a, b", day(2)},
		"ChangedWhileDown": {"it does after all", nil, writes{own, evil}, "changed through evil: a, b", day(3)},
		"TakenOut": {"the last write is the one that was right", writes{applied}, writes{applied},
			"changed, and it does not say through what: a, b", now},
		"TakenOutSinceRestored": {"what the operator wrote was right", writes{applied}, writes{applied, own},
			"changed, and it does not say through what: a, b", now},
		"TakenOutSinceIssued": {"and whom it trusts", writes{applied}, writes{applied, issued},
			"changed, and it does not say through what: a, b", now},
		"TakenOutWhileDown": {"it is not known when", nil, writes{applied, own},
			"changed before the operator came up: a, b", time.Time{}},
		"Silent": {"it says nothing at all", nil, nil, "changed before the operator came up: a, b", time.Time{}},
	} {
		t.Run(name, func(t *testing.T) {
			c, trail := fake.NewClientBuilder().Build(), &bytes.Buffer{}
			clock := clocktesting.NewFakePassiveClock(now)
			gaps := &GuardGaps{
				Client: c, Audit: audit.New(clock, logr.Discard(), trail), Events: &events.FakeRecorder{}, Clock: clock,
			}
			guard := &webhookConfiguration{ObjectMeta: metav1.ObjectMeta{Name: "guard", ManagedFields: test.right}}
			if test.right != nil {
				if err := gaps.Restored(guard); err != nil {
					t.Fatal(err)
				}
			}
			guard.ManagedFields = test.stored
			if err := gaps.Changed(guard, "a", "b"); err != nil {
				t.Fatal(err)
			}
			var event audit.Event
			if err := json.Unmarshal(trail.Bytes(), &event); err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff([]string{test.want}, event.Reasons); diff != "" || !event.From.Equal(test.from) {
				t.Errorf("%s: since %s, -want, +got:\n%s", test.reason, event.From, diff)
			}
		})
	}
}
