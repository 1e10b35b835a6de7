// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

package cli

import (
	"k8s.io/apimachinery/pkg/api/meta"

	"github.com/countersign-dev/countersign/api/v1alpha1"
	"github.com/countersign-dev/countersign/internal/promotion"
)

// state is the word for where a request stands, the same that kubectl get prints.
func state(request v1alpha1.PromotionRequest) string {
	if ready := meta.FindStatusCondition(request.Status.Conditions, v1alpha1.ConditionReady); ready != nil {
		return safe(ready.Reason)
	}
	return "New"
}

// approved tells whether the operator said that the change may enter now.
func approved(request v1alpha1.PromotionRequest) bool {
	return meta.IsStatusConditionTrue(request.Status.Conditions, v1alpha1.ConditionApproved) && !ended(request)
}

// evaluated tells whether the operator has looked at the request yet.
func evaluated(request v1alpha1.PromotionRequest) bool {
	return meta.FindStatusCondition(request.Status.Conditions, v1alpha1.ConditionReady) != nil
}

// change names the object that a request is about: deployments/checkout.
func change(c v1alpha1.Change) string {
	name := c.Name
	if name == "" {
		name = c.GenerateName + "*"
	}
	object := safe(c.Resource + "/" + name)
	if c.Subresource != "" {
		object += " (" + safe(string(c.Subresource)) + ")"
	}
	switch c.Operation {
	case v1alpha1.OperationDelete:
		if promotion.Orphans(c) {
			return "delete " + object + " alone"
		}
		return "delete " + object
	case v1alpha1.OperationConnect:
		return "session in " + object
	case v1alpha1.OperationOrder:
		return "order to " + object
	case v1alpha1.OperationApply:
	}
	return object
}
