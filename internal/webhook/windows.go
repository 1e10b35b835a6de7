// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

package webhook

import (
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"

	"github.com/countersign-dev/countersign/api/v1alpha1"
	"github.com/countersign-dev/countersign/internal/window"
)

// checkWindows refuses windows that cannot be read, which the schema cannot tell: a zone that there is none of, a
// schedule that never comes. Such a policy would be closed for good.
func checkWindows(object *unstructured.Unstructured) error {
	if object.GetKind() != "PromotionPolicy" {
		return nil
	}
	policy, err := convert[v1alpha1.PromotionPolicy](object.Object)
	if err != nil {
		return err
	}
	if err := window.Check(policy.Spec.Windows); err != nil {
		return refuse("spec.%v", err)
	}
	return nil
}
