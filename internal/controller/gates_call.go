// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

package controller

import (
	"fmt"

	admissionregistrationv1 "k8s.io/api/admissionregistration/v1"
)

// howToCall the gate: as for workloads.
func howToCall(
	installed admissionregistrationv1.ValidatingWebhookConfiguration,
) (admissionregistrationv1.WebhookClientConfig, error) {
	for _, entry := range installed.Webhooks {
		if entry.Name == workloadsEntry {
			return entry.ClientConfig, nil
		}
	}
	return admissionregistrationv1.WebhookClientConfig{}, fmt.Errorf("webhook configuration %s has no entry %s",
		installed.Name, workloadsEntry)
}

// trustAs has entries trust the authority that the stored ones of the same name do: whoever keeps the authorities
// writes them into every configuration, one after another. Where that is the operator it puts back what is taken out,
// too, once it is on record, and has to find it gone for that.
func (r *GateReconciler) trustAs(entries, stored []admissionregistrationv1.ValidatingWebhook) {
	for i := range entries {
		for _, before := range stored {
			if before.Name == entries[i].Name && (len(before.ClientConfig.CABundle) > 0 || r.AuthoritiesKept) {
				entries[i].ClientConfig.CABundle = before.ClientConfig.CABundle
			}
		}
	}
}
