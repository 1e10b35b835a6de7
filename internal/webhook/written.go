// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

package webhook

import (
	"encoding/json"

	authenticationv1 "k8s.io/api/authentication/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"sigs.k8s.io/controller-runtime/pkg/webhook/admission"

	"github.com/countersign-dev/countersign/internal/argocd"
	"github.com/countersign-dev/countersign/internal/release"
)

// objectOf a review, with what it says of itself, also where it is deleted.
func objectOf(review review) release.Object {
	return release.Object{
		Kind:      schema.GroupKind{Group: review.req.Kind.Group, Kind: review.req.Kind.Kind},
		Namespace: review.req.Namespace, Name: review.change.Object.Name,
		Labels: review.labels, Annotations: review.marks,
	}
}

// applicationOf a review, with what it says of itself.
func applicationOf(req admission.Request, content map[string]any) release.Object {
	application := &unstructured.Unstructured{Object: content}
	return release.Object{
		Kind:      schema.GroupKind{Group: req.Kind.Group, Kind: req.Kind.Kind},
		Namespace: req.Namespace, Name: req.Name,
		Labels: application.GetLabels(), Annotations: application.GetAnnotations(),
	}
}

// writeOf a review. Where its options cannot be read, it names no field manager.
func writeOf(req admission.Request) argocd.Write {
	var options struct {
		FieldManager string `json:"fieldManager"`
	}
	if err := json.Unmarshal(req.Options.Raw, &options); err != nil {
		options.FieldManager = ""
	}
	return argocd.Write{Operation: req.Operation, Manager: options.FieldManager}
}

// hasToken : the API server authenticated a service account by a token of its own. An impersonated one has no UID.
func hasToken(user authenticationv1.UserInfo) bool { return user.UID != "" }
