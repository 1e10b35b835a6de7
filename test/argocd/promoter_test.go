// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

//go:build argocd

package argocd

import (
	"fmt"
	"testing"

	"github.com/google/go-cmp/cmp"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/countersign-dev/countersign/api/v1alpha1"
	"github.com/countersign-dev/countersign/test/cluster"
)

// promoter is the account that the site lists as one.
const promoter = "system:serviceaccount:kargo:kargo-controller"

// TestPromoter: who is listed is believed about whom they begin a sync for.
func TestPromoter(t *testing.T) {
	t.Parallel()
	e := newEnvironment(t, "promoted")
	request := e.promotedBy(t, "kargo", "kargo-controller")
	if diff := cmp.Diff(asker{argoAlice, v1alpha1.RequesterArgoCD}, askerOf(request)); diff != "" {
		t.Errorf("who asks (-want +got):\n%s", diff)
	}
	e.approve(t, request, bob)
	here.AwaitState(t, request, v1alpha1.ReasonEntered)
}

// TestUnlistedPromoter: who is not has begun it themselves, whomever they name.
func TestUnlistedPromoter(t *testing.T) {
	t.Parallel()
	e := newEnvironment(t, "promoted-unlisted")
	request := e.promotedBy(t, "unlisted", "kargo-controller")
	if diff := cmp.Diff(asker{"system:serviceaccount:unlisted:kargo-controller", ""}, askerOf(request)); diff != "" {
		t.Errorf("who asks (-want +got):\n%s", diff)
	}
	e.approve(t, request, bob)
	e.awaitWaiting(t, request, "1 more from "+e.managers())
	e.approve(t, request, carol)
	here.AwaitState(t, request, v1alpha1.ReasonEntered)
}

// promotedBy has a service account write an operation in alice's name, and returns what is asked for.
func (e environment) promotedBy(t *testing.T, namespace, name string) v1alpha1.PromotionRequest {
	t.Helper()
	here.CreateNamespace(t, namespace, "")
	here.Create(t, &corev1.ServiceAccount{ObjectMeta: metav1.ObjectMeta{Namespace: namespace, Name: name}})
	applicationAdmin(t, "system:serviceaccount:"+namespace+":"+name)
	config, err := here.ControlPlane.ServiceAccount(t.Context(), namespace, name)
	if err != nil {
		t.Fatal(err)
	}
	revision := release(t, dave, e.name, "v1")
	apply(t, e.name, e.name, e.name, nil)
	operation := fmt.Sprintf(`{"operation":{"initiatedBy":{"username":%q},"sync":{"revision":%q}}}`, argoAlice, revision)
	if err := patchApplication(t, cluster.Client(t, config), e.name, operation); err != nil {
		t.Fatal(err)
	}
	awaitPhase(t, e.name, "Failed")
	return e.awaitRequest(t)
}
