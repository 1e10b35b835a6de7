// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

// Package conditions sets the conditions of a status as kstatus reads them: Ready is the summary, and Stalled is there
// and True only where waiting will not help. Conditions do not flap: the transition time moves only when a status
// changes, and setting what is already set changes nothing.
package conditions

import (
	"time"
	"unicode/utf8"

	"k8s.io/apimachinery/pkg/api/meta"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/countersign-dev/countersign/api/v1alpha1"
)

// maxMessage is how long a message may be, in bytes. The API allows more, but people read it in one cell of a table.
const maxMessage = 1024

// Setter sets conditions of one object at one moment.
type Setter struct {
	conditions *[]metav1.Condition
	generation int64
	now        metav1.Time
}

// On returns a setter for the conditions of an object that has the given generation.
func On(conditions *[]metav1.Condition, generation int64, now time.Time) Setter {
	return Setter{conditions: conditions, generation: generation, now: metav1.NewTime(now.Truncate(time.Second))}
}

// Ready : all is as the object says.
func (s Setter) Ready(reason, message string) {
	s.Set(v1alpha1.ConditionReady, true, reason, message)
	s.Remove(v1alpha1.ConditionStalled)
}

// NotReady : not yet; waiting may help.
func (s Setter) NotReady(reason, message string) {
	s.Set(v1alpha1.ConditionReady, false, reason, message)
	s.Remove(v1alpha1.ConditionStalled)
}

// Stalled : not ready, and it will stay so until somebody changes something.
func (s Setter) Stalled(reason, message string) {
	s.Set(v1alpha1.ConditionReady, false, reason, message)
	s.Set(v1alpha1.ConditionStalled, true, reason, message)
}

// Set sets one condition.
func (s Setter) Set(conditionType string, holds bool, reason, message string) {
	status := metav1.ConditionFalse
	if holds {
		status = metav1.ConditionTrue
	}
	meta.SetStatusCondition(s.conditions, metav1.Condition{
		Type: conditionType, Status: status, Reason: reason, Message: Shorten(message, maxMessage),
		ObservedGeneration: s.generation, LastTransitionTime: s.now,
	})
}

// Remove takes one condition away.
func (s Setter) Remove(conditionType string) {
	meta.RemoveStatusCondition(s.conditions, conditionType)
}

// Shorten cuts a text to so many bytes, and shows that it did.
func Shorten(text string, most int) string {
	if len(text) <= most {
		return text
	}
	end := most - len("…")
	for !utf8.RuneStart(text[end]) {
		end--
	}
	return text[:end] + "…"
}
