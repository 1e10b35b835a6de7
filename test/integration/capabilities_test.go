// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

package integration

import (
	"slices"
	"strings"
	"testing"

	authorizationv1 "k8s.io/api/authorization/v1"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/countersign-dev/countersign/api/v1alpha1"
)

// capability is one that a role can name, and a right that tells whether the API server knows of the grant yet.
type capability struct {
	name  v1alpha1.Capability
	gives string
}

// inOrder are all capabilities, as people meet them.
var inOrder = []capability{
	{v1alpha1.CapabilityView, "list pods"},
	{v1alpha1.CapabilityRequest, "create promotionrequests.countersign.dev"},
	{v1alpha1.CapabilityBuild, "create jobs.batch"},
	{v1alpha1.CapabilityDeploy, "create deployments.apps"},
	{v1alpha1.CapabilityOperate, "create pods/eviction"},
	{v1alpha1.CapabilityDebug, "create pods/exec"},
	{v1alpha1.CapabilityApprove, "create approvals.countersign.dev"},
}

const (
	inside  = "capabilities-a"
	outside = "capabilities-elsewhere"
)

// TestCapabilities asks the API server what each capability comes to, as a person who holds nothing else.
func TestCapabilities(t *testing.T) {
	t.Parallel()
	namespace(t, inside, "capabilities")
	namespace(t, outside, "")
	allowed := map[v1alpha1.Capability]rights{}
	for _, c := range inOrder {
		person := holder(t, c)
		allowed[c.name] = ask(t, person)
		assertAllAsked(t, c, person)
		if got := listed(t, person, outside); len(got) > 0 {
			t.Errorf("%s allows in a namespace that is in no environment: %v", c.name, got)
		}
	}
	for _, test := range never {
		test.assert(t, allowed)
	}
	for _, test := range needed {
		test.assert(t, allowed)
	}
	assertCurrent(t, allowed)
}

// holder is a person who holds one capability, and no other right.
func holder(t *testing.T, c capability) client.Client {
	t.Helper()
	name := strings.ToLower(string(c.name))
	team := newTeam(t, "capabilities-"+name, func(role *v1alpha1.PipelineRole) {
		role.Spec.Environments = []v1alpha1.EnvironmentName{"capabilities"}
		role.Spec.Capabilities = []v1alpha1.Capability{c.name}
		role.Spec.Members = []v1alpha1.Member{{Kind: v1alpha1.MemberUser, Name: name + "@example.com"}}
	})
	team.awaitAccess(t, inside, name+"@example.com", attributes(c.gives, inside), true)
	return as(t, name+"@example.com")
}

// rights are some of those that are asked about.
type rights map[string]bool

// ask finds out which of all rights somebody has.
func ask(t *testing.T, person client.Client) rights {
	t.Helper()
	allowed := rights{}
	for _, right := range asked() {
		what := attributes(right, inside)
		review := &authorizationv1.SelfSubjectAccessReview{
			Spec: authorizationv1.SelfSubjectAccessReviewSpec{ResourceAttributes: &what},
		}
		if err := person.Create(t.Context(), review); err != nil {
			t.Fatal(err)
		}
		allowed[right] = review.Status.Allowed
	}
	return allowed
}

// attributes of a right that is written as for `kubectl auth can-i`: verb resource.group/subresource.
func attributes(right, namespace string) authorizationv1.ResourceAttributes {
	verb, resource, _ := strings.Cut(right, " ")
	if slices.Contains(ofCluster, right) {
		namespace = ""
	}
	resource, subresource, _ := strings.Cut(resource, "/")
	resource, group, _ := strings.Cut(resource, ".")
	what := authorizationv1.ResourceAttributes{
		Verb: verb, Group: group, Resource: resource, Subresource: subresource, Namespace: namespace,
	}
	if resource == "namespaces" {
		what.Name = namespace
	}
	return what
}
