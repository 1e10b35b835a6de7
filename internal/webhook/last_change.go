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

// stampAuthor writes down who vouches for a role. An update that takes the annotation away asks for the caller to.
func stampAuthor(req admission.Request, object *unstructured.Unstructured) error {
	if req.Operation != admissionv1.Update || object.GetAnnotations()[author.annotation] != "" {
		return stampAnnotation(req, object, author)
	}
	who, err := author.who(req)
	if err != nil {
		return err
	}
	annotate(object, author.annotation, who)
	return nil
}

// checkAuthorAnnotation checks it after all mutation. It may name the caller where nothing else changes, and then says
// so: the caller is to be held against the role.
func checkAuthorAnnotation(req admission.Request, object *unstructured.Unstructured) (isNew bool, err error) {
	kept, err := author.value(req, object)
	if err != nil {
		return false, err
	}
	caller, err := author.who(req)
	if err != nil {
		return false, err
	}
	switch object.GetAnnotations()[author.annotation] {
	case kept:
		return false, nil
	case caller:
		return true, nil
	}
	return false, checkAnnotation(req, object, author)
}

// stampAnnotation writes into a role or policy who changed it last.
func stampAnnotation(req admission.Request, object *unstructured.Unstructured, l lastChange) error {
	value, err := l.value(req, object)
	if err != nil {
		return err
	}
	annotate(object, l.annotation, value)
	return nil
}

func annotate(object *unstructured.Unstructured, key, value string) {
	annotations := object.GetAnnotations()
	if annotations == nil {
		annotations = map[string]string{}
	}
	annotations[key] = value
	object.SetAnnotations(annotations)
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
