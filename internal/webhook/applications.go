// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

package webhook

import (
	"context"
	"errors"

	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	logf "sigs.k8s.io/controller-runtime/pkg/log"
	"sigs.k8s.io/controller-runtime/pkg/webhook/admission"

	"github.com/countersign-dev/countersign/internal/argocd"
)

// Applications writes into Applications of Argo CD who wrote their operations, and what they deploy. It fails open:
// where nobody wrote that down, whoever began a sync is not one of the two people. A
// ValidatingAdmissionPolicy refuses what somebody else says there.
type Applications struct {
	Syncs Syncs
	// Operator is the user name that the operator itself runs as. It runs operations again as they were.
	Operator string
}

var _ admission.Handler = Applications{}

// Handle answers one review.
func (a Applications) Handle(ctx context.Context, req admission.Request) admission.Response {
	if req.UserInfo.Username == a.Operator {
		return admission.Allowed("")
	}
	application, before, err := applicationsOf(req)
	if err == nil {
		err = a.note(ctx, req, application, before)
	}
	if err != nil {
		logf.FromContext(ctx).Error(err, "Could not write down who wrote an Application",
			"namespace", req.Namespace, "name", req.Name)
	}
	if application == nil {
		return admission.Allowed("")
	}
	return patched(req, &unstructured.Unstructured{Object: application})
}

// note in an Application who writes what of it. Where one cannot be told, the other is noted all the same.
func (a Applications) note(ctx context.Context, req admission.Request, application, before map[string]any) error {
	change := argocd.Change{
		Username: req.UserInfo.Username, Manager: writeOf(req).Manager,
		Delivery: func() *argocd.Delivery { return a.Syncs.delivers(ctx, req, applicationOf(req, application)) },
	}
	return errors.Join(
		a.Syncs.Trust.NoteSpec(application, before, change),
		a.Syncs.Trust.Stamp(application, before, userReference(req.UserInfo)),
	)
}

// applicationsOf a review: as it is to be stored, and as it is; nil where it is not.
func applicationsOf(req admission.Request) (application, before map[string]any, err error) {
	if application, err = decode(req.Object.Raw); err != nil || len(req.OldObject.Raw) == 0 {
		return application, nil, err
	}
	before, err = decode(req.OldObject.Raw)
	return application, before, err
}
