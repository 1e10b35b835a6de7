// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

package cli

import (
	"fmt"
	"slices"
	"strings"

	rbacv1 "k8s.io/api/rbac/v1"

	"github.com/countersign-dev/countersign/internal/bypass"
)

const beyondRBAC = `
To take one away: put delete or edit in the place of describe, or change the role that it refers to.
Not in RBAC, and so not here: who is in a group, logins in group system:masters that were issued before, other
authorizers than RBAC, and who can write to etcd or to the disks of control plane nodes.
`

// renderBypass lists what is open, by way; and what guards take away, if asked for.
func renderBypass(cluster bypass.Cluster, guarded bool) string {
	found := bypass.Find(cluster)
	open := slices.IndexFunc(found, func(f bypass.Finding) bool { return !f.Open() })
	if open < 0 {
		open = len(found)
	}
	text := renderGaps(cluster) + "By RBAC, nobody can get round the gate.\n"
	if open > 0 {
		text = renderGaps(cluster) + "Open, the most dangerous first:\n" + ways(found[:open])
	}
	switch kept := found[open:]; {
	case len(kept) == 0:
	case guarded:
		text += "\nGuarded: RBAC gives it, and a guard in the API server takes it away:\n" + ways(kept)
	default:
		text += fmt.Sprintf("\n%d more that guards in the API server take away: kubectl countersign bypass --guarded\n",
			len(kept))
	}
	return text + beyondRBAC
}

// renderGaps says what everybody can get through now.
func renderGaps(cluster bypass.Cluster) string {
	var lines []string
	if !cluster.Asked {
		lines = append(lines, "The gate is not in force: API servers do not ask, or let in what nobody answers for. Put it "+
			"back: kubectl apply -k config/webhook")
	}
	for _, name := range cluster.Gaps {
		lines = append(lines, "Namespace "+safe(name)+" is out of the gate. To end that: kubectl countersign break-glass "+
			safe(name)+" --end")
	}
	for _, name := range bypass.Missing(cluster) {
		lines = append(lines, "Guard "+name+" is not in force. Put it back: kubectl apply -k config/policy")
	}
	if len(lines) == 0 {
		return ""
	}
	return strings.Join(lines, "\n") + "\n\n"
}

// ways has a paragraph for each way: what it means, and who has it.
func ways(found []bypass.Finding) string {
	var b strings.Builder
	var t table
	for i, f := range found {
		if i == 0 || f.Way != found[i-1].Way {
			b.WriteString(t.String())
			t = nil
			fmt.Fprintf(&b, "\n%s: %s%s\n", f.Way, f.Means, keptBy(f))
		}
		t.add("  "+holder(f.Subject), describing(f.Binding), safe(strings.Join(f.Rights, "; ")))
	}
	b.WriteString(t.String())
	return b.String()
}

func keptBy(f bypass.Finding) string {
	if f.Open() {
		return ""
	}
	return " (kept by " + strings.Join(f.Guards, ", ") + ")"
}

func holder(s rbacv1.Subject) string {
	name := s.Name
	if s.Kind == rbacv1.ServiceAccountKind {
		name = s.Namespace + "/" + name
	}
	return safe(s.Kind + " " + name)
}

// describing is the command that shows a binding.
func describing(b bypass.Binding) string {
	command := "kubectl describe " + b.Kind() + " " + safe(b.Name)
	if b.Namespace != "" {
		command += " -n " + safe(b.Namespace)
	}
	return command
}
