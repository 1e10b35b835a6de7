// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

package integration

import (
	"context"
	"testing"
	"time"

	appsv1 "k8s.io/api/apps/v1"
	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/countersign-dev/countersign/api/v1alpha1"
)

// TestPromotedFrom: what enters production by approval has run in staging first, for a time, without interruption.
func TestPromotedFrom(t *testing.T) {
	staging := newShopNamed(t, "testpromoted-staging", openEntry)
	s := newShopNamed(t, "testpromoted-production", func(policy *v1alpha1.PromotionPolicy) {
		policy.Spec.PromotedFrom = &v1alpha1.PromotionOrder{Sources: []v1alpha1.PromotionSource{{
			Environment: staging.environment, SoakSeconds: 2,
			Workloads: []v1alpha1.WorkloadMapping{{Name: "checkout", SourceName: "checkout-staging"}},
		}}}
	})
	developer := s.developer(t)
	deploy := deploying(developer, s.deployment("checkout"))

	request := s.turnedAway(t, deploy, "to have entered environment testpromoted-staging first",
		"the same images to run as checkout-staging in testpromoted-staging and to be available for 2s")
	s.approve(t, request, bob)
	s.refusedForGood(t, deploy, "to have entered environment")

	there := staging.deployment("checkout-staging")
	goesThrough(t, "staging is open", deploying(staging.developer(t), there))
	record := staging.request(t, inState(v1alpha1.ReasonEntered))
	s.refusedForGood(t, deploy, "to have been available for 2s in environment testpromoted-staging")

	staging.podsAre(t, there, corev1.ConditionTrue)
	first := staging.available(t, record.Name, true)
	staging.podsAre(t, there, corev1.ConditionFalse)
	staging.available(t, record.Name, false)
	s.refusedForGood(t, deploy, "to be available without interruption for 2s")

	staging.podsAre(t, there, corev1.ConditionTrue)
	second := staging.available(t, record.Name, true)
	if second.StartTime.Before(&first.StartTime) {
		t.Errorf("available since %s, interrupted after %s", second.StartTime, first.StartTime)
	}
	s.await(t, request.Name, v1alpha1.ReasonApproved)
	if soaked := time.Since(second.StartTime.Time); soaked < 2*time.Second {
		t.Errorf("approved after %s", soaked)
	}
	goesThrough(t, "approved, and it has run in staging", deploy)

	other := s.deployment("checkout")
	other.Spec.Template.Spec.Containers[0].Image = otherImage
	s.turnedAway(t, deploying(developer, other), "to have entered environment")
	tagged := s.deployment("checkout")
	tagged.Spec.Template.Spec.Containers[0].Image = "registry.example.com/checkout:1.2"
	s.turnedAway(t, deploying(developer, tagged), "registry.example.com/checkout:1.2 does not say by digest which it is")
}

// TestPromotedFromAndDebugging: a container for debugging comes from nowhere, and its request says so as the gate does.
// Nobody says of their own request that it is about one.
func TestPromotedFromAndDebugging(t *testing.T) {
	s := newShop(t)
	developer, c := s.developer(t), admin(t)
	pod := s.pod("pod", "")
	s.bringIn(t, making(c, func() client.Object { return clone(pod) }))
	s.policyIs(t, func(policy *v1alpha1.PromotionPolicy) {
		policy.Spec.PromotedFrom = &v1alpha1.PromotionOrder{Sources: []v1alpha1.PromotionSource{{Environment: "staging"}}}
	})
	debug := changingSubresource(c, "ephemeralcontainers", pod, func(o *corev1.Pod) {
		o.Spec.EphemeralContainers = []corev1.EphemeralContainer{{
			EphemeralContainerCommon: corev1.EphemeralContainerCommon{Name: "debug", Image: otherImage},
		}}
	})
	request := s.turnedAway(t, debug)
	if got := request.Spec.Change.Subresource; got != v1alpha1.SubresourceEphemeralContainers {
		t.Errorf("the request says that the change goes through %q", got)
	}
	s.approve(t, request, bob)
	s.await(t, request.Name, v1alpha1.ReasonApproved)
	goesThrough(t, "bob approved", debug)
	s.await(t, request.Name, v1alpha1.ReasonEntered)

	forged := s.askingFor(t, s.pod("release", ""), schema.GroupResource{Resource: "pods"})
	forged.Spec.Change.Subresource = v1alpha1.SubresourceEphemeralContainers
	denied(t, developer.Create(t.Context(), forged), "spec.change.subresource", "asked for by trying it")
	deploy := making(c, func() client.Object { return s.pod("release", "") })
	release := s.turnedAway(t, deploy, "to have entered environment")
	s.approve(t, release, bob)
	s.refusedForGood(t, deploy, "to have entered environment")
	if got := state(s.get(t, release.Name)); got == v1alpha1.ReasonApproved {
		t.Error("a Pod that has run nowhere is said to be approved")
	}
}

// podsAre makes the Pods of a Deployment ready, or not, as their kubelet would.
func (s shop) podsAre(t *testing.T, deployment *appsv1.Deployment, ready corev1.ConditionStatus) {
	t.Helper()
	c := admin(t)
	eventually(t, func(ctx context.Context) string {
		var pods corev1.PodList
		err := c.List(ctx, &pods, client.InNamespace(s.namespace),
			client.MatchingLabels(deployment.Spec.Selector.MatchLabels))
		if err != nil || len(pods.Items) == 0 {
			return "a Pod of " + deployment.Name
		}
		for i := range pods.Items {
			pod := &pods.Items[i]
			pod.Status.Phase = corev1.PodRunning
			pod.Status.Conditions = []corev1.PodCondition{{Type: corev1.PodReady, Status: ready}}
			if err := c.Status().Update(ctx, pod); err != nil {
				return err.Error()
			}
		}
		return ""
	})
}

// available waits until the record says of what entered that it is available, or that it is no more.
func (s shop) available(t *testing.T, name string, want bool) v1alpha1.Availability {
	t.Helper()
	record := s.request(t, func(r v1alpha1.PromotionRequest) bool {
		span := r.Status.Entry.Availability
		return r.Name == name && span != nil && (span.EndTime == nil) == want
	})
	return *record.Status.Entry.Availability
}
