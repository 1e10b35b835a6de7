// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

package integration

import (
	"context"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/api/resource"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/countersign-dev/countersign/api/v1alpha1"
)

// TestOperatorDown: while the operator is down nothing enters, approved or not, and all that entered goes on. It takes
// up its work where it left it.
func TestOperatorDown(t *testing.T) {
	s := newShop(t)
	developer := s.developer(t)
	s.bringIn(t, deploying(developer, s.release("checkout", "v1")))
	next := s.turnedAway(t, deploying(developer, s.release("checkout", "v2")))
	s.approve(t, next, bob)
	stopOperator(t)

	for name, attempt := range map[string]try{
		"Approved":    deploying(developer, s.release("checkout", "v2")),
		"NotApproved": deploying(developer, s.release("checkout", "v3")),
		"Pod":         making(admin(t), func() client.Object { return s.pod("pod", "") }),
		"Deletion":    deleting(developer, s.deployment("checkout")),
		"Approval":    making(s.manager(t, carol), func() client.Object { return decide(next, v1alpha1.DecisionApprove) }),
	} {
		t.Run(name, func(t *testing.T) {
			if err := attempt(t.Context()); err == nil || !strings.Contains(err.Error(), "failed calling webhook") {
				t.Errorf("want the API server to refuse what it cannot ask about, got: %v", err)
			}
		})
	}
	goesThrough(t, "scale", scaling(developer, s.deployment("checkout"), 3))
	s.awaitRolledOut(t, "checkout", 3)
	before := s.podOf(t, "checkout")
	goesThrough(t, "restart", merging(developer, s.deployment("checkout"), restartedAt("2026-11-23T12:00:00Z")))
	awaitGone(t, before)
	s.awaitRolledOut(t, "checkout", 3)
	goesThrough(t, "delete a Pod", deleting(developer, s.podOf(t, "checkout")))
	s.awaitRolledOut(t, "checkout", 3)

	startOperator(t)
	goesThrough(t, "what was approved before", deploying(developer, s.release("checkout", "v2")))
	s.await(t, next.Name, v1alpha1.ReasonEntered)
	s.turnedAway(t, deploying(developer, s.release("checkout", "v3")))
}

// TestOperatorDownForTraffic: where traffic is gated it cannot be changed while the operator is down, and endpoints
// follow their Pods all the same. Where nobody gates it nobody waits.
func TestOperatorDownForTraffic(t *testing.T) {
	s := newShop(t, routing)
	const free = "outage-traffic-free"
	namespace(t, free, free)
	s.bringIn(t, deploying(s.developer(t), s.deployment("checkout")))
	service := s.service("checkout")
	service.Spec.Selector = map[string]string{"app": "checkout"}
	s.bringIn(t, making(s.developer(t), func() client.Object { return clone(service) }))
	stopOperator(t)
	err := changing(admin(t), service, func(o *corev1.Service) { o.Spec.ExternalIPs = []string{"192.0.2.1"} })(t.Context())
	if err == nil || !strings.Contains(err.Error(), "failed calling webhook") {
		t.Errorf("want the API server to refuse what it cannot ask about, got: %v", err)
	}
	elsewhere := s.service("checkout")
	elsewhere.Namespace = free
	goesThrough(t, "nobody gates it there", making(admin(t), func() client.Object { return elsewhere }))
	goesThrough(t, "scale", scaling(s.developer(t), s.deployment("checkout"), 2))
	s.awaitEndpoints(t, "checkout", 2)
	startOperator(t)
}

// TestOperatorDownForCustomKinds: where a custom kind is gated nothing of it is made, changed, ordered or deleted while
// the operator is down, approved or not. What runs nothing new goes on, and so does all where nobody gates it.
func TestOperatorDownForCustomKinds(t *testing.T) {
	awaitRollouts(t)
	s := newShop(t, gatingRollouts)
	free := shop{namespace: "outage-kinds-free"}
	namespace(t, free.namespace, free.namespace)
	c := admin(t)
	s.bringIn(t, making(c, func() client.Object { return s.rollout("checkout") }))
	next := s.turnedAway(t, changing(c, s.rollout("checkout"), running(otherImage)))
	s.approve(t, next, bob)
	stopOperator(t)
	for name, attempt := range map[string]try{
		"Approved": changing(c, s.rollout("checkout"), running(otherImage)),
		"New":      making(c, func() client.Object { return s.rollout("payments") }),
		"Order":    patch(c, s.rollout("checkout"), "status", `{"status":{"promoteFull":true}}`),
		"Deletion": deleting(c, s.rollout("checkout")),
	} {
		t.Run(name, func(t *testing.T) {
			if err := attempt(t.Context()); err == nil || !strings.Contains(err.Error(), "failed calling webhook") {
				t.Errorf("want the API server to refuse what it cannot ask about, got: %v", err)
			}
		})
	}
	goesThrough(t, "scale", changing(c, s.rollout("checkout"), replicas(3)))
	goesThrough(t, "no order", patch(c, s.rollout("checkout"), "status", `{"status":{"observedGeneration":"2"}}`))
	goesThrough(t, "nobody gates it there", making(c, func() client.Object { return free.rollout("checkout") }))
	startOperator(t)
	goesThrough(t, "what was approved before", changing(c, s.rollout("checkout"), running(otherImage)))
	s.await(t, next.Name, v1alpha1.ReasonEntered)
}

// TestOperatorKilled: what was let in when the operator was killed is marked when it is back, whether it saw it or not.
func TestOperatorKilled(t *testing.T) {
	s := newShop(t)
	developer := s.developer(t)
	for _, name := range []string{"one", "two", "three"} {
		request := s.turnedAway(t, deploying(developer, s.deployment(name)))
		s.approve(t, request, bob)
		goesThrough(t, "bob approved", deploying(developer, s.deployment(name)))
		killOperator(t)
		startOperator(t)
		entered := s.await(t, request.Name, v1alpha1.ReasonEntered)
		if got, want := entered.Status.Entry.ObjectUID, string(latest(t, s.deployment(name)).UID); got != want {
			t.Errorf("the entry is of %s, want %s", got, want)
		}
	}
}

// TestRefusedAfterTheGate: what the gate let in and the API server then refused has not entered. The approval may be
// used again if the operator watched all the time, and is used up where it cannot know.
func TestRefusedAfterTheGate(t *testing.T) {
	for name, killed := range map[string]bool{"Watched": false, "NotWatched": true} {
		t.Run(name, func(t *testing.T) {
			s := newShop(t)
			deploy := deploying(s.developer(t), s.deployment("checkout"))
			request := s.turnedAway(t, deploy)
			s.awaitWatched(t, request)
			s.approve(t, request, bob)
			quota := s.quota(t, "count/deployments.apps", "0")
			if err := deploy(t.Context()); err == nil || !strings.Contains(err.Error(), "exceeded quota") {
				t.Fatalf("want the quota to refuse it, got: %v", err)
			}
			if got := s.get(t, request.Name); got.Status.Admission == nil || got.Status.Entry != nil {
				t.Fatalf("want it let in and not entered: %+v", got.Status)
			}
			if killed {
				killOperator(t)
				startOperator(t)
				s.request(t, func(r v1alpha1.PromotionRequest) bool {
					return condition(r, v1alpha1.ConditionStalled) == "True "+v1alpha1.ReasonNotObserved
				})
			} else {
				s.await(t, request.Name, v1alpha1.ReasonApproved)
			}
			goesThrough(t, "the quota goes", deleting(admin(t), quota))
			if killed {
				s.bringIn(t, deploy)
				return
			}
			eventually(t, func(ctx context.Context) string {
				if err := deploy(ctx); err != nil {
					return err.Error()
				}
				return ""
			})
			s.await(t, request.Name, v1alpha1.ReasonEntered)
		})
	}
}

// awaitWatched waits until the operator, which another test may have started just now, has been at work for a second:
// times in a status have no fractions, and what could have been before it watched counts as not observed.
func (s shop) awaitWatched(t *testing.T, request v1alpha1.PromotionRequest) {
	t.Helper()
	s.request(t, func(r v1alpha1.PromotionRequest) bool {
		return r.Name == request.Name && r.Status.ObservedGeneration == r.Generation
	})
	seen := time.Now()
	eventually(t, func(context.Context) string {
		if time.Since(seen) < time.Second {
			return "the next second"
		}
		return ""
	})
}

// stopOperator stops the operator that all tests share, and starts it again after the test at the latest.
func stopOperator(t *testing.T) {
	t.Helper()
	if err := manager.Stop(t.Context()); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if ctx := context.WithoutCancel(t.Context()); t.Failed() {
			_ = manager.Stop(ctx) // it may run again already
			if err := manager.Start(ctx); err != nil {
				t.Fatal(err)
			}
		}
	})
}

func startOperator(t *testing.T) {
	t.Helper()
	if err := manager.Start(context.WithoutCancel(t.Context())); err != nil {
		t.Fatal(err)
	}
}

// killOperator ends the operator without a warning, as a node that fails does.
func killOperator(t *testing.T) {
	t.Helper()
	content, err := os.ReadFile(filepath.Join(filepath.Dir(manager.LogFile()), "manager.pid"))
	if err != nil {
		t.Fatal(err)
	}
	pid, err := strconv.Atoi(strings.Fields(string(content))[0])
	if err != nil {
		t.Fatal(err)
	}
	if err := syscall.Kill(pid, syscall.SIGKILL); err != nil {
		t.Fatal(err)
	}
	stopOperator(t)
}

// awaitRolledOut waits until a Deployment runs what it says, and as many.
func (s shop) awaitRolledOut(t *testing.T, name string, replicas int32) {
	t.Helper()
	eventually(t, func(context.Context) string {
		d := latest(t, s.deployment(name))
		if d.Status.ObservedGeneration != d.Generation || d.Status.UpdatedReplicas != replicas ||
			d.Status.AvailableReplicas != replicas || d.Status.Replicas != replicas {
			return "the rollout of " + name
		}
		return ""
	})
}

// quota lets the namespace have no more than so many objects.
func (s shop) quota(t *testing.T, what, most string) *corev1.ResourceQuota {
	t.Helper()
	quota := &corev1.ResourceQuota{ObjectMeta: s.meta("quota", ""), Spec: corev1.ResourceQuotaSpec{
		Hard: corev1.ResourceList{corev1.ResourceName(what): resource.MustParse(most)},
	}}
	if err := breakGlass(t).Create(t.Context(), quota); err != nil { // who may count requests and approvals
		t.Fatal(err)
	}
	t.Cleanup(func() { cleanUp(t, quota) })
	eventually(t, func(context.Context) string {
		if latest(t, quota).Status.Hard == nil {
			return "the quota to be counted"
		}
		return ""
	})
	return quota
}
