// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

package breakglass

import (
	"fmt"
	"strings"
	"time"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/countersign-dev/countersign/api/v1alpha1"
)

// Most is how long a gap may last. A guard in the API server holds people to it, and the operator ends one that says
// more.
const Most = 4 * time.Hour

// skew is how far the clock of whoever opened a gap may be ahead.
const skew = 5 * time.Minute

// Gap is a gap in the gate of a namespace.
type Gap struct {
	// Open : the gap is there now. Otherwise somebody has ended it, and it is not written down yet.
	Open       bool
	By, Reason string
	// Since and Until are as the annotations say; zero where they cannot be read.
	Since, Until time.Time
	// Ended and EndedBy say who ended the gap; empty while it is open.
	Ended   time.Time
	EndedBy string
	// Before has a line for each earlier gap that is not written down yet.
	Before []string
	// Recorded : it is written down that this gap was opened.
	Recorded bool
}

// Of is the gap that a namespace tells of; false where it tells of none.
func Of(namespace metav1.Object) (Gap, bool) {
	notes := namespace.GetAnnotations()
	_, open := namespace.GetLabels()[v1alpha1.BreakGlassLabel]
	if !open && !noted(notes) {
		return Gap{}, false
	}
	gap := Gap{
		Open: open, By: notes[v1alpha1.BreakGlassByAnnotation], Reason: notes[v1alpha1.BreakGlassReasonAnnotation],
		Since: moment(notes[v1alpha1.BreakGlassTimeAnnotation]), Until: moment(notes[v1alpha1.BreakGlassUntilAnnotation]),
		Ended: moment(notes[v1alpha1.BreakGlassEndedAnnotation]), EndedBy: notes[v1alpha1.BreakGlassEndedByAnnotation],
		Recorded: notes[v1alpha1.BreakGlassRecordedAnnotation] != "",
	}
	if before := notes[v1alpha1.BreakGlassBeforeAnnotation]; before != "" {
		gap.Before = strings.Split(before, "\n")
	}
	return gap, true
}

func noted(annotations map[string]string) bool {
	for key := range annotations {
		if strings.HasPrefix(key, v1alpha1.BreakGlassAnnotationPrefix) {
			return true
		}
	}
	return false
}

func moment(text string) time.Time {
	at, err := time.Parse(time.RFC3339, text)
	if err != nil {
		return time.Time{} // as if it were not there: such a gap is over
	}
	return at.UTC()
}

// Ends is when the gap is over. One that says too much of itself, or what cannot be read, ends at once: the time zero.
func (g Gap) Ends(now time.Time) time.Time {
	if g.Since.IsZero() || g.Since.After(now.Add(skew)) || g.Until.Sub(g.Since) > Most {
		return time.Time{}
	}
	return g.Until
}

// Began is when the gate was open for the first time, at the earliest: long ago where nobody can tell.
func (g Gap) Began(now time.Time) time.Time {
	if g.Since.IsZero() || g.Since.After(now.Add(skew)) || len(g.Before) > 0 {
		return time.Unix(0, 0)
	}
	return g.Since.Add(-skew)
}

// String says who opened it and why.
func (g Gap) String() string {
	text := fmt.Sprintf("since %s by %s: %s", written(g.Since), g.By, g.Reason)
	if !g.Ended.IsZero() {
		text = fmt.Sprintf("from %s to %s by %s: %s", written(g.Since), written(g.Ended), g.By, g.Reason)
	}
	return text
}

func written(at time.Time) string { return at.UTC().Format(time.RFC3339) }
