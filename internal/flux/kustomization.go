// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

package flux

import (
	"fmt"

	"k8s.io/apimachinery/pkg/api/meta"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/runtime/schema"
)

// Kustomization is the kind of a Kustomization.
var Kustomization = schema.GroupVersionKind{
	Group: "kustomize.toolkit.fluxcd.io", Version: "v1", Kind: "Kustomization",
}

// RequestedAt is the annotation by which a Kustomization is reconciled at once. It is the time at which that was asked
// for, as RFC 3339 has it. https://fluxcd.io/flux/components/kustomize/kustomizations/#triggering-a-reconcile
const RequestedAt = "reconcile.fluxcd.io/requestedAt"

const (
	// conditionReady tells what came of the last reconciliation. While one runs it is Unknown.
	conditionReady = "Ready"
	// maxRevision is what a request has room for.
	maxRevision = 128
)

// NewKustomization is one to read into.
func NewKustomization() *unstructured.Unstructured {
	kustomization := &unstructured.Unstructured{}
	kustomization.SetGroupVersionKind(Kustomization)
	return kustomization
}

// Revision that a Kustomization is being reconciled to, or was last, such as main@sha1:9f1c…. Empty where it says
// none, or where there is no room for it.
func Revision(kustomization map[string]any) string {
	revision, _, err := unstructured.NestedString(kustomization, "status", "lastAttemptedRevision")
	if err != nil || len(revision) > maxRevision {
		return ""
	}
	return revision
}

// state is what is looked at of a Kustomization.
type state struct {
	Metadata struct {
		Annotations map[string]string `json:"annotations"`
	} `json:"metadata"`
	Spec struct {
		Suspend bool `json:"suspend"`
	} `json:"spec"`
	Status struct {
		Conditions             []metav1.Condition `json:"conditions"`
		LastHandledReconcileAt string             `json:"lastHandledReconcileAt"`
	} `json:"status"`
}

func stateOf(kustomization map[string]any) (state, error) {
	var read state
	if err := runtime.DefaultUnstructuredConverter.FromUnstructured(kustomization, &read); err != nil {
		return state{}, fmt.Errorf("read the Kustomization: %w", err)
	}
	return read, nil
}

// ready is what came of the last reconciliation; nil where nobody knows.
func (s state) ready() *metav1.Condition {
	return meta.FindStatusCondition(s.Status.Conditions, conditionReady)
}

// running : it is being reconciled, or was asked to be and is not yet.
func (s state) running() bool {
	asked := s.Metadata.Annotations[RequestedAt]
	ready := s.ready()
	return asked != "" && asked != s.Status.LastHandledReconcileAt ||
		ready != nil && ready.Status == metav1.ConditionUnknown
}
