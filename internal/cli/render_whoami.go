// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

package cli

import (
	"fmt"
	"strings"

	"github.com/countersign-dev/countersign/api/v1alpha1"
)

// renderWhoami says who the caller is.
func renderWhoami(me self) string {
	var t table
	t.add("You are", safe(me.user.Username))
	if len(me.user.Groups) > 0 {
		t.add("Groups", safe(strings.Join(me.user.Groups, ", ")))
	}
	switch {
	case me.hidden:
		t.add("Roles", "not known: you may not read the PipelineRoles")
	case len(me.roles) == 0:
		t.add("Roles", "none: no PipelineRole names you")
	}
	for i, role := range me.roles {
		t.add(first(i, "Roles"), fmt.Sprintf("%s: %s in %s", role.Name, list(role.Spec.Capabilities), where(role)))
	}
	return t.String()
}

// first is the label in front of the first of several lines, and nothing in front of the others.
func first(i int, label string) string {
	if i > 0 {
		return ""
	}
	return label
}

func where(role v1alpha1.PipelineRole) string {
	if role.Spec.NamespaceSelector != nil {
		return list(role.Spec.Environments) + " (some namespaces)"
	}
	return list(role.Spec.Environments)
}

func list[T ~string](words []T) string {
	text := make([]string, 0, len(words))
	for _, word := range words {
		text = append(text, safe(string(word)))
	}
	return strings.Join(text, ", ")
}
