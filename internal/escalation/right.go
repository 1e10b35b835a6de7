// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

package escalation

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	rbacv1 "k8s.io/api/rbac/v1"
)

// Right is one verb on one resource.
type Right struct {
	Verb, Group string
	// Resource with its subresource after a slash.
	Resource string
	// Name of the one object that it is limited to; empty for all.
	Name string
}

// String writes the right as kubectl does: update deployments.apps/scale "web".
func (r Right) String() string {
	resource, subresource, _ := strings.Cut(r.Resource, "/")
	text := r.Verb + " " + resource
	if r.Group != "" {
		text += "." + r.Group
	}
	if subresource != "" {
		text += "/" + subresource
	}
	if r.Name != "" {
		text += " \"" + r.Name + "\""
	}
	return text
}

// Rights are the single rights that rules come to, sorted, each once. Those on paths of the API server are none of a
// namespace, and are left out.
func Rights(rules []rbacv1.PolicyRule) []Right {
	var rights []Right
	for _, rule := range rules {
		for _, group := range rule.APIGroups {
			for _, resource := range rule.Resources {
				for _, verb := range rule.Verbs {
					rights = append(rights, named(Right{Verb: verb, Group: group, Resource: resource}, rule.ResourceNames)...)
				}
			}
		}
	}
	slices.SortFunc(rights, func(a, b Right) int {
		return cmp.Or(cmp.Compare(a.Group, b.Group), cmp.Compare(a.Resource, b.Resource), cmp.Compare(a.Verb, b.Verb),
			cmp.Compare(a.Name, b.Name))
	})
	return slices.Compact(rights)
}

// mostNamed is how many rights a message names.
const mostNamed = 3

// Some names the first few rights, and says how many more there are.
func Some(rights []Right) string {
	names := make([]string, 0, mostNamed)
	for _, right := range rights[:min(mostNamed, len(rights))] {
		names = append(names, right.String())
	}
	text := strings.Join(names, ", ")
	if more := len(rights) - mostNamed; more > 0 {
		text += fmt.Sprintf(" and %d more", more)
	}
	return text
}

// named is the right on each of the objects; on all of them where none is named.
func named(right Right, names []string) []Right {
	if len(names) == 0 {
		return []Right{right}
	}
	rights := make([]Right, 0, len(names))
	for _, name := range names {
		right.Name = name
		rights = append(rights, right)
	}
	return rights
}
