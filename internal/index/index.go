// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

// Package index names the cache indexes, and says how each is filled, in one place for the manager and the tests.
package index

import (
	"context"
	"fmt"

	rbacv1 "k8s.io/api/rbac/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/countersign-dev/countersign/api/v1alpha1"
	"github.com/countersign-dev/countersign/internal/grants"
	"github.com/countersign-dev/countersign/internal/promotion"
	"github.com/countersign-dev/countersign/internal/release"
	"github.com/countersign-dev/countersign/internal/workload"
)

const (
	// RequestByDigest finds the PromotionRequests for a digest.
	RequestByDigest = "spec.change.digest"
	// RequestByObject finds the PromotionRequests about an object; see ObjectKey.
	RequestByObject = "object"
	// RequestUnreviewed finds the PromotionRequests of an environment that entered by an emergency and wait for review.
	RequestUnreviewed = "unreviewed"
	// RequestEntered finds the PromotionRequests that entered an environment as a workload; see promotion.SourceKey.
	RequestEntered = "entered"
	// RequestByRelease finds the PromotionRequests of a release; see release.Key.
	RequestByRelease = "release"
	// Configuration finds what refers to a ConfigMap or Secret, by the key of the reference: PromotionRequests, and the
	// workloads that use it. It is the key of a reduced workload under which those are.
	Configuration = "configuration"
	// Owned is the key of a reduced workload that tells whether a controller made it from another.
	Owned = "owned"
	// ControlledBy finds what a controller has made or taken over, by the UID of that. It is the key of a reduced workload
	// under which the UID is.
	ControlledBy = "controlledBy"
	// ApprovalByRequest finds the Approvals about a PromotionRequest, by its name.
	ApprovalByRequest = "spec.request.name"
	// GeneratedFor finds the Roles and RoleBindings that are made for a PipelineRole, by their names, which nobody can
	// edit.
	GeneratedFor = "generatedFor"
)

type indexOf struct {
	object  client.Object
	field   string
	extract client.IndexerFunc
}

// Setup adds all indexes. The workloads are the kinds that the cache holds reduced.
func Setup(ctx context.Context, indexer client.FieldIndexer, workloads ...schema.GroupVersionKind) error {
	all := make([]indexOf, 0, len(workloads))
	for _, kind := range workloads {
		object := &unstructured.Unstructured{}
		object.SetGroupVersionKind(kind)
		all = append(all,
			indexOf{object, Configuration, kept(Configuration)}, indexOf{object, ControlledBy, kept(ControlledBy)})
	}
	all = append(all, []indexOf{
		{&v1alpha1.PromotionRequest{}, RequestByDigest, requestDigest},
		{&v1alpha1.PromotionRequest{}, RequestByObject, requestObject},
		{&v1alpha1.PromotionRequest{}, RequestUnreviewed, requestUnreviewed},
		{&v1alpha1.PromotionRequest{}, RequestEntered, requestEntered},
		{&v1alpha1.PromotionRequest{}, RequestByRelease, requestRelease},
		{&v1alpha1.Approval{}, ApprovalByRequest, approvalRequest},
		{&rbacv1.Role{}, GeneratedFor, generatedFor},
		{&rbacv1.RoleBinding{}, GeneratedFor, generatedFor},
		{&v1alpha1.PromotionRequest{}, Configuration, requestConfiguration},
	}...)
	for _, i := range all {
		if err := indexer.IndexField(ctx, i.object, i.field, i.extract); err != nil {
			return fmt.Errorf("index %T by %s: %w", i.object, i.field, err)
		}
	}
	return nil
}

// ObjectKey is the value of RequestByObject for a change.
func ObjectKey(change v1alpha1.Change) string {
	return change.Group + "/" + change.Resource + "/" + change.Name + "/" + change.GenerateName
}

func generatedFor(object client.Object) []string {
	if role := grants.RoleOf(object.GetName()); role != "" {
		return []string{role}
	}
	return nil
}

func requestDigest(object client.Object) []string {
	request, ok := object.(*v1alpha1.PromotionRequest)
	if !ok {
		return nil
	}
	return []string{string(request.Spec.Change.Digest)}
}

func requestObject(object client.Object) []string {
	request, ok := object.(*v1alpha1.PromotionRequest)
	if !ok {
		return nil
	}
	return []string{ObjectKey(request.Spec.Change)}
}

func requestRelease(object client.Object) []string {
	request, ok := object.(*v1alpha1.PromotionRequest)
	if !ok || request.Spec.Release == nil {
		return nil
	}
	return []string{release.Key(request.Spec.Release)}
}

func requestConfiguration(object client.Object) []string {
	request, ok := object.(*v1alpha1.PromotionRequest)
	if !ok {
		return nil
	}
	var keys []string
	for _, recorded := range request.Spec.Change.Configuration {
		keys = append(keys, workload.Reference{Kind: recorded.Kind, Name: recorded.Name}.Key())
	}
	return keys
}

// kept are the values of a key of a reduced workload.
func kept(key string) client.IndexerFunc {
	return func(object client.Object) []string { return Values(object, key) }
}

// Values of a key of a reduced object; none of any other.
func Values(object client.Object, key string) []string {
	reduced, ok := object.(*unstructured.Unstructured)
	if !ok {
		return nil
	}
	list, _ := reduced.Object[key].([]any)
	values := make([]string, 0, len(list))
	for _, value := range list {
		if text, ok := value.(string); ok {
			values = append(values, text)
		}
	}
	return values
}

func requestUnreviewed(object client.Object) []string {
	request, ok := object.(*v1alpha1.PromotionRequest)
	if !ok || request.Status.Review == nil || request.Status.Review.Reviewer != "" {
		return nil
	}
	return []string{string(request.Spec.Environment)}
}

func requestEntered(object client.Object) []string {
	request, ok := object.(*v1alpha1.PromotionRequest)
	if !ok || request.Status.Entry == nil {
		return nil
	}
	return []string{promotion.SourceKeyOf(*request).String()}
}

func approvalRequest(object client.Object) []string {
	approval, ok := object.(*v1alpha1.Approval)
	if !ok {
		return nil
	}
	return []string{approval.Spec.Request.Name}
}
