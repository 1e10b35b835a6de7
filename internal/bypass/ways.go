// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

package bypass

import (
	"slices"
	"strings"

	rbacv1 "k8s.io/api/rbac/v1"
)

// way is something that can be done to get round the gate, by who has one of the rights.
type way struct {
	name, means string
	rights      []right
	in          scope
	// guards take it away again; all of them must be in force. None: nothing does.
	guards []guard
}

// everything is the way of those who may do everything.
const everything = "everything"

var (
	write    = []string{"create", "update", "patch", "delete", "deletecollection"}
	change   = []string{"update", "patch", "delete", "deletecollection"}
	edit     = []string{"update", "patch"}
	removing = []string{"delete", "deletecollection"}
	making   = []string{"create", "update", "patch"}
	create   = []string{"create"}
	connect  = []string{"get", "create"}
)

// ways, the most dangerous first.
var ways = slices.Concat(waysToAll, waysAround, waysGuarded, waysOfNames, waysOfBots)

// given are the rights of the way that the rules give.
func (w way) given(rules []rbacv1.PolicyRule) []string {
	var texts []string
	for _, r := range w.rights {
		if verbs, names := r.givenBy(rules); len(verbs) > 0 {
			texts = append(texts, r.text(verbs, names))
		}
	}
	return texts
}

// each resource of a group with the same verbs.
func each(group string, verbs []string, resources ...string) []right {
	all := make([]right, 0, len(resources))
	for _, resource := range resources {
		all = append(all, right{group: group, resource: resource, verbs: verbs})
	}
	return all
}

// on limits rights to the objects that matter.
func on(matters func(name string) bool, rights []right) []right {
	for i := range rights {
		rights[i].matters = matters
	}
	return rights
}

func oneOf(names ...string) func(string) bool {
	return func(name string) bool { return slices.Contains(names, name) }
}

// mine are Countersign's own objects.
func mine(name string) bool {
	return strings.HasPrefix(name, "countersign-") || strings.HasSuffix(name, "."+ours)
}

// notMine are the objects of others.
func notMine(name string) bool { return !mine(name) }

// allOnly : the right on single objects is not it.
func allOnly(string) bool { return false }
