// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

package controller

import (
	"fmt"
	"slices"

	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"

	"github.com/countersign-dev/countersign/api/v1alpha1"
)

// asked is what came of asking for what a sync brings.
type asked struct {
	// requests by which what needs approval may enter, once they are approved.
	requests []v1alpha1.SyncRequest
	// refused says of what would not be stored, whatever anybody approves, why.
	refused []string
	// left says of what is asked for when its turn comes, and not before, why.
	left []string
}

// waitFor a request; for none where the name is empty.
func (a *asked) waitFor(namespace, name string) {
	request := v1alpha1.SyncRequest{Namespace: namespace, Name: name}
	if name != "" && !slices.Contains(a.requests, request) {
		a.requests = append(a.requests, request)
	}
}

// refuse something, for a reason; not where there is none.
func (a *asked) refuse(object *unstructured.Unstructured, why string) {
	if why != "" {
		a.refused = append(a.refused, kindAndName(object)+": "+why)
	}
}

// leave something until its turn comes.
func (a *asked) leave(object *unstructured.Unstructured, why string) {
	a.left = append(a.left, kindAndName(object)+": "+why)
}

// of one object: notes that it could not be asked for. It is an error where it may be the next time.
func (a *asked) of(object *unstructured.Unstructured, err error) error {
	a.notTried(object, err)
	if err == nil || lasting(err) {
		return nil
	}
	return fmt.Errorf("%s: %w", kindAndName(object), err)
}

// notTried : the API server could not tell what the object would become. What nobody can store is refused; its
// namespace or its kind may come with the sync.
func (a *asked) notTried(object *unstructured.Unstructured, err error) {
	switch {
	case err == nil || !lasting(err):
	case apierrors.IsInvalid(err) || apierrors.IsBadRequest(err):
		a.refuse(object, err.Error())
	default:
		a.leave(object, err.Error())
	}
}

func kindAndName(object *unstructured.Unstructured) string {
	return object.GetKind() + " " + object.GetName()
}
