// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

package loosening

import (
	"fmt"
	"slices"
	"strings"

	"github.com/countersign-dev/countersign/api/v1alpha1"
	"github.com/countersign-dev/countersign/internal/separation"
)

// roleChange is a change of a role that stays, and that somebody held and holds.
type roleChange struct {
	before, after v1alpha1.PipelineRoleSpec
	// conflicts are the roles that nobody could hold together with this one.
	conflicts []string
}

// roleField is one field of a role's spec.
type roleField struct {
	// Name of the field, as it is written.
	Name string
	// Looser says what counts as looser in it.
	Looser string
	of     func(c roleChange) findings
}

// RoleFields are all fields of the spec of a PipelineRole, in its order.
var RoleFields = []roleField{
	{"environments", "one more", environments},
	{"namespaceSelector", "any change, but for one where there was none", selector},
	{"capabilities", "one more", capabilities},
	{"rules", "a right more", rules},
	{"members", "one more, from earlier on, until later; one less, or for less time, where the role conflicts with " +
		"another: they may approve by that one then", members},
	{"bots", "one more, a longer `maxTokenSeconds`, more `audiences`, or some for the API server's or the reverse, " +
		"`pods: Allow`", bots},
	{"conflictsWith", "one less", conflictsWith},
}

// Role says what is looser after the change of a role; nothing where nothing is. Before is nil for a new one, after for
// one that is deleted, and others are all others that there are. A role that nobody holds gives nothing.
func Role(before, after *v1alpha1.PipelineRole, others []v1alpha1.PipelineRole) []string {
	c := roleChange{}
	if before != nil {
		c.before, c.conflicts = before.Spec, conflicts(before, others)
	}
	if after != nil {
		c.after = after.Spec
	}
	switch {
	case !held(c.after):
		return freed(c)
	case !held(c.before):
		return []string{given(c.after)}
	}
	var all findings
	for _, field := range RoleFields {
		all = append(all, field.of(c)...)
	}
	return all
}

func held(spec v1alpha1.PipelineRoleSpec) bool { return len(spec.Members)+len(spec.Bots) > 0 }

// given says what a role gives that nobody held before.
func given(spec v1alpha1.PipelineRoleSpec) string {
	holders := make([]string, 0, len(spec.Members)+len(spec.Bots))
	for _, member := range spec.Members {
		holders = append(holders, describe(member))
	}
	for _, bot := range spec.Bots {
		holders = append(holders, "bot "+bot.Namespace+"/"+bot.Name)
	}
	what := make([]string, 0, len(spec.Capabilities)+1)
	for _, capability := range spec.Capabilities {
		what = append(what, string(capability))
	}
	if len(spec.Rules) > 0 {
		what = append(what, "rules")
	}
	where := make([]string, 0, len(spec.Environments))
	for _, environment := range spec.Environments {
		where = append(where, string(environment))
	}
	return fmt.Sprintf("gives %s in %s to %s", strings.Join(what, ", "), strings.Join(where, ", "),
		strings.Join(holders, ", "))
}

func describe(member v1alpha1.Member) string {
	return strings.ToLower(string(member.Kind)) + " " + named(member.Name)
}

// conflicts are the roles that nobody can hold together with this one, whichever of the two says so.
func conflicts(role *v1alpha1.PipelineRole, others []v1alpha1.PipelineRole) []string {
	names := make([]string, 0, len(role.Spec.ConflictsWith))
	for _, name := range role.Spec.ConflictsWith {
		names = append(names, string(name))
	}
	for i := range others {
		if separation.Conflict(role, &others[i]) {
			names = append(names, others[i].Name)
		}
	}
	slices.Sort(names)
	return slices.Compact(names)
}

func environments(c roleChange) (f findings) {
	added(&f, "environments", c.before.Environments, c.after.Environments)
	return f
}

// selector : a role without one holds in all namespaces, and one with any in no more.
func selector(c roleChange) (f findings) {
	if !selectsAll(c.before.NamespaceSelector) && !sameSelection(c.before.NamespaceSelector, c.after.NamespaceSelector) {
		f.addf("namespaceSelector: selects other namespaces")
	}
	return f
}

func capabilities(c roleChange) (f findings) {
	added(&f, "capabilities", c.before.Capabilities, c.after.Capabilities)
	return f
}

// rules : each right must have been in one rule before. Names narrow a rule, and without them it is for all.
func rules(c roleChange) (f findings) {
	for i, after := range c.after.Rules {
		if !slices.ContainsFunc(c.before.Rules, func(before v1alpha1.Rule) bool { return gives(before, after) }) {
			f.addf("rules[%d]: gives more", i)
		}
	}
	return f
}

func gives(before, after v1alpha1.Rule) bool {
	return within(after.APIGroups, before.APIGroups) && within(after.Resources, before.Resources) &&
		within(after.Verbs, before.Verbs) && (len(before.ResourceNames) == 0 ||
		len(after.ResourceNames) > 0 && within(after.ResourceNames, before.ResourceNames))
}

func conflictsWith(c roleChange) (f findings) {
	removed(&f, "conflictsWith", c.before.ConflictsWith, c.after.ConflictsWith)
	return f
}
