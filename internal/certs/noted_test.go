// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

package certs

import (
	"testing"

	admissionregistrationv1 "k8s.io/api/admissionregistration/v1"
)

// TestNoteNothing : of a configuration that trusts nobody any more nothing is noted, as of one that never did.
func TestNoteNothing(t *testing.T) {
	t.Parallel()
	configuration := &admissionregistrationv1.ValidatingWebhookConfiguration{
		Webhooks: []admissionregistrationv1.ValidatingWebhook{{
			Name: "a", ClientConfig: admissionregistrationv1.WebhookClientConfig{CABundle: []byte("x")},
		}},
	}
	if !Note(configuration) || configuration.Annotations[notedAnnotation] != "a" {
		t.Errorf("it is noted: %v", configuration.Annotations)
	}
	configuration.Webhooks = nil
	if !Note(configuration) || len(configuration.Annotations) > 0 {
		t.Errorf("it is noted: %v", configuration.Annotations)
	}
	if Note(configuration) {
		t.Error("nothing is noted again")
	}
}
