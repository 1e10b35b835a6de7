// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

package cli

import (
	"errors"
	"fmt"
	"testing"

	"github.com/google/go-cmp/cmp"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"k8s.io/apimachinery/pkg/api/meta"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime/schema"

	"github.com/countersign-dev/countersign/api/v1alpha1"
)

func refused(reason metav1.StatusReason, message string) error {
	status := metav1.Status{Status: metav1.StatusFailure, Reason: reason, Message: message}
	return fmt.Errorf("decide about x: %w", &apierrors.StatusError{ErrStatus: status})
}

func TestExplain(t *testing.T) {
	for name, tc := range map[string]struct {
		reason string
		err    error
		want   string
	}{
		"OwnWebhook": {
			reason: "what our webhook says is printed as it is, without an introduction",
			err: refused(metav1.StatusReasonForbidden, `admission webhook "approvals.countersign.dev" denied the request: `+
				"bob@example.com may not approve\n  Because:  \x1bthey asked for it"),
			want: "bob@example.com may not approve\n  Because:  \\u001bthey asked for it",
		},
		"OwnGuard": {
			reason: "and so is what our guards in the API server say",
			err: refused(metav1.StatusReasonForbidden, `serviceaccounts "ci" is forbidden: ValidatingAdmissionPolicy `+
				`'countersign-bot-tokens' with binding 'countersign-bot-tokens' denied request: a token of bot cicd/ci lives …`),
			want: "a token of bot cicd/ci lives …",
		},
		"OtherGuard": {
			reason: "what another guard says keeps its name",
			err: refused(metav1.StatusReasonForbidden, `secrets "x" is forbidden: ValidatingAdmissionPolicy 'theirs' `+
				`with binding 'countersign-x' denied request: no`),
			want: `error from the API server: secrets "x" is forbidden: ValidatingAdmissionPolicy 'theirs' ` +
				`with binding 'countersign-x' denied request: no`,
		},
		"OtherWebhook": {
			reason: "what another webhook says keeps its name",
			err: refused(metav1.StatusReasonForbidden,
				`admission webhook "countersign.dev.example.com" denied the request: no`),
			want: `error from the API server: admission webhook "countersign.dev.example.com" denied the request: no`,
		},
		"WebhookDown": {
			reason: "an operator that is down is something else than a refusal",
			err:    refused(metav1.StatusReasonInternalError, `Internal error occurred: failed calling webhook "x": EOF`),
			want: "error from the API server: Internal error occurred: failed calling webhook \"x\": EOF\n" +
				"Next: look whether Countersign runs: kubectl get pods -n countersign-system",
		},
		"NotStamped": {
			reason: "the schema refuses an approval that nobody stamped",
			err: refused(metav1.StatusReasonInvalid,
				`Approval.countersign.dev "x" is invalid: spec.approver: Required value`),
			want: "error from the API server: Approval.countersign.dev \"x\" is invalid: spec.approver: Required value\n" +
				"Next: Countersign did not stamp who you are; look whether it is installed whole and runs: " +
				"kubectl get mutatingwebhookconfiguration countersign-stamp",
		},
		"Forbidden": {
			reason: "missing rights are held by roles",
			err:    refused(metav1.StatusReasonForbidden, `approvals is forbidden: User "x" cannot create resource "approvals"`),
			want: "error from the API server: approvals is forbidden: User \"x\" cannot create resource \"approvals\"\n" +
				"Next: see which roles you hold (kubectl countersign whoami), and ask for the missing one",
		},
		"NotInstalled": {
			reason: "a cluster without the kinds",
			err: fmt.Errorf("list requests: %w", &meta.NoKindMatchError{
				GroupKind: schema.GroupKind{Group: v1alpha1.GroupName, Kind: "PromotionRequest"},
			}),
			want: "error: list requests: no matches for kind \"PromotionRequest\" in group \"countersign.dev\"\n" +
				"Next: ask who runs this cluster whether Countersign is installed: " +
				"kubectl api-resources --api-group=countersign.dev",
		},
		"Problem": {
			reason: "a problem says what to do next",
			err:    problem{what: "no", next: "do this"},
			want:   "error: no\nNext: do this",
		},
		"Other": {
			reason: "anything else is printed safely",
			err:    errors.New("connection refused\x1b"),
			want:   `error: connection refused\u001b`,
		},
	} {
		t.Run(name, func(t *testing.T) {
			if diff := cmp.Diff(tc.want, explain(tc.err)); diff != "" {
				t.Errorf("%s (-want +got):\n%s", tc.reason, diff)
			}
		})
	}
}
