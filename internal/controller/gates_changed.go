// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

package controller

import (
	"slices"

	admissionregistrationv1 "k8s.io/api/admissionregistration/v1"

	"github.com/countersign-dev/countersign/internal/certs"
	"github.com/countersign-dev/countersign/internal/gates"
)

// changedByOthers names what somebody else has changed of the entries, as they are stored: those that are not as they
// should be, where they are not those that the operator wrote last, so that it is not for a policy's sake; and the
// authorities that are put back.
func (r *GateReconciler) changedByOthers(
	stored, own *admissionregistrationv1.ValidatingWebhookConfiguration,
) (what []string, err error) {
	changed, err := r.notAsWritten(stored)
	if err != nil {
		return nil, err
	}
	if changed {
		what = gates.Differing(own.Webhooks, stored.Webhooks)
	}
	lost := certs.Lost(own)
	for _, name := range certs.Lost(stored) {
		if !slices.Contains(lost, name) {
			what = append(what, name+".caBundle")
		}
	}
	return what, nil
}

// notAsWritten tells whether the stored entries are not those that the operator wrote last. What it wrote before it
// came up is known from the annotation.
func (r *GateReconciler) notAsWritten(stored *admissionregistrationv1.ValidatingWebhookConfiguration) (bool, error) {
	last := r.written
	if last == "" {
		last = stored.Annotations[entriesAnnotation]
	}
	if last == "" && len(stored.Webhooks) == 0 {
		return false, nil // as it is installed
	}
	sum, err := gates.Sum(stored.Webhooks)
	return sum != last, err
}
