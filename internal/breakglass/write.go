// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

package breakglass

import (
	"encoding/json"
	"fmt"
	"strings"
	"time"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/countersign-dev/countersign/api/v1alpha1"
)

// notes are labels or annotations to be written: null takes one away.
type notes map[string]any

// Opening is the merge patch that opens a gap in the gate of a namespace. What the last one left stays as a line.
func Opening(namespace metav1.Object, by, reason string, now time.Time, lasts time.Duration) ([]byte, error) {
	annotations := notes{
		v1alpha1.BreakGlassByAnnotation: by, v1alpha1.BreakGlassReasonAnnotation: reason,
		v1alpha1.BreakGlassTimeAnnotation: written(now), v1alpha1.BreakGlassUntilAnnotation: written(now.Add(lasts)),
		v1alpha1.BreakGlassEndedAnnotation: nil, v1alpha1.BreakGlassEndedByAnnotation: nil,
		v1alpha1.BreakGlassRecordedAnnotation: nil,
	}
	if line := lastOf(namespace.GetAnnotations()); line != "" {
		annotations[v1alpha1.BreakGlassBeforeAnnotation] = line
	}
	return patch(namespace, notes{v1alpha1.BreakGlassLabel: "open"}, annotations)
}

// lastOf are the gaps that are over and not written down, a line each; the guard wants them word for word.
func lastOf(old map[string]string) string {
	if old[v1alpha1.BreakGlassEndedAnnotation] == "" {
		return ""
	}
	line := fmt.Sprintf("%s to %s by %s: %s", old[v1alpha1.BreakGlassTimeAnnotation],
		old[v1alpha1.BreakGlassEndedAnnotation], old[v1alpha1.BreakGlassByAnnotation],
		old[v1alpha1.BreakGlassReasonAnnotation])
	if before := old[v1alpha1.BreakGlassBeforeAnnotation]; before != "" {
		line = before + "\n" + line
	}
	return line
}

// Ending is the merge patch that ends a gap. What it was stays, for the operator to write it down. It names nobody if
// its time is over.
func Ending(namespace metav1.Object, by string, now time.Time) ([]byte, error) {
	annotations := notes{v1alpha1.BreakGlassEndedAnnotation: written(now)}
	if by != "" {
		annotations[v1alpha1.BreakGlassEndedByAnnotation] = by
	}
	return patch(namespace, notes{v1alpha1.BreakGlassLabel: nil}, annotations)
}

// Recording is the merge patch that says of a gap that it has been written down that it was opened.
func Recording(namespace metav1.Object, now time.Time) ([]byte, error) {
	return patch(namespace, nil, notes{v1alpha1.BreakGlassRecordedAnnotation: written(now)})
}

// Clearing is the merge patch that takes away all that the namespace says of a gap that is over.
func Clearing(namespace metav1.Object) ([]byte, error) {
	annotations := notes{}
	for key := range namespace.GetAnnotations() {
		if strings.HasPrefix(key, v1alpha1.BreakGlassAnnotationPrefix) {
			annotations[key] = nil
		}
	}
	return patch(namespace, nil, annotations)
}

// patch of the namespace as it was read: not if it has changed since.
func patch(namespace metav1.Object, labels, annotations notes) ([]byte, error) {
	metadata := map[string]any{"resourceVersion": namespace.GetResourceVersion(), "annotations": annotations}
	if labels != nil {
		metadata["labels"] = labels
	}
	text, err := json.Marshal(map[string]any{"metadata": metadata})
	if err != nil {
		return nil, fmt.Errorf("encode the patch of namespace %s: %w", namespace.GetName(), err)
	}
	return text, nil
}
