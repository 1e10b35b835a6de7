// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

package webhook

import (
	admissionv1 "k8s.io/api/admission/v1"
	"sigs.k8s.io/controller-runtime/pkg/webhook/admission"

	"github.com/countersign-dev/countersign/api/v1alpha1"
	"github.com/countersign-dev/countersign/internal/promotion"
	"github.com/countersign-dev/countersign/internal/workload"
)

// isInteractive tells a session in what runs: exec, attach, port-forward, proxy.
func isInteractive(req admission.Request) bool {
	return req.Operation == admissionv1.Connect
}

// session makes out of an admission review who wants into what.
func session(req admission.Request) (review, error) {
	r := review{req: req, version: req.Resource.Version, dryRun: dryRun(req)}
	r.change = promotion.Change{
		Operation: v1alpha1.OperationConnect,
		Object: workload.Identity{
			Group: req.Resource.Group, Resource: req.Resource.Resource, Namespace: req.Namespace, Name: req.Name,
		},
		Subresource: req.SubResource,
		Deployer:    userReference(req.UserInfo),
	}
	return r, r.writeDown(workload.Session(req.UserInfo.Username, req.SubResource))
}
