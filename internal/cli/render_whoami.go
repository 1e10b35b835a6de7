// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

package cli

import (
	"fmt"
	"io"
	"strings"
	"text/tabwriter"

	"github.com/countersign-dev/countersign/api/v1alpha1"
)

// renderWhoami prints who the caller is.
func renderWhoami(w io.Writer, me self) error {
	table := tabwriter.NewWriter(w, 0, 8, 2, ' ', 0)
	fmt.Fprintf(table, "You are\t%s\n", safe(me.user.Username))
	if len(me.user.Groups) > 0 {
		fmt.Fprintf(table, "Groups\t%s\n", safe(strings.Join(me.user.Groups, ", ")))
	}
	switch {
	case me.hidden:
		fmt.Fprint(table, "Roles\tnot known: you may not read the PipelineRoles\n")
	case len(me.roles) == 0:
		fmt.Fprint(table, "Roles\tnone: no PipelineRole names you\n")
	}
	for i, role := range me.roles {
		label := "Roles"
		if i > 0 {
			label = ""
		}
		fmt.Fprintf(table, "%s\t%s: %s in %s\n", label, role.Name, list(role.Spec.Capabilities), where(role))
	}
	return table.Flush()
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
