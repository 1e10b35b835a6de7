// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

package bypass

import (
	"slices"
	"strings"

	rbacv1 "k8s.io/api/rbac/v1"
)

// right is to do one of the verbs with a resource.
type right struct {
	group, resource string
	verbs           []string
	// matters tells whether the right on the object of a name alone is worth anything; nil: on any.
	matters func(name string) bool
}

// given are the verbs of the right that a rule gives.
func (r right) given(rule rbacv1.PolicyRule) []string {
	if !holds(rule.APIGroups, r.group) || !r.resourceIn(rule.Resources) || !r.nameIn(rule.ResourceNames) {
		return nil
	}
	var verbs []string
	for _, verb := range r.verbs {
		if holds(rule.Verbs, verb) {
			verbs = append(verbs, verb)
		}
	}
	return verbs
}

// givenBy all the rules: which verbs, in the order of the right, and on which objects; on all where no names come back.
func (r right) givenBy(rules []rbacv1.PolicyRule) (verbs, names []string) {
	limited := true
	for _, rule := range rules {
		given := r.given(rule)
		if len(given) == 0 {
			continue
		}
		verbs, names = append(verbs, given...), append(names, rule.ResourceNames...)
		limited = limited && len(rule.ResourceNames) > 0
	}
	if !limited {
		names = nil
	}
	slices.Sort(names)
	return slices.DeleteFunc(slices.Clone(r.verbs), func(verb string) bool {
		return !slices.Contains(verbs, verb)
	}), slices.Compact(names)
}

// text of the right as kubectl writes it, for some of its verbs, and for some objects if any are named.
func (r right) text(verbs, names []string) string {
	resource, subresource, found := strings.Cut(r.resource, "/")
	if r.group != "" {
		resource += "." + r.group
	}
	if found {
		resource += "/" + subresource
	}
	text := strings.Join(verbs, ", ") + " " + resource
	if len(names) > 0 {
		text += " \"" + strings.Join(names, "\", \"") + "\""
	}
	return text
}

func (r right) resourceIn(resources []string) bool {
	if holds(resources, r.resource) {
		return true
	}
	_, subresource, found := strings.Cut(r.resource, "/")
	return found && slices.Contains(resources, "*/"+subresource)
}

// nameIn tells whether a rule that is limited to some objects is about one that matters.
func (r right) nameIn(names []string) bool {
	return len(names) == 0 || r.matters == nil || slices.ContainsFunc(names, r.matters)
}

func holds(words []string, word string) bool {
	return slices.Contains(words, rbacv1.ResourceAll) || slices.Contains(words, word)
}
