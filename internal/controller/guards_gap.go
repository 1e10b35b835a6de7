// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

package controller

import (
	"fmt"
	"strings"
	"time"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime"

	"github.com/countersign-dev/countersign/internal/audit"
	"github.com/countersign-dev/countersign/internal/guards"
	"github.com/countersign-dev/countersign/internal/metrics"
)

// began writes down that a guard is not as it should be, once. What is lost in the audit trail is not gone on with.
func (r *GuardReconciler) began(guard, stored *unstructured.Unstructured, wrong []string) error {
	if _, known := r.gaps[nameOf(guard)]; known {
		return nil
	}
	since, reason := r.gone()
	if stored != nil {
		since, reason = changed(stored)
		reason += ": " + strings.Join(wrong, ", ")
	}
	if err := r.record(audit.GuardBroken, guard, since, time.Time{}, reason); err != nil {
		return err
	}
	if r.gaps == nil {
		r.gaps = map[string]time.Time{}
	}
	r.gaps[nameOf(guard)] = since
	metrics.GuardBroken(guard.GetKind(), guard.GetName())
	return nil
}

// ended writes down that a guard is as it should be again, if it was not.
func (r *GuardReconciler) ended(guard *unstructured.Unstructured) error {
	since, known := r.gaps[nameOf(guard)]
	if !known {
		return nil
	}
	if err := r.record(audit.GuardRestored, guard, since, r.Clock.Now(), "as it should be again"); err != nil {
		return err
	}
	delete(r.gaps, nameOf(guard))
	metrics.GuardRestored(guard.GetKind(), guard.GetName())
	return nil
}

func (r *GuardReconciler) record(
	what audit.Type, guard *unstructured.Unstructured, from, to time.Time, reason string,
) error {
	resource := strings.ToLower(guard.GetKind()) + "s"
	if kind, found := strings.CutSuffix(resource, "policys"); found {
		resource = kind + "policies"
	}
	return r.tell(audit.Event{
		Type: what, Object: audit.Object{Group: guards.Group, Resource: resource, Name: guard.GetName()},
		From: from, To: to, Reasons: []string{reason},
	}, guard, nameOf(guard)+": "+reason)
}

// tell the audit trail, and an Event of the ConfigMap that says which guards are installed. Events that are related to
// the same count as one that goes on.
func (r *GuardReconciler) tell(e audit.Event, related runtime.Object, note string) error {
	r.Audit.Record(e)
	if err := r.Audit.Check(nil); err != nil {
		return fmt.Errorf("write down %s: %w", e.Type, err)
	}
	r.Events.Eventf(&corev1.ConfigMap{
		TypeMeta:   metav1.TypeMeta{APIVersion: "v1", Kind: "ConfigMap"},
		ObjectMeta: metav1.ObjectMeta{Namespace: r.Namespace, Name: GuardsConfigMap},
	}, related, corev1.EventTypeWarning, string(e.Type), "Restore", "%s", note)
	return nil
}

// gone : when a guard that is missing went, and that it did. One that was missing before the operator looked for the
// first time is so since it is not known when.
func (r *GuardReconciler) gone() (time.Time, string) {
	if !r.looked {
		return time.Time{}, "missing since before the operator came up"
	}
	return r.Clock.Now(), "deleted"
}

// changed : when an object was last written, by the API server's clock, and through what. Who did it no object says;
// the API server's audit log does.
func changed(stored metav1.Object) (time.Time, string) {
	var last metav1.ManagedFieldsEntry
	for _, entry := range stored.GetManagedFields() {
		if entry.Time != nil && (last.Time == nil || !entry.Time.Before(last.Time)) {
			last = entry
		}
	}
	if last.Time == nil {
		return time.Time{}, "changed"
	}
	return last.Time.UTC(), "changed through " + last.Manager
}
