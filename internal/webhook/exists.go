// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

package webhook

import (
	"context"
	"errors"
	"fmt"

	admissionv1 "k8s.io/api/admission/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"sigs.k8s.io/controller-runtime/pkg/client"
	"sigs.k8s.io/controller-runtime/pkg/webhook/admission"

	"github.com/countersign-dev/countersign/internal/audit"
	"github.com/countersign-dev/countersign/internal/promotion"
)

// whyExists is the API server's own answer to the creation of what is there already; nil where it is not. The API
// server asks the gate first, and a request or a record of what can come to nothing would be left behind.
func (g *Gate) whyExists(ctx context.Context, review review) error {
	if review.req.Operation != admissionv1.Create || review.change.Object.Name == "" {
		return nil
	}
	object := &metav1.PartialObjectMetadata{}
	object.SetGroupVersionKind(schema.GroupVersionKind(review.req.Kind))
	key := client.ObjectKey{Namespace: review.change.Object.Namespace, Name: review.change.Object.Name}
	if err := g.Live.Get(ctx, key, object); err == nil {
		resource := schema.GroupResource{Group: review.change.Object.Group, Resource: review.change.Object.Resource}
		return apierrors.NewAlreadyExists(resource, key.Name)
	} else if !apierrors.IsNotFound(err) {
		return fmt.Errorf("look for %s: %w", promotion.Describe(review.change), err)
	}
	return nil
}

// exists answers with such an error; false where it is another.
func (g *Gate) exists(req admission.Request, err error) (admission.Response, bool) {
	var status apierrors.APIStatus
	if !apierrors.IsAlreadyExists(err) || !errors.As(err, &status) {
		return admission.Response{}, false
	}
	g.Audit.Record(eventOf(req, audit.VerdictDenied, err.Error()))
	response := admission.Denied("")
	response.Result = new(status.Status())
	return response, true
}
