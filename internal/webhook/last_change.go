// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

package webhook

import (
	"maps"
	"reflect"

	admissionv1 "k8s.io/api/admission/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"sigs.k8s.io/controller-runtime/pkg/webhook/admission"

	"github.com/countersign-dev/countersign/api/v1alpha1"
	"github.com/countersign-dev/countersign/internal/authority"
)

// lastChange is an annotation that says who last changed a part of the spec.
type lastChange struct {
	annotation string
	// part of the spec that it is about.
	part func(spec any) any
	// who writes down the caller.
	who func(admission.Request) (string, error)
}

// changedBy names who changed the spec last.
var changedBy = lastChange{
	annotation: v1alpha1.ChangedByAnnotation,
	part:       func(spec any) any { return spec },
	who:        func(req admission.Request) (string, error) { return req.UserInfo.Username, nil },
}

// author is who vouches for what a role gives: whoever changed anything but the members last.
var author = lastChange{
	annotation: v1alpha1.AuthorAnnotation,
	part:       withoutMembers,
	who:        func(req admission.Request) (string, error) { return authority.Encode(req.UserInfo) },
}

func withoutMembers(spec any) any {
	fields, ok := spec.(map[string]any)
	if !ok {
		return spec
	}
	rest := maps.Clone(fields)
	delete(rest, "members")
	return rest
}

// value is what the annotation must say: the caller, or where the part is as it was, whatever it said before.
func (l lastChange) value(req admission.Request, object *unstructured.Unstructured) (string, error) {
	if req.Operation == admissionv1.Update {
		old, err := stored(req)
		if err != nil {
			return "", err
		}
		before := (&unstructured.Unstructured{Object: old}).GetAnnotations()[l.annotation]
		if before != "" && reflect.DeepEqual(l.part(old["spec"]), l.part(object.Object["spec"])) {
			return before, nil
		}
	}
	return l.who(req)
}

// stampAnnotation writes into a role or policy who changed it last.
func stampAnnotation(req admission.Request, object *unstructured.Unstructured, l lastChange) error {
	value, err := l.value(req, object)
	if err != nil {
		return err
	}
	annotations := object.GetAnnotations()
	if annotations == nil {
		annotations = map[string]string{}
	}
	annotations[l.annotation] = value
	object.SetAnnotations(annotations)
	return nil
}

// checkAnnotation checks it after all mutation.
func checkAnnotation(req admission.Request, object *unstructured.Unstructured, l lastChange) error {
	value, err := l.value(req, object)
	if err != nil {
		return err
	}
	if object.GetAnnotations()[l.annotation] != value {
		return refuse("metadata.annotations[%s]: must say who changed the spec last, %s; leave it as it is",
			l.annotation, req.UserInfo.Username)
	}
	return nil
}
