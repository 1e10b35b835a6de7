// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

package bypass

import (
	"slices"
	"strings"

	admissionregistrationv1 "k8s.io/api/admissionregistration/v1"
)

// InForce are the names of the policies that deny: those that fail closed, and that a binding has deny everywhere. What
// a policy of a name says is not looked at: who may change it can switch it off, and is listed for that.
func InForce(
	policies []admissionregistrationv1.ValidatingAdmissionPolicy,
	bindings []admissionregistrationv1.ValidatingAdmissionPolicyBinding,
) []string {
	var names []string
	for _, policy := range policies {
		closed := policy.Spec.FailurePolicy == nil || *policy.Spec.FailurePolicy == admissionregistrationv1.Fail
		if closed && slices.ContainsFunc(bindings, func(b admissionregistrationv1.ValidatingAdmissionPolicyBinding) bool {
			return b.Spec.PolicyName == policy.Name && b.Spec.MatchResources == nil &&
				slices.Contains(b.Spec.ValidationActions, admissionregistrationv1.Deny)
		}) {
			names = append(names, policy.Name)
		}
	}
	return names
}

// Asked tells whether API servers ask the gate about what enters environments, and let nothing in when it does not
// answer.
func Asked(configurations []admissionregistrationv1.ValidatingWebhookConfiguration) bool {
	asked := false
	for _, configuration := range configurations {
		for _, entry := range configuration.Webhooks {
			if configuration.Name != "countersign-gate" || !strings.HasSuffix(entry.Name, ".gate.countersign.dev") {
				continue
			}
			if entry.FailurePolicy != nil && *entry.FailurePolicy != admissionregistrationv1.Fail {
				return false
			}
			asked = true
		}
	}
	return asked
}
