// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

package conditions_test

import (
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/countersign-dev/countersign/internal/conditions"
)

var (
	before = time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)
	now    = before.Add(time.Hour + 5*time.Millisecond)
)

func condition(
	conditionType string, status metav1.ConditionStatus, reason string, generation int64, at time.Time,
) metav1.Condition {
	return metav1.Condition{
		Type: conditionType, Status: status, Reason: reason, Message: reason + ".",
		ObservedGeneration: generation, LastTransitionTime: metav1.NewTime(at.Truncate(time.Second)),
	}
}

func TestSetter(t *testing.T) {
	ready := condition("Ready", "True", "Granted", 1, before)
	notReady := condition("Ready", "False", "NameTaken", 1, before)
	stalled := condition("Stalled", "True", "NameTaken", 1, before)
	other := condition("Approved", "True", "Approved", 1, before)
	cases := map[string]struct {
		reason     string
		have       []metav1.Condition
		generation int64
		set        func(conditions.Setter)
		want       []metav1.Condition
	}{
		"First": {
			reason:     "a first visit adds the condition",
			generation: 1,
			set:        func(s conditions.Setter) { s.Ready("Granted", "Granted.") },
			want:       []metav1.Condition{condition("Ready", "True", "Granted", 1, now)},
		},
		"Same": {
			reason:     "setting what is set changes nothing, the transition time included",
			have:       []metav1.Condition{ready},
			generation: 1,
			set:        func(s conditions.Setter) { s.Ready("Granted", "Granted.") },
			want:       []metav1.Condition{ready},
		},
		"NewGeneration": {
			reason:     "a condition speaks of the generation that was looked at, and that is no transition",
			have:       []metav1.Condition{ready},
			generation: 2,
			set:        func(s conditions.Setter) { s.Ready("Granted", "Granted.") },
			want:       []metav1.Condition{condition("Ready", "True", "Granted", 2, before)},
		},
		"Stalled": {
			reason:     "stalled is not ready, and both moved now",
			have:       []metav1.Condition{ready, other},
			generation: 1,
			set:        func(s conditions.Setter) { s.Stalled("NameTaken", "NameTaken.") },
			want: []metav1.Condition{
				condition("Ready", "False", "NameTaken", 1, now), other, condition("Stalled", "True", "NameTaken", 1, now),
			},
		},
		"ReadyAgain": {
			reason:     "Stalled is there only while it is True",
			have:       []metav1.Condition{notReady, stalled},
			generation: 1,
			set:        func(s conditions.Setter) { s.Ready("Granted", "Granted.") },
			want:       []metav1.Condition{condition("Ready", "True", "Granted", 1, now)},
		},
		"WaitingHelps": {
			reason:     "the reason changes without a transition, and Stalled goes",
			have:       []metav1.Condition{notReady, stalled},
			generation: 1,
			set:        func(s conditions.Setter) { s.NotReady("Waiting", "Waiting.") },
			want:       []metav1.Condition{condition("Ready", "False", "Waiting", 1, before)},
		},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			tc.set(conditions.On(&tc.have, tc.generation, now))
			if diff := cmp.Diff(tc.want, tc.have); diff != "" {
				t.Errorf("%s: -want, +got:\n%s", tc.reason, diff)
			}
		})
	}
}

func TestMessagesAreBounded(t *testing.T) {
	for shift := range 3 {
		var got []metav1.Condition
		message := strings.Repeat("x", shift) + strings.Repeat("例", 1000)
		conditions.On(&got, 1, now).Ready("Granted", message)
		if m := got[0].Message; len(m) > 1024 || !utf8.ValidString(m) || !strings.HasSuffix(m, "…") {
			t.Errorf("shift %d: %d bytes, valid UTF-8 %t: %s", shift, len(m), utf8.ValidString(m), m)
		}
	}
}
