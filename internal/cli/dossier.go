// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

package cli

import (
	"context"
	"errors"
	"fmt"
	"slices"

	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/countersign-dev/countersign/api/v1alpha1"
	"github.com/countersign-dev/countersign/internal/workload"
)

// proposal is a request beside what runs now.
type proposal struct {
	request v1alpha1.PromotionRequest
	// content that the request carries.
	content map[string]any
	// running is the content of the object now; nil where there is no object.
	running map[string]any
	// unread says why what runs now could not be read; nil where it could.
	unread error
	// referred are the ConfigMaps that the object comes to refer to.
	referred []referred
}

// referred is a ConfigMap that a request was made with.
type referred struct {
	name string
	// content that it has now; nil where it cannot be read, or is not what the request was made with.
	content map[string]any
	// why it has none.
	why string
}

// propose reads what runs now, with the caller's own rights. That it cannot is no reason to show nothing.
func (s session) propose(ctx context.Context, request v1alpha1.PromotionRequest) (proposal, error) {
	p := proposal{request: request}
	var err error
	if p.content, err = contentOf(request.Spec.Change); err != nil {
		return p, err
	}
	if ofSecret(request) {
		p.running, p.unread = s.sealedBefore(ctx, request)
	} else {
		p.running, p.unread = s.running(ctx, request)
	}
	p.referred = s.referredTo(ctx, p)
	return p, ctx.Err()
}

// referredTo reads the ConfigMaps that the object does not refer to yet, as what they hold enters with it.
func (s session) referredTo(ctx context.Context, p proposal) []referred {
	already := workload.References(p.running)
	var all []referred
	for _, recorded := range p.request.Spec.Change.Configuration {
		if recorded.Kind != v1alpha1.ConfigurationConfigMap || recorded.Digest == "" ||
			slices.ContainsFunc(already, func(r workload.Reference) bool {
				return r.Kind == recorded.Kind && r.Name == recorded.Name
			}) {
			continue
		}
		all = append(all, s.readReferred(ctx, p.request.Namespace, recorded))
	}
	return all
}

func (s session) readReferred(ctx context.Context, namespace string, recorded v1alpha1.Configuration) referred {
	one := referred{name: recorded.Name}
	id := workload.Identity{Resource: "configmaps", Namespace: namespace, Name: recorded.Name}
	content, err := s.running(ctx, v1alpha1.PromotionRequest{
		ObjectMeta: metav1.ObjectMeta{Namespace: namespace},
		Spec: v1alpha1.PromotionRequestSpec{Change: v1alpha1.Change{
			Operation: v1alpha1.OperationApply, Version: "v1", Resource: id.Resource, Name: id.Name,
		}},
	})
	switch digest, digestErr := workload.Digest(v1alpha1.OperationApply, id, content); {
	case err != nil:
		one.why = "cannot be read (" + reason(err) + ")"
	case digestErr != nil || digest != recorded.Digest:
		one.why = "holds something else by now than what was asked for; to apply this asks anew"
	default:
		one.content = content
	}
	return one
}

func ofSecret(request v1alpha1.PromotionRequest) bool {
	return request.Spec.Change.Group == "" && request.Spec.Change.Resource == "secrets"
}

// errSealed : a Secret is not read to be shown. What it held is told from an earlier request, which has seals alone.
var errSealed = errors.New("a Secret is not read, and no request has on record what it holds")

// sealedBefore is what the Secret of a request held when that was made, by the request that asked for it.
func (s session) sealedBefore(ctx context.Context, request v1alpha1.PromotionRequest) (
	content map[string]any, err error,
) {
	replaces := request.Spec.Change.ReplacesDigest
	if replaces == "" {
		return nil, nil
	}
	err = s.in(request.Namespace).each(ctx, func(other v1alpha1.PromotionRequest) {
		if content == nil && other.Spec.Change.Digest == replaces && verifyDigest(other) == nil {
			content, _ = contentOf(other.Spec.Change) // its digest says that it can be read
		}
	})
	if err == nil && content == nil {
		err = errSealed
	}
	return content, err
}

// running is the content of the object that the request is about; nil where there is no such object.
func (s session) running(ctx context.Context, request v1alpha1.PromotionRequest) (map[string]any, error) {
	c := request.Spec.Change
	if c.Name == "" || c.Operation == v1alpha1.OperationConnect || c.Operation == v1alpha1.OperationOrder {
		return nil, nil
	}
	resource := schema.GroupVersionResource{Group: c.Group, Version: c.Version, Resource: c.Resource}
	kind, err := s.client.RESTMapper().KindFor(resource)
	if err != nil {
		return nil, fmt.Errorf("look up %s: %w", resource.GroupResource(), err)
	}
	var object unstructured.Unstructured
	object.SetGroupVersionKind(kind)
	err = s.client.Get(ctx, client.ObjectKey{Namespace: request.Namespace, Name: c.Name}, &object)
	if apierrors.IsNotFound(err) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	return workload.Content(resource.GroupResource(), object.Object)
}
