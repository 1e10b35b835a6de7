// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

package webhook

import (
	"context"

	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	logf "sigs.k8s.io/controller-runtime/pkg/log"
	"sigs.k8s.io/controller-runtime/pkg/webhook/admission"

	"github.com/countersign-dev/countersign/internal/argocd"
)

// Operations writes into the operations of Applications who wrote them. It fails open: an operation of which nobody
// wrote that down makes nobody one of the two people. A ValidatingAdmissionPolicy refuses what somebody else says
// there.
type Operations struct {
	Trust argocd.Trust
	// Operator is the user name that the operator itself runs as. It runs operations again as they were.
	Operator string
}

var _ admission.Handler = Operations{}

// Handle answers one review.
func (o Operations) Handle(ctx context.Context, req admission.Request) admission.Response {
	if req.UserInfo.Username == o.Operator {
		return admission.Allowed("")
	}
	application, before, err := applicationsOf(req)
	if err == nil {
		err = o.Trust.Stamp(application, before, userReference(req.UserInfo))
	}
	if err != nil {
		logf.FromContext(ctx).Error(err, "Could not write down who began a sync",
			"namespace", req.Namespace, "name", req.Name)
		return admission.Allowed("")
	}
	return patched(req, &unstructured.Unstructured{Object: application})
}

// applicationsOf a review: as it is to be stored, and as it is; nil where it is not.
func applicationsOf(req admission.Request) (application, before map[string]any, err error) {
	if application, err = decode(req.Object.Raw); err != nil || len(req.OldObject.Raw) == 0 {
		return application, nil, err
	}
	before, err = decode(req.OldObject.Raw)
	return application, before, err
}
