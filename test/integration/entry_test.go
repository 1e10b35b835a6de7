// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

package integration

import (
	"context"
	"encoding/json"
	"regexp"
	"testing"
	"time"

	appsv1 "k8s.io/api/apps/v1"
	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/api/meta"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/types"
	"k8s.io/apimachinery/pkg/util/wait"
	"k8s.io/client-go/util/retry"
	"sigs.k8s.io/controller-runtime/pkg/client"
	"sigs.k8s.io/controller-runtime/pkg/controller/controllerutil"

	"github.com/countersign-dev/countersign/api/v1alpha1"
)

// contention is how often a change is tried again, for some seconds, where controllers write the same object.
var contention = wait.Backoff{Steps: 12, Duration: 10 * time.Millisecond, Factor: 1.6, Jitter: 0.1}

// try is something that somebody tries, as often as it is called.
type try func(ctx context.Context) error

// making tries to create an object.
func making(c client.Client, build func() client.Object) try {
	return func(ctx context.Context) error { return c.Create(ctx, build()) }
}

// changing tries to change a stored object, again where somebody else was first.
func changing[T client.Object](c client.Client, object T, change func(T)) try {
	return func(ctx context.Context) error {
		return retry.RetryOnConflict(contention, func() error {
			if err := c.Get(ctx, client.ObjectKeyFromObject(object), object); err != nil {
				return err
			}
			change(object)
			return c.Update(ctx, object)
		})
	}
}

// deploying tries to bring in a Deployment as somebody wants it, whether it is there or not.
func deploying(c client.Client, want *appsv1.Deployment) try {
	return func(ctx context.Context) error {
		return retry.RetryOnConflict(contention, func() error {
			object := &appsv1.Deployment{ObjectMeta: metav1.ObjectMeta{Namespace: want.Namespace, Name: want.Name}}
			_, err := controllerutil.CreateOrUpdate(ctx, c, object, func() error {
				object.Spec.Selector, object.Spec.Template = want.Spec.Selector, want.Spec.Template
				return nil
			})
			return err
		})
	}
}

// merging tries to merge fields into a stored object.
func merging(c client.Client, object client.Object, fields map[string]any) try {
	return func(ctx context.Context) error {
		body, err := json.Marshal(fields)
		if err != nil {
			return err
		}
		return c.Patch(ctx, object, client.RawPatch(types.MergePatchType, body))
	}
}

var approveCommand = regexp.MustCompile(`kubectl countersign approve (\S+) -n`)

// turnedAway checks that a try is denied with all the parts in the message, and returns the request that it waits for.
func (s shop) turnedAway(t *testing.T, attempt try, parts ...string) v1alpha1.PromotionRequest {
	t.Helper()
	err := attempt(t.Context())
	denied(t, err, parts...)
	found := approveCommand.FindStringSubmatch(err.Error())
	if found == nil {
		t.Fatalf("the message names no request to approve:\n%v", err)
	}
	return s.get(t, found[1])
}

// refusedForGood checks that a try is denied, and that nothing was opened that somebody could approve.
func (s shop) refusedForGood(t *testing.T, attempt try, parts ...string) {
	t.Helper()
	err := attempt(t.Context())
	denied(t, err, parts...)
	if found := approveCommand.FindStringSubmatch(err.Error()); found != nil {
		t.Errorf("a request was opened, where none can help: %s", found[1])
	}
}

// goesThrough checks that a try needs no approval now.
func goesThrough(t *testing.T, reason string, attempt try) {
	t.Helper()
	if err := attempt(t.Context()); err != nil {
		t.Fatalf("%s: %v", reason, err)
	}
}

// approve lets people approve a request.
func (s shop) approve(t *testing.T, request v1alpha1.PromotionRequest, people ...string) {
	t.Helper()
	for _, name := range people {
		if err := s.manager(t, name).Create(t.Context(), decide(request, v1alpha1.DecisionApprove)); err != nil {
			t.Fatalf("%s approves %s: %v", name, request.Name, err)
		}
	}
}

// bringIn tries, has bob approve, tries again, and waits until the content is in. The request is a new one.
func (s shop) bringIn(t *testing.T, attempt try) v1alpha1.PromotionRequest {
	t.Helper()
	request := s.turnedAway(t, attempt)
	s.approve(t, request, bob)
	goesThrough(t, "bob approved "+request.Name, attempt)
	return s.await(t, request.Name, v1alpha1.ReasonEntered)
}

func (s shop) get(t *testing.T, name string) v1alpha1.PromotionRequest {
	t.Helper()
	var request v1alpha1.PromotionRequest
	if err := admin(t).Get(t.Context(), client.ObjectKey{Namespace: s.namespace, Name: name}, &request); err != nil {
		t.Fatal(err)
	}
	return request
}

// await waits until a request is in a state: Ready's reason.
func (s shop) await(t *testing.T, name, want string) v1alpha1.PromotionRequest {
	t.Helper()
	return s.request(t, func(r v1alpha1.PromotionRequest) bool { return r.Name == name && state(r) == want })
}

// requests of the namespace.
func (s shop) requests(t *testing.T) []v1alpha1.PromotionRequest {
	t.Helper()
	var list v1alpha1.PromotionRequestList
	if err := admin(t).List(t.Context(), &list, client.InNamespace(s.namespace)); err != nil {
		t.Fatal(err)
	}
	return list.Items
}

// decisions of the namespace.
func (s shop) decisions(t *testing.T) []v1alpha1.Approval {
	t.Helper()
	var list v1alpha1.ApprovalList
	if err := admin(t).List(t.Context(), &list, client.InNamespace(s.namespace)); err != nil {
		t.Fatal(err)
	}
	return list.Items
}

// condition of a request; empty where it has none of the type.
func condition(request v1alpha1.PromotionRequest, kind string) string {
	if c := meta.FindStatusCondition(request.Status.Conditions, kind); c != nil {
		return string(c.Status) + " " + c.Reason
	}
	return ""
}

// release is a version of a Deployment: the same but for an environment variable.
func (s shop) release(name, version string) *appsv1.Deployment {
	deployment := s.deployment(name)
	deployment.Spec.Template.Spec.Containers[0].Env = []corev1.EnvVar{{Name: "RELEASE", Value: version}}
	return deployment
}

// policyIs changes the policy of the shop, and waits until it is in force.
func (s shop) policyIs(t *testing.T, change func(*v1alpha1.PromotionPolicy)) {
	t.Helper()
	c, policy := admin(t), s.policy()
	goesThrough(t, "change the policy", changing(c, policy, change))
	eventually(t, func(ctx context.Context) string {
		if err := c.Get(ctx, client.ObjectKeyFromObject(policy), policy); err != nil {
			return err.Error()
		}
		if policy.Status.ObservedGeneration != policy.Generation {
			return "the operator to see the policy as it is now"
		}
		return ""
	})
}

func enforcement(how v1alpha1.Enforcement) func(*v1alpha1.PromotionPolicy) {
	return func(policy *v1alpha1.PromotionPolicy) { policy.Spec.Enforcement = how }
}

func openEntry(policy *v1alpha1.PromotionPolicy) {
	policy.Spec.Entry, policy.Spec.Approvals = v1alpha1.EntryOpen, nil
}

func noFreeReturn(policy *v1alpha1.PromotionPolicy) {
	policy.Spec.Rollback.Mode = v1alpha1.RollbackRequireApproval
}

// latest reads an object as it is stored now.
func latest[T client.Object](t *testing.T, object T) T {
	t.Helper()
	if err := admin(t).Get(t.Context(), client.ObjectKeyFromObject(object), object); err != nil {
		t.Fatal(err)
	}
	return object
}

// clone is a copy of an object, to be sent while the original stays as it was built.
func clone(object client.Object) client.Object {
	return object.DeepCopyObject().(client.Object)
}
