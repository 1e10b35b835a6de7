// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

package webhook

import (
	"context"
	"slices"
	"time"

	authenticationv1 "k8s.io/api/authentication/v1"
	"k8s.io/apimachinery/pkg/api/meta"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/types"
	"sigs.k8s.io/controller-runtime/pkg/client"
	logf "sigs.k8s.io/controller-runtime/pkg/log"
	"sigs.k8s.io/controller-runtime/pkg/webhook/admission"

	"github.com/countersign-dev/countersign/api/v1alpha1"
	"github.com/countersign-dev/countersign/internal/argocd"
	"github.com/countersign-dev/countersign/internal/flux"
	"github.com/countersign-dev/countersign/internal/identity"
	"github.com/countersign-dev/countersign/internal/promotion"
	"github.com/countersign-dev/countersign/internal/release"
)

// Syncs tells of which release a change is part, and of which sync of Argo CD.
type Syncs struct {
	// Live reads Applications and their projects, and Kustomizations.
	Live  client.Reader
	Trust argocd.Trust
}

// delivery is how a change comes here.
type delivery struct {
	// release that the object says it is part of; nil where it says nothing. Nothing is decided by it.
	release *v1alpha1.Release
	// application that the release is a sync of; nil where there is none.
	application *unstructured.Unstructured
	// sync that carries the change out; nil where it is not known for sure that whoever syncs does.
	sync *promotion.Sync
	// edit : it may also be somebody's who edits the object in Argo CD while the sync runs. Nobody began that.
	edit bool
}

// of a review. What cannot be read is left out, which never makes a change easier.
func (s Syncs) of(ctx context.Context, review review) delivery {
	object := objectOf(review)
	found := s.made(ctx, review.req.UserInfo, object)
	impersonated := review.req.UserInfo.Username != s.Trust.Controller()
	if found.sync != nil && impersonated && !argocd.Syncs(found.application.Object, object, writeOf(review.req)) {
		found.sync, found.edit = &promotion.Sync{}, true
	}
	return found
}

// deliveryWithin is how long it may take to find out of which sync an Application comes.
const deliveryWithin = time.Second

// delivers is the sync by which Argo CD applies an object; nil where it is not known for sure that one does, or whose
// work it brings.
func (s Syncs) delivers(ctx context.Context, req admission.Request, object release.Object) *argocd.Delivery {
	if !identity.IsServiceAccount(req.UserInfo.Username) {
		return nil
	}
	ctx, cancel := context.WithTimeout(ctx, deliveryWithin)
	defer cancel()
	found := s.made(ctx, req.UserInfo, object)
	if found.sync == nil || !argocd.Syncs(found.application.Object, object, writeOf(req)) {
		return nil
	}
	return argocd.DeliveryOf(release.Application(found.release), found.application.Object)
}

// Delivered is how an object came that a user made, as far as that can be read now: of which release it says that it
// is, of which Application, and which sync carries it out, nil where it is not known for sure that one does.
func (s Syncs) Delivered(
	ctx context.Context, by v1alpha1.UserReference, object release.Object,
) (*v1alpha1.Release, *unstructured.Unstructured, *promotion.Sync) {
	found := s.made(ctx, authenticationv1.UserInfo{Username: by.Username, UID: by.UID}, object)
	return found.release, found.application, found.sync
}

// made : how an object comes that a user makes.
func (s Syncs) made(ctx context.Context, user authenticationv1.UserInfo, object release.Object) delivery {
	found := delivery{release: release.Of(object, s.Trust.Namespace)}
	if key := release.Kustomization(found.release); key.Name != "" {
		kustomization := flux.NewKustomization()
		if s.read(ctx, key, kustomization) {
			found.release.Revision = flux.Revision(kustomization.Object)
		}
		return found
	}
	key := release.Application(found.release)
	if key.Name == "" {
		return found
	}
	application := argocd.NewApplication()
	if !s.read(ctx, key, application) {
		return found
	}
	found.application = application
	found.release.Revision = argocd.Revision(application.Object)
	if argocd.Covers(application.Object, object) && s.syncs(ctx, user, application, object.Namespace) {
		began := s.Trust.Began(application.Object)
		found.sync = &promotion.Sync{Initiator: began.User, Evidence: began.Evidence}
	}
	return found
}

// syncs : the user is who Argo CD is when it syncs the Application into the namespace. As the service account of a
// project it comes by impersonation; who has a token of that account is somebody else.
func (s Syncs) syncs(
	ctx context.Context, user authenticationv1.UserInfo, application *unstructured.Unstructured, namespace string,
) bool {
	if user.Username == s.Trust.Controller() {
		return true
	}
	return !hasToken(user) && slices.Contains(s.Accounts(ctx, application, namespace), user.Username)
}

// Accounts are the user names that Argo CD comes as when it syncs an Application into a namespace by impersonation, by
// what its project says; none where that cannot be read.
func (s Syncs) Accounts(ctx context.Context, application *unstructured.Unstructured, namespace string) []string {
	project := &unstructured.Unstructured{}
	project.SetGroupVersionKind(argocd.Project)
	key := types.NamespacedName{Namespace: s.Trust.Namespace, Name: argocd.ProjectOf(application.Object)}
	if key.Name == "" || !s.read(ctx, key, project) {
		return nil
	}
	return argocd.Accounts(project.Object, namespace)
}

// read an object of Argo CD, or of Flux, live. Where there is no Argo CD, there is none.
func (s Syncs) read(ctx context.Context, key types.NamespacedName, object *unstructured.Unstructured) bool {
	err := s.Live.Get(ctx, key, object)
	if client.IgnoreNotFound(err) != nil && !meta.IsNoMatchError(err) {
		logf.FromContext(ctx).Error(err, "Could not read what is synced", "kind", object.GetKind(), "object", key)
	}
	return err == nil
}
