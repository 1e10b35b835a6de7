// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

package integration

import (
	"context"
	"strings"
	"testing"

	appsv1 "k8s.io/api/apps/v1"
	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/api/meta"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/countersign-dev/countersign/api/v1alpha1"
)

// The people of the tests.
const (
	alice = "alice@example.com"
	bob   = "bob@example.com"
	carol = "carol@example.com"
)

// shop is an environment with people: developers who deploy, release managers who approve, and a bot.
type shop struct {
	environment v1alpha1.EnvironmentName
	namespace   string
	bots        string
	developers  string
	managers    string
}

// newShop makes an environment of the test's own, whose policy may be changed before it is made.
func newShop(t *testing.T, change ...func(*v1alpha1.PromotionPolicy)) shop {
	t.Helper()
	id := strings.ToLower(strings.NewReplacer("/", "-", "_", "-").Replace(t.Name()))
	if len(id) > 40 {
		id = id[:40]
	}
	return newShopNamed(t, id, change...)
}

// newShopNamed makes one of several environments of a test.
func newShopNamed(t *testing.T, id string, change ...func(*v1alpha1.PromotionPolicy)) shop {
	t.Helper()
	s := shop{
		environment: v1alpha1.EnvironmentName(id), namespace: id, bots: id + "-bots",
		developers: id + "-developers", managers: id + "-managers",
	}
	namespace(t, s.bots, "")
	create(t, s.role(s.developers, v1alpha1.CapabilityView, v1alpha1.CapabilityRequest, v1alpha1.CapabilityDeploy,
		v1alpha1.CapabilityOperate, v1alpha1.CapabilityDebug))
	create(t, s.role(s.managers, v1alpha1.CapabilityView, v1alpha1.CapabilityRequest, v1alpha1.CapabilityApprove))
	ci := s.role(id+"-ci", v1alpha1.CapabilityView, v1alpha1.CapabilityRequest, v1alpha1.CapabilityDeploy)
	ci.Spec.Members, ci.Spec.Bots = nil, []v1alpha1.Bot{{Name: "ci", Namespace: s.bots, Owner: "shop-team"}}
	create(t, ci)
	policy := s.policy()
	for _, edit := range change {
		edit(policy)
	}
	create(t, policy)
	namespace(t, s.namespace, id)
	s.awaitGrants(t)
	return s
}

func (s shop) role(name string, capabilities ...v1alpha1.Capability) *v1alpha1.PipelineRole {
	return &v1alpha1.PipelineRole{
		ObjectMeta: metav1.ObjectMeta{Name: name},
		Spec: v1alpha1.PipelineRoleSpec{
			Environments: []v1alpha1.EnvironmentName{s.environment},
			Capabilities: capabilities,
			Members:      []v1alpha1.Member{{Kind: v1alpha1.MemberGroup, Name: name}},
		},
	}
}

func (s shop) policy() *v1alpha1.PromotionPolicy {
	return &v1alpha1.PromotionPolicy{
		ObjectMeta: metav1.ObjectMeta{Name: string(s.environment)},
		Spec: v1alpha1.PromotionPolicySpec{
			Environment: s.environment,
			Approvals: []v1alpha1.ApprovalRule{{
				Name: "release", Count: 1, From: v1alpha1.ApproverSource{AnyOf: []v1alpha1.RoleName{v1alpha1.RoleName(s.managers)}},
			}},
		},
	}
}

// awaitGrants waits until roles and policy are in force, as a person would: kubectl wait --for=condition=Ready.
func (s shop) awaitGrants(t *testing.T) {
	t.Helper()
	c := admin(t)
	eventually(t, func(ctx context.Context) string {
		for _, name := range []string{s.developers, s.managers, string(s.environment) + "-ci"} {
			var role v1alpha1.PipelineRole
			if err := c.Get(ctx, client.ObjectKey{Name: name}, &role); err != nil {
				return err.Error()
			}
			if !meta.IsStatusConditionTrue(role.Status.Conditions, v1alpha1.ConditionReady) || role.Status.Namespaces == nil ||
				*role.Status.Namespaces != 1 {
				return "role " + name + " to be ready"
			}
		}
		var policy v1alpha1.PromotionPolicy
		if err := c.Get(ctx, client.ObjectKey{Name: string(s.environment)}, &policy); err != nil {
			return err.Error()
		}
		if !meta.IsStatusConditionTrue(policy.Status.Conditions, v1alpha1.ConditionReady) {
			return "the policy to be ready"
		}
		return ""
	})
}

func (s shop) developer(t *testing.T) client.Client            { return as(t, alice, s.developers) }
func (s shop) manager(t *testing.T, name string) client.Client { return as(t, name, s.managers) }
func (s shop) ci(t *testing.T) client.Client                   { return bot(t, s.bots, "ci") }

// image of the shop, pinned.
const image = "registry.example.com/checkout@sha256:1111111111111111111111111111111111111111111111111111111111111111"

// deployment as somebody would apply it.
func (s shop) deployment(name string) *appsv1.Deployment {
	labels := map[string]string{"app": name}
	return &appsv1.Deployment{
		ObjectMeta: metav1.ObjectMeta{Namespace: s.namespace, Name: name},
		Spec: appsv1.DeploymentSpec{
			Selector: &metav1.LabelSelector{MatchLabels: labels},
			Template: corev1.PodTemplateSpec{
				ObjectMeta: metav1.ObjectMeta{Labels: labels},
				Spec:       corev1.PodSpec{Containers: []corev1.Container{{Name: "web", Image: image}}},
			},
		},
	}
}

// requests of the namespace, by State: Ready's reason.
func (s shop) request(t *testing.T, match func(v1alpha1.PromotionRequest) bool) v1alpha1.PromotionRequest {
	t.Helper()
	c := admin(t)
	var found v1alpha1.PromotionRequest
	eventually(t, func(ctx context.Context) string {
		var list v1alpha1.PromotionRequestList
		if err := c.List(ctx, &list, client.InNamespace(s.namespace)); err != nil {
			return err.Error()
		}
		for _, request := range list.Items {
			if match(request) {
				found = request
				return ""
			}
		}
		return "a request that matches, among " + describe(list.Items)
	})
	return found
}

func describe(requests []v1alpha1.PromotionRequest) string {
	var all []string
	for _, r := range requests {
		all = append(all, r.Name+" "+state(r)+" waiting for "+r.Status.WaitingFor)
	}
	return strings.Join(all, "; ")
}

// state is the reason of the Ready condition.
func state(request v1alpha1.PromotionRequest) string {
	if ready := meta.FindStatusCondition(request.Status.Conditions, v1alpha1.ConditionReady); ready != nil {
		return ready.Reason
	}
	return ""
}

func inState(want string) func(v1alpha1.PromotionRequest) bool {
	return func(r v1alpha1.PromotionRequest) bool { return state(r) == want }
}

// decide is what somebody says of a request.
func decide(request v1alpha1.PromotionRequest, decision v1alpha1.ApprovalDecision) *v1alpha1.Approval {
	return &v1alpha1.Approval{
		ObjectMeta: metav1.ObjectMeta{Namespace: request.Namespace, GenerateName: request.Name + "-"},
		Spec: v1alpha1.ApprovalSpec{
			Request: v1alpha1.RequestReference{
				Name: request.Name, UID: string(request.UID), Digest: request.Spec.Change.Digest,
			},
			Decision: decision,
		},
	}
}

// managersRole is the stored role of the release managers.
func (s shop) managersRole(t *testing.T) *v1alpha1.PipelineRole {
	t.Helper()
	role := &v1alpha1.PipelineRole{}
	if err := admin(t).Get(t.Context(), client.ObjectKey{Name: s.managers}, role); err != nil {
		t.Fatal(err)
	}
	return role
}
