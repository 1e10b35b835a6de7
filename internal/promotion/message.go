// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

package promotion

import (
	"fmt"
	"slices"
	"strings"

	"github.com/countersign-dev/countersign/api/v1alpha1"
)

// Standing is how the change stands with regard to requests, for the one who was turned away.
type Standing struct {
	// Request is the name of the request that now waits for approval; empty where there is none.
	Request string
	// Requester is who it asks in the name of.
	Requester string
	// WhyNone says why no request was opened, where one would have helped.
	WhyNone string
}

// Denial is the message for somebody whose change was turned away: what happened, why, and what moves it on.
func Denial(c Case, d Decision, standing Standing) string {
	var text strings.Builder
	fmt.Fprintf(&text, "%s may not %s %s.\n", Describe(c.Change), verb(c.Change), c.Environment.Name)
	for _, reason := range d.Reasons {
		if reason.Code != ReasonNotRequested {
			fmt.Fprintf(&text, "  Because:  %s\n", reason.Detail)
		}
	}
	if d.waitsForApproval() {
		waiting(&text, c, d, standing)
	}
	return strings.TrimRight(text.String(), "\n")
}

func waiting(text *strings.Builder, c Case, d Decision, standing Standing) {
	if len(d.Reasons) > 0 && slices.ContainsFunc(d.Reasons, func(r Reason) bool { return r.Code == ReasonNotRequested }) {
		for _, m := range d.missing() {
			fmt.Fprintf(text, "  Missing:  %s\n", m)
		}
	}
	for _, line := range whoMayApprove(c, d) {
		fmt.Fprintf(text, "  Who:      %s\n", line)
	}
	switch {
	case standing.Request != "":
		fmt.Fprintf(text, "  Request:  %s, asked for by %s\n", standing.Request, standing.Requester)
		fmt.Fprintf(text, "  Approve:  kubectl countersign approve %s -n %s\n", standing.Request, c.Environment.Namespace)
		fmt.Fprint(text, "  Then:     try again; the same change will be let in")
	case standing.WhyNone != "":
		fmt.Fprintf(text, "  Request:  none was opened: %s", standing.WhyNone)
	}
}

// Warning is the answer to a dry-run that would be turned away: short lines, as clients cut long warnings.
func Warning(c Case, d Decision) []string {
	lines := []string{fmt.Sprintf("countersign: %s would not enter %s now", Describe(c.Change), c.Environment.Name),
		"countersign: digest " + string(c.Change.Digest)}
	for _, m := range d.missing() {
		lines = append(lines, "countersign: missing "+m.String())
	}
	for _, reason := range d.Reasons {
		if reason.Code != ReasonApprovalMissing {
			lines = append(lines, "countersign: "+reason.Detail)
		}
	}
	return lines
}

// NotEnforced is the warning for a change that enters although a policy is not met.
func NotEnforced(c Case, d Decision) []string {
	var lines []string
	for _, result := range d.Policies {
		if result.Rule == RuleNone && result.Enforcement == v1alpha1.EnforcementWarn {
			lines = append(lines, fmt.Sprintf("countersign: %s does not meet policy %s, which only warns",
				Describe(c.Change), result.Policy))
		}
	}
	return lines
}

// Describe names the object of a change: deployments/checkout in namespace shop.
func Describe(change Change) string {
	name := change.Object.Name
	if name == "" {
		name = change.Object.GenerateName + "*"
	}
	subresource := ""
	if change.Subresource != "" {
		subresource = " (" + change.Subresource + ")"
	}
	return fmt.Sprintf("%s/%s%s in %s", change.Object.Resource, name, subresource, change.Object.Namespace)
}

func verb(change Change) string {
	if change.Operation == v1alpha1.OperationDelete {
		return "be deleted from"
	}
	return "enter"
}

func (d Decision) waitsForApproval() bool {
	return slices.ContainsFunc(d.Reasons, func(r Reason) bool {
		return r.Code == ReasonApprovalMissing || r.Code == ReasonNotRequested
	})
}

func (d Decision) missing() []Missing {
	var all []Missing
	for _, result := range d.Policies {
		if result.Rule == RuleNone && result.Enforcement != v1alpha1.EnforcementWarn &&
			result.Enforcement != v1alpha1.EnforcementAudit {
			all = append(all, result.Missing...)
		}
	}
	return all
}

// whoMayApprove says of every role that is asked for who holds it.
func whoMayApprove(c Case, d Decision) []string {
	var roles []v1alpha1.RoleName
	for _, m := range d.missing() {
		roles = append(roles, m.Roles...)
	}
	slices.Sort(roles)
	var lines []string
	for _, name := range slices.Compact(roles) {
		role, ok := c.approverRole(name)
		if !ok {
			lines = append(lines, fmt.Sprintf("%s: nobody; there is no such PipelineRole with capability Approve here", name))
			continue
		}
		lines = append(lines, fmt.Sprintf("%s: %s", name, holders(role)))
	}
	return lines
}

// namedHolders is how many members a message names.
const namedHolders = 5

func holders(role v1alpha1.PipelineRole) string {
	var names []string
	for _, m := range role.Spec.Members {
		names = append(names, strings.ToLower(string(m.Kind))+" "+m.Name)
	}
	if len(names) == 0 {
		return "nobody; the role has no members"
	}
	if more := len(names) - namedHolders; more > 0 {
		names = append(names[:namedHolders], fmt.Sprintf("and %d more", more))
	}
	return strings.Join(names, ", ")
}
