// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

package integration

import (
	"slices"
	"strings"
	"testing"

	authorizationv1 "k8s.io/api/authorization/v1"
	"sigs.k8s.io/controller-runtime/pkg/client"
)

// assertAllAsked lets the API server list all that somebody may do: the table asks about every bit of it. So whatever
// is added to a capability shows.
func assertAllAsked(t *testing.T, c capability, person client.Client) {
	t.Helper()
	for _, right := range listed(t, person, inside) {
		if !slices.Contains(asked(), right) {
			t.Errorf("%s allows what the table does not ask about: %s", c.name, right)
		}
	}
}

// everybodys are the groups of the reviews that everybody may ask for.
var everybodys = []string{"authentication.k8s.io", "authorization.k8s.io"}

// listed is all that somebody may do in a namespace, as the API server lists it, and not everybody.
func listed(t *testing.T, person client.Client, namespace string) []string {
	t.Helper()
	review := &authorizationv1.SelfSubjectRulesReview{
		Spec: authorizationv1.SelfSubjectRulesReviewSpec{Namespace: namespace},
	}
	if err := person.Create(t.Context(), review); err != nil {
		t.Fatal(err)
	}
	var all []string
	for _, rule := range review.Status.ResourceRules {
		if !slices.Contains(everybodys, rule.APIGroups[0]) {
			all = append(all, rightsIn(rule)...)
		}
	}
	return all
}

func rightsIn(rule authorizationv1.ResourceRule) []string {
	var all []string
	for _, group := range rule.APIGroups {
		for _, resource := range rule.Resources {
			for _, verb := range rule.Verbs {
				all = append(all, verb+" "+withGroup(resource, group))
			}
		}
	}
	return all
}

// withGroup is resource.group/subresource.
func withGroup(resource, group string) string {
	if group == "" {
		return resource
	}
	resource, subresource, found := strings.Cut(resource, "/")
	if found {
		return resource + "." + group + "/" + subresource
	}
	return resource + "." + group
}
