// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

package authority_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"
	authenticationv1 "k8s.io/api/authentication/v1"
	authorizationv1 "k8s.io/api/authorization/v1"
	corev1 "k8s.io/api/core/v1"
	rbacv1 "k8s.io/api/rbac/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
	clientgoscheme "k8s.io/client-go/kubernetes/scheme"
	"sigs.k8s.io/controller-runtime/pkg/client"
	"sigs.k8s.io/controller-runtime/pkg/client/fake"

	"github.com/countersign-dev/countersign/api/v1alpha1"
	"github.com/countersign-dev/countersign/internal/authority"
)

// authorizer answers SubjectAccessReviews by what is held: "namespace verb group/resource name".
type authorizer struct {
	client.Writer

	mu    sync.Mutex
	held  []string
	asked []authorizationv1.SubjectAccessReviewSpec
	err   error
}

func (a *authorizer) Create(_ context.Context, object client.Object, _ ...client.CreateOption) error {
	a.mu.Lock()
	defer a.mu.Unlock()
	review, ok := object.(*authorizationv1.SubjectAccessReview)
	if !ok {
		return fmt.Errorf("created a %T", object)
	}
	a.asked = append(a.asked, review.Spec)
	what := review.Spec.ResourceAttributes
	words := []string{what.Namespace, what.Verb, what.Group + "/" + what.Resource, what.Name}
	review.Status.Allowed = a.err == nil && slices.Contains(a.held, strings.TrimSpace(strings.Join(words, " ")))
	return a.err
}

// checker of a cluster with these objects.
func checker(t *testing.T, reviews client.Writer, objects ...client.Object) authority.Checker {
	t.Helper()
	scheme := runtime.NewScheme()
	if err := errors.Join(clientgoscheme.AddToScheme(scheme), v1alpha1.AddToScheme(scheme)); err != nil {
		t.Fatal(err)
	}
	c := fake.NewClientBuilder().WithScheme(scheme).WithObjects(objects...).Build()
	return authority.Checker{Reviews: reviews, Live: c, Cache: c}
}

var errDown = errors.New("the API server is down")

// TestAsked: the API server is told all that it told us of the author, and nothing of the login.
func TestAsked(t *testing.T) {
	author := authenticationv1.UserInfo{
		Username: "alice", UID: "uid", Groups: []string{"leads"}, Extra: map[string]authenticationv1.ExtraValue{
			"example.com/tenant": {"shop"}, "authentication.kubernetes.io/credential-id": {"JTI=1"},
		},
	}
	written, err := authority.Encode(author)
	if err != nil {
		t.Fatal(err)
	}
	if author, err = authority.Decode(written); err != nil {
		t.Fatal(err)
	}
	asked := &authorizer{}
	if _, err := checker(t, asked).Lacking(t.Context(), author, maps("a"), []string{"a"}); err != nil {
		t.Fatal(err)
	}
	want := authorizationv1.SubjectAccessReviewSpec{
		User: "alice", UID: "uid", Groups: []string{"leads"},
		Extra: map[string]authorizationv1.ExtraValue{"example.com/tenant": {"shop"}},
		ResourceAttributes: &authorizationv1.ResourceAttributes{
			Verb: "escalate", Group: "countersign.dev", Version: "*", Resource: "pipelineroles", Name: "a",
		},
	}
	if diff := cmp.Diff(want, asked.asked[0]); diff != "" {
		t.Errorf("-want, +asked:\n%s", diff)
	}
}

// maps is a role that reads ConfigMaps.
func maps(name string) *v1alpha1.PipelineRole {
	return &v1alpha1.PipelineRole{
		ObjectMeta: metav1.ObjectMeta{Name: name},
		Spec: v1alpha1.PipelineRoleSpec{Rules: []v1alpha1.Rule{{
			APIGroups: []string{""}, Resources: []string{"configmaps"}, Verbs: []v1alpha1.Verb{"get", "list"},
		}}},
	}
}

func TestLacking(t *testing.T) {
	for name, test := range map[string]struct {
		reason     string
		held       []string
		namespaces []string
		want       []string
	}{
		"Nothing": {"no right at all", nil, []string{"a"}, []string{
			"spec.rules: alice may not give rules in namespace a, for want of the right to get configmaps, list configmaps",
		}},
		"NowhereYet": {"a role that reaches nothing gives nothing yet", nil, nil, nil},
		"Everywhere": {"both, in all namespaces", []string{"get /configmaps", "list /configmaps"}, []string{"a", "b"}, nil},
		"PartlyThere": {
			"one everywhere, the other there", []string{"get /configmaps", "a list /configmaps"}, []string{"a"}, nil,
		},
		"OneNamespace": {
			"in one namespace of two", []string{"get /configmaps", "a list /configmaps"}, []string{"a", "b"},
			[]string{"spec.rules: alice may not give rules in namespace b, for want of the right to list configmaps"},
		},
		"Escalate": {"the verb for it", []string{"escalate countersign.dev/pipelineroles shop"}, []string{"a"}, nil},
		"All":      {"everything", []string{"* */*"}, []string{"a"}, nil},
	} {
		t.Run(name, func(t *testing.T) {
			c := checker(t, &authorizer{held: test.held})
			alice := authenticationv1.UserInfo{Username: "alice"}
			lacks, err := c.Lacking(t.Context(), alice, maps("shop"), test.namespaces)
			if err != nil {
				t.Fatal(err)
			}
			var got []string
			for _, lack := range lacks {
				got = append(got, lack.Describe("alice"))
			}
			if diff := cmp.Diff(test.want, got); diff != "" {
				t.Errorf("%s: -want, +got:\n%s", test.reason, diff)
			}
		})
	}
}

// TestNoAnswer: what cannot be found out is an error, and nobody holds it.
func TestNoAnswer(t *testing.T) {
	c := checker(t, &authorizer{err: errDown, held: []string{"* */*"}})
	alice := authenticationv1.UserInfo{Username: "alice"}
	if _, err := c.Lacking(t.Context(), alice, maps("shop"), []string{"a"}); !errors.Is(err, errDown) {
		t.Errorf("want %v, got %v", errDown, err)
	}
	if may, err := c.MayChangeMembers(t.Context(), alice, maps("shop")); may || !errors.Is(err, errDown) {
		t.Errorf("want %v, got %t, %v", errDown, may, err)
	}
	if _, err := authority.Decode("not JSON"); err == nil {
		t.Error("want an error for an author that cannot be read")
	}
}

// TestNotWrittenOut: what a rule multiplies to is not written out to be asked about.
func TestNotWrittenOut(t *testing.T) {
	role := maps("shop")
	for n := range 600 {
		role.Spec.Rules[0].ResourceNames = append(role.Spec.Rules[0].ResourceNames, fmt.Sprintf("name-%d", n))
	}
	alice := authenticationv1.UserInfo{Username: "alice"}
	_, err := checker(t, &authorizer{}).Lacking(t.Context(), alice, role, nil)
	if !errors.Is(err, authority.ErrTooMany) {
		t.Errorf("want %v, got %v", authority.ErrTooMany, err)
	}
}

// TestTooMany: the number of questions is bounded, and none is left out without a word.
func TestTooMany(t *testing.T) {
	asked := &authorizer{}
	var namespaces []string
	for n := range 2000 {
		namespaces = append(namespaces, fmt.Sprintf("ns-%d", n))
	}
	alice := authenticationv1.UserInfo{Username: "alice"}
	_, err := checker(t, asked).Lacking(t.Context(), alice, maps("shop"), namespaces)
	if !errors.Is(err, authority.ErrTooMany) {
		t.Errorf("want %v, got %v", authority.ErrTooMany, err)
	}
	if len(asked.asked) > 1000 {
		t.Errorf("%d questions were asked", len(asked.asked))
	}
}

// TestLackingRouting: what capability Deploy gives where traffic is gated takes a right of its own, and is asked about
// nowhere else.
func TestLackingRouting(t *testing.T) {
	policy := &v1alpha1.PromotionPolicy{ObjectMeta: metav1.ObjectMeta{Name: "production"}}
	policy.Spec.Environment = "production"
	policy.Spec.Gates = []v1alpha1.Gate{{Type: v1alpha1.GateRouting}}
	policy.Status.GatesInForce = []string{string(v1alpha1.GateRouting)}
	services := &rbacv1.ClusterRole{
		ObjectMeta: metav1.ObjectMeta{Name: "countersign-deploy-routing"},
		Rules:      []rbacv1.PolicyRule{{APIGroups: []string{""}, Resources: []string{"services"}, Verbs: []string{"patch"}}},
	}
	role := &v1alpha1.PipelineRole{ObjectMeta: metav1.ObjectMeta{Name: "shop"}}
	role.Spec.Capabilities = []v1alpha1.Capability{v1alpha1.CapabilityDeploy}
	const deploys = "bind rbac.authorization.k8s.io/clusterroles countersign-deploy"
	for name, test := range map[string]struct {
		reason string
		held   []string
		want   []string
	}{
		"DeployAlone": {"they may give the rest", []string{deploys}, []string{
			"spec.capabilities: alice may not give capability Deploy (Routing) in namespace shop, for want of the right to " +
				"patch services",
		}},
		"Both": {"they may bind both", []string{deploys, deploys + "-routing"}, nil},
		"Held": {"they hold what it gives there", []string{deploys, "shop patch /services"}, nil},
	} {
		c := checker(t, &authorizer{held: test.held}, policy.DeepCopy(), services.DeepCopy(),
			&rbacv1.ClusterRole{ObjectMeta: metav1.ObjectMeta{Name: "countersign-deploy"}},
			&corev1.Namespace{ObjectMeta: metav1.ObjectMeta{
				Name: "shop", Labels: map[string]string{v1alpha1.EnvironmentLabel: "production"},
			}})
		alice := authenticationv1.UserInfo{Username: "alice"}
		lacks, err := c.Lacking(t.Context(), alice, role, []string{"lab", "shop"})
		if err != nil {
			t.Fatal(err)
		}
		var got []string
		for _, lack := range lacks {
			got = append(got, lack.Describe("alice"))
		}
		if diff := cmp.Diff(test.want, got); diff != "" {
			t.Errorf("%s: %s: -want, +got:\n%s", name, test.reason, diff)
		}
	}
}
