// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

package integration

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"

	appsv1 "k8s.io/api/apps/v1"
	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/api/meta"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/countersign-dev/countersign/api/v1alpha1"
	"github.com/countersign-dev/countersign/internal/ledger"
)

// last is the image of a crowded Deployment that fits on a ledger last.
func last(deployment *appsv1.Deployment) string {
	containers := deployment.Spec.Template.Spec.InitContainers
	return containers[len(containers)-1].Image
}

// crowded is a Deployment that names so many images more, each as long as can be and not listed anywhere else.
func (s shop) crowded(name string, count int) *appsv1.Deployment {
	deployment := s.deployment(name)
	pod := &deployment.Spec.Template.Spec
	for i := range count {
		pod.InitContainers = append(pod.InitContainers, corev1.Container{
			Name:  fmt.Sprint("init-", i),
			Image: fmt.Sprintf("registry.example.com/%s/%s%03d:v1", name, strings.Repeat("long/", 190), i),
		})
	}
	return deployment
}

// TestLedgerFull: when more is let in than a ledger holds, what is on it goes on being rescheduled, nothing of what is
// not comes, and the policy says so until there is room again.
func TestLedgerFull(t *testing.T) {
	s := newShop(t, openEntry, ledgerMode(v1alpha1.LedgerDeny), noFreeReturn)
	developer := s.developer(t)
	goesThrough(t, "there is room", deploying(developer, s.crowded("first", 180)))
	s.awaitRolledOut(t, "first", 1)
	goesThrough(t, "the gate is open", deploying(developer, s.crowded("second", 180)))
	s.awaitFull(t, true)
	s.awaitRefused(t, "second")
	if !slices.Contains(s.listed(t), last(s.crowded("first", 180))) {
		t.Error("what was on the ledger has given way to what came later")
	}
	goesThrough(t, "delete the Pod", deleting(admin(t), s.podOf(t, "first")))
	s.awaitRolledOut(t, "first", 1)
	goesThrough(t, "make room", deleting(developer, s.deployment("first")))
	s.awaitFull(t, false)
	if !slices.Contains(s.listed(t), last(s.crowded("second", 180))) {
		t.Error("there is room, and what was let in is not listed")
	}
}

// awaitFull waits until the policy says that the ledger lacks images, or says so no more.
func (s shop) awaitFull(t *testing.T, want bool) {
	t.Helper()
	eventually(t, func(context.Context) string {
		said := meta.FindStatusCondition(latest(t, s.policy()).Status.Conditions, v1alpha1.ConditionLedgersComplete)
		full := said != nil && said.Status == "False" && strings.Contains(said.Message, "it is full")
		if full != want {
			return fmt.Sprintf("the policy to say that the ledger is full: %t, it says %+v", want, said)
		}
		return ""
	})
}

// awaitRefused waits until a Deployment says that its Pods are refused for their images.
func (s shop) awaitRefused(t *testing.T, name string) {
	t.Helper()
	eventually(t, func(context.Context) string {
		for _, c := range latest(t, s.deployment(name)).Status.Conditions {
			if c.Type == appsv1.DeploymentReplicaFailure && strings.Contains(c.Message, imageGuard) {
				return ""
			}
		}
		return "the Pods of " + name + " to be refused"
	})
}

// TestLedgerManyUnlisted: however many images of a Pod are not listed, it is refused: what the API server has no time
// to look up it does not let in.
func TestLedgerManyUnlisted(t *testing.T) {
	s := newShop(t, ledgerMode(v1alpha1.LedgerDeny))
	s.awaitLedger(t, v1alpha1.LedgerDeny)
	controller := asController(t, "replicaset-controller")
	for name, test := range map[string]struct{ containers, length int }{
		"NineHundred": {900, 80}, "TwentyThousand": {20000, 20}, "Long": {2500, 1000},
	} {
		err := controller.Create(t.Context(), s.swarm(name, test.containers, test.length))
		t.Logf("%s: %.300v", name, err)
		if err == nil || !strings.Contains(err.Error(), imageGuard) {
			t.Errorf("%s: %d images: %.300v", name, test.containers, err)
		}
	}
}

// swarm is a Pod that names so many images, of about so many characters.
func (s shop) swarm(name string, containers, length int) *corev1.Pod {
	pod := s.pod(strings.ToLower(name), "")
	pod.Spec.NodeSelector = map[string]string{"example.com/none": "has-this"}
	pod.Spec.Containers = nil
	for i := range containers {
		pod.Spec.Containers = append(pod.Spec.Containers, corev1.Container{
			Name: fmt.Sprint("c", i), Image: fmt.Sprintf("e.example.com/%0*d", length-14, i),
		})
	}
	return pod
}

// TestLedgerManyForgotten: a Pod of so many images that are on the ledger no more goes on: it can be labelled and
// finished, and gets no new image.
func TestLedgerManyForgotten(t *testing.T) {
	s := newShop(t, ledgerMode(v1alpha1.LedgerDeny))
	s.awaitLedger(t, v1alpha1.LedgerDeny)
	many := s.swarm("many", 1000, 130)
	var images []string
	for _, container := range many.Spec.Containers {
		images = append(images, container.Image)
	}
	goesThrough(t, "list them", changing(breakGlass(t), s.ledger(), func(o *corev1.ConfigMap) {
		o.Data = ledger.Data(images)
	}))
	s.awaitIn(t, making(asController(t, "replicaset-controller"), func() client.Object { return clone(many) }))
	goesThrough(t, "forget them", changing(breakGlass(t), s.ledger(), func(o *corev1.ConfigMap) { o.Data = nil }))
	tryAll(t, map[string]attempt{
		"Label": {"nothing new", changing(admin(t), many.DeepCopy(), func(o *corev1.Pod) {
			o.Labels = map[string]string{"team": "shop"}
		}), "", ""},
		"NewImage": {"nobody let it in", changing(admin(t), many.DeepCopy(), func(o *corev1.Pod) {
			o.Spec.Containers[999].Image = otherImage
		}), imageGuard, ""},
	})
}
