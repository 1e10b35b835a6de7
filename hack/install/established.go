// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

package install

import (
	"context"
	"fmt"
	"time"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/util/wait"
)

const crdKind = "CustomResourceDefinition"

const (
	establishInterval = 25 * time.Millisecond
	establishPatience = time.Minute
)

// awaitEstablished waits until the API server serves the kinds of the CRDs among some objects.
func (a *applier) awaitEstablished(ctx context.Context, objects []*unstructured.Unstructured) error {
	for _, object := range objects {
		if object.GetKind() != crdKind {
			continue
		}
		err := wait.PollUntilContextTimeout(ctx, establishInterval, establishPatience, true,
			func(ctx context.Context) (bool, error) { return a.established(ctx, object) })
		if err != nil {
			return fmt.Errorf("wait for %s: %w", object.GetName(), err)
		}
	}
	a.mapper.Reset()
	return nil
}

func (a *applier) established(ctx context.Context, crd *unstructured.Unstructured) (bool, error) {
	resource, err := a.resource(crd)
	if err != nil {
		return false, err
	}
	got, err := resource.Get(ctx, crd.GetName(), metav1.GetOptions{})
	if err != nil {
		return false, err
	}
	status, _ := got.Object["status"].(map[string]any)
	conditions, _ := status["conditions"].([]any) // null, before the API server has written any
	for _, condition := range conditions {
		fields, ok := condition.(map[string]any)
		if ok && fields["type"] == "Established" && fields["status"] == "True" {
			return true, nil
		}
	}
	return false, nil
}
