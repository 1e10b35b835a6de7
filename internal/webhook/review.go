// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

package webhook

import (
	"context"
	"fmt"

	admissionv1 "k8s.io/api/admission/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"sigs.k8s.io/controller-runtime/pkg/webhook/admission"

	"github.com/countersign-dev/countersign/api/v1alpha1"
	"github.com/countersign-dev/countersign/internal/promotion"
	"github.com/countersign-dev/countersign/internal/workload"
)

// Rules by which the gate itself lets a change in: there is nothing to decide.
const (
	// ruleUnchanged : nothing gated differs.
	ruleUnchanged promotion.Rule = "Unchanged"
	// ruleInPlace : what is scaled from zero has entered already.
	ruleInPlace promotion.Rule = "InPlace"
)

// review is an admission review in the words of the gate.
type review struct {
	req     admission.Request
	change  promotion.Change
	version string
	// content in its canonical form.
	content  []byte
	replaces v1alpha1.Digest
	// fromZero: the change makes something run of which nothing ran.
	fromZero bool
	// annotations of the object, where it is to be stored.
	annotations map[string]string
	// marks are the annotations that it has, also where it is deleted, and labels its labels: they say what it is part of.
	marks, labels map[string]string
	// delivery is how the change comes here.
	delivery delivery
	dryRun   bool
	// unreadable says why nobody would see the change enter; empty where somebody would.
	unreadable string
	// garbled is the path of text of which nobody can tell what it is, where that is to be stored; see workload.Garbled.
	garbled string
	// ordered: the object gives an order in the status that is written with it.
	ordered bool
	// comesToRefer are the ConfigMaps and Secrets that the object refers to, and the stored one does not.
	comesToRefer []workload.Reference
	// wrote is who wrote the change. It is found out once, and only where the change is to be approved.
	wrote func() promotion.Authorship
	// settled is the rule by which there is nothing to decide; empty where there is.
	settled promotion.Rule
}

// read makes out of an admission review what change it is.
func (g *Gate) read(ctx context.Context, req admission.Request) (review, error) {
	if isInteractive(req) {
		return session(req)
	}
	if isOrder(req) {
		return g.order(ctx, req)
	}
	r := review{req: req, version: req.Resource.Version, dryRun: dryRun(req)}
	now, before, err := g.sealed(ctx, req)
	if err != nil {
		return r, err
	}
	resource := schema.GroupResource{Group: req.Resource.Group, Resource: req.Resource.Resource}
	if workload.Custom(resource.Group) {
		if err := g.checkVersion(&r, resource); err != nil {
			return r, err
		}
	}
	r.change = changeOf(req, now, before)
	if r.change.Orphans, err = orphaning(req, resource, before); err != nil {
		return r, err
	}
	object := &unstructured.Unstructured{Object: now}
	r.marks, r.labels = object.GetAnnotations(), object.GetLabels()
	if req.Operation != admissionv1.Delete {
		r.annotations = r.marks
	}
	if workload.Custom(resource.Group) {
		if err := g.noteOrder(ctx, &r, now, before); err != nil {
			return r, err
		}
	}
	if err := r.take(resource, now, before); err != nil {
		return r, err
	}
	r.refer(resource, now, before)
	return r, r.compare(resource, now, before)
}

// changeOf is what an admission review says of a change to its object, but for the content.
func changeOf(req admission.Request, now, before map[string]any) promotion.Change {
	resource := schema.GroupResource{Group: req.Resource.Group, Resource: req.Resource.Resource}
	change := promotion.Change{
		Operation:   v1alpha1.OperationApply,
		Object:      identityOf(req, resource, now),
		Subresource: req.SubResource,
		Generation:  generation(resource, before),
		Deployer:    userReference(req.UserInfo),
		Owner:       ownerOf(now),
	}
	if req.SubResource == "" && req.Operation == admissionv1.Update && workload.KeepsGeneration(resource, now, before) {
		change.ResourceVersion = (&unstructured.Unstructured{Object: before}).GetResourceVersion()
	}
	if req.Operation == admissionv1.Delete {
		change.Operation = v1alpha1.OperationDelete
	}
	return change
}

// take writes down what the object would run, or where it would send traffic.
func (r *review) take(resource schema.GroupResource, object, before map[string]any) error {
	content, err := workload.Replacing(resource, object, before)
	if err != nil {
		return fmt.Errorf("read %s: %w", promotion.Describe(r.change), err)
	}
	if r.change.Orphans {
		workload.Orphan(content)
	}
	r.change.Images = workload.ImagesOf(resource, content)
	if workload.Custom(resource.Group) {
		r.change.Content = content
	}
	return r.writeDown(content)
}

// writeDown what the change is about, and its digest.
func (r *review) writeDown(content map[string]any) (err error) {
	if r.change.Operation != v1alpha1.OperationDelete {
		r.garbled = workload.Garbled(content)
	}
	if r.content, err = workload.Canonical(content); err != nil {
		return fmt.Errorf("write down %s: %w", promotion.Describe(r.change), err)
	}
	r.change.Text = r.content
	if r.change.Digest, err = workload.Digest(r.change.Operation, r.change.Object, content); err != nil {
		return fmt.Errorf("digest %s: %w", promotion.Describe(r.change), err)
	}
	return nil
}

// identityOf is the identity that a change is bound to. A name that the API server makes counts only where it makes it:
// on an update anybody may write a generateName that fits somebody else's approval, and a ConfigMap is used by its
// name, however it came by it. The name is that of the object: a deletion in bulk has none of its own.
func identityOf(req admission.Request, resource schema.GroupResource, object map[string]any) workload.Identity {
	id := workload.IdentityOf(resource, req.Namespace, object)
	_, configures := workload.ReferenceTo(resource, "")
	if req.Operation != admissionv1.Create || configures {
		id.Name, id.GenerateName = (&unstructured.Unstructured{Object: object}).GetName(), ""
	}
	return id
}

// compare holds the object against what is stored.
func (r *review) compare(resource schema.GroupResource, now, before map[string]any) error {
	if before == nil {
		return nil
	}
	stored, err := workload.Content(resource, before)
	if err != nil {
		return fmt.Errorf("read stored %s: %w", promotion.Describe(r.change), err)
	}
	if r.replaces, err = workload.Digest(v1alpha1.OperationApply, r.change.Object, stored); err != nil {
		return fmt.Errorf("digest stored %s: %w", promotion.Describe(r.change), err)
	}
	r.fromZero = r.req.SubResource == scaleSubresource || workload.Replicas(before) == 0 && workload.Replicas(now) > 0
	if r.replaces == r.change.Digest && r.garbled == "" && !r.fromZero && !r.ordered &&
		r.req.Operation == admissionv1.Update {
		r.settled = ruleUnchanged
	}
	return nil
}
