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
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"sigs.k8s.io/controller-runtime/pkg/client"
	"sigs.k8s.io/controller-runtime/pkg/webhook/admission"

	"github.com/countersign-dev/countersign/internal/workload"
)

// whyExists is the API server's own answer to the creation of what is there already; nil where it is not. The API
// server asks first, and a request or a record of what can come to nothing would be left behind.
func (g *Gate) whyExists(ctx context.Context, req admission.Request, id workload.Identity) error {
	if req.Operation != admissionv1.Create || id.Name == "" {
		return nil
	}
	object := &metav1.PartialObjectMetadata{}
	object.SetGroupVersionKind(schema.GroupVersionKind(req.Kind))
	key := client.ObjectKey{Namespace: id.Namespace, Name: id.Name}
	if err := g.Live.Get(ctx, key, object); err == nil {
		return apierrors.NewAlreadyExists(schema.GroupResource{Group: id.Group, Resource: id.Resource}, id.Name)
	} else if !apierrors.IsNotFound(err) {
		return fmt.Errorf("look for %s/%s: %w", id.Resource, id.Name, err)
	}
	return nil
}

// whyExists of what is checked before the API server looks for its name. Requests and approvals are numbered, and so
// are told apart from those that there are.
func (r *Records) whyExists(ctx context.Context, req admission.Request) error {
	numbered := req.Resource.Resource == "promotionrequests" || req.Resource.Resource == "approvals"
	if numbered || req.Operation != admissionv1.Create {
		return nil
	}
	object, err := decode(req.Object.Raw)
	if err != nil {
		return fmt.Errorf("decode the object: %w", err)
	}
	return r.Gate.whyExists(ctx, req, workload.Identity{
		Group: req.Resource.Group, Resource: req.Resource.Resource, Namespace: req.Namespace,
		Name: (&unstructured.Unstructured{Object: object}).GetName(),
	})
}

// exists answers with such an error; false where it is another.
func exists(err error) (admission.Response, bool) {
	var status apierrors.APIStatus
	if !apierrors.IsAlreadyExists(err) || !errors.As(err, &status) {
		return admission.Response{}, false
	}
	response := admission.Denied("")
	response.Result = new(status.Status())
	return response, true
}
