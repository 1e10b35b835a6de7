// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

package webhook

import (
	admissionv1 "k8s.io/api/admission/v1"
	"sigs.k8s.io/controller-runtime/pkg/webhook/admission"

	"github.com/countersign-dev/countersign/internal/audit"
	"github.com/countersign-dev/countersign/internal/workload"
)

// statusSubresource comes here only where it chooses what runs (see config/webhook), or gives an order (see order.go).
const statusSubresource = "status"

// whyForbidden says why no approval can let a change in; empty where one can.
func whyForbidden(req admission.Request) string {
	switch {
	case req.SubResource == statusSubresource && !workload.Custom(req.Resource.Group):
		return "status of " + req.Resource.Resource + " chooses the revision that runs, and is the built-in controller's " +
			"alone to write; change the spec instead"
	case req.Resource.Resource == "controllerrevisions" && req.Operation == admissionv1.Update:
		return "a revision stays as it was made: its number says what is gone back to, and is the built-in controllers' " +
			"alone to write; change the workload instead"
	}
	return ""
}

// forbidden answers a change that no approval can let in.
func (g *Gate) forbidden(req admission.Request, why string) admission.Response {
	g.Audit.Record(eventOf(req, audit.VerdictDenied, why))
	if dryRun(req) {
		return admission.Allowed("").WithWarnings("countersign: would be denied: " + why)
	}
	return admission.Denied(why)
}
