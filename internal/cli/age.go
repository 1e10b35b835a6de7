// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

package cli

import (
	"time"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/util/duration"
)

// age is how long ago something was, as kubectl writes it: 5m, 3d.
func age(then metav1.Time, now time.Time) string {
	if then.IsZero() {
		return "<unknown>"
	}
	return duration.HumanDuration(max(0, now.Sub(then.Time)))
}

// stamp is a moment for the record: 2026-09-14 16:05:07 UTC.
func stamp(t metav1.Time) string {
	return t.UTC().Format("2006-01-02 15:04:05 MST")
}
