// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

package v1alpha1

// BreakGlassLabel on a namespace takes it out of the gate, whatever its value: API servers ask nobody about its
// changes. The namespace stays in its environment. Only the group countersign:break-glass sets it, for at most four
// hours; the operator, when it runs, writes the gap down and takes the label off when its time is over.
const BreakGlassLabel = "countersign.dev/break-glass"

// What a namespace says of a gap in its gate. They are written with the label, and nobody changes them afterwards: they
// stay, also when somebody has ended the gap, until the operator has written it down. Times are RFC3339, in UTC and
// without fractions, as the clock of whoever wrote them had it.
const (
	// BreakGlassByAnnotation is the user who opened the gap.
	BreakGlassByAnnotation = "countersign.dev/break-glass-by"
	// BreakGlassReasonAnnotation says why.
	BreakGlassReasonAnnotation = "countersign.dev/break-glass-reason"
	// BreakGlassTimeAnnotation is when it was opened.
	BreakGlassTimeAnnotation = "countersign.dev/break-glass-time"
	// BreakGlassUntilAnnotation is when the operator ends it.
	BreakGlassUntilAnnotation = "countersign.dev/break-glass-until"
	// BreakGlassEndedAnnotation is when somebody ended it.
	BreakGlassEndedAnnotation = "countersign.dev/break-glass-ended"
	// BreakGlassEndedByAnnotation is who did.
	BreakGlassEndedByAnnotation = "countersign.dev/break-glass-ended-by"
	// BreakGlassBeforeAnnotation has a line for each earlier gap that the operator has not written down yet.
	BreakGlassBeforeAnnotation = "countersign.dev/break-glass-before"
	// BreakGlassRecordedAnnotation : the operator has written down that the gap was opened.
	BreakGlassRecordedAnnotation = "countersign.dev/break-glass-recorded"
)

// BreakGlassAnnotationPrefix is that of all of them.
const BreakGlassAnnotationPrefix = "countersign.dev/break-glass-"
