// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

package promotion

import (
	"fmt"
	"slices"
	"strings"
	"time"

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
	lines := distinct{fmt.Sprintf("%s may not %s.", Describe(c.Change), act(c))}
	lines.add(labelled("Used by", usedBy(c.Change)))
	for _, looser := range c.Change.Looser {
		lines.add(labelled("Looser", named(looser)))
	}
	for _, reason := range d.Reasons {
		if reason.Detail != reason.Needs && reason.Code != ReasonNotRequested {
			lines.add(labelled("Because", reason.Detail))
		}
	}
	for _, reason := range d.Reasons {
		lines.add(labelled("Needs", reason.Needs))
	}
	for _, reason := range d.Reasons {
		lines.add(labelled("Run", reason.Command))
	}
	if d.has(ReasonApprovalMissing) {
		lines.addApproval(c, d, standing)
	}
	if standing.Request != "" && overridable(d.Reasons) {
		lines.addEmergency(c, d, standing)
	}
	return lines.join("\n")
}

// namedUsers is how many users of a ConfigMap or Secret a message names.
const namedUsers = 5

// usedBy says why a ConfigMap or Secret is not anybody's to write.
func usedBy(change Change) string {
	names := make([]string, 0, namedUsers)
	for _, user := range change.Users[:min(len(change.Users), namedUsers)] {
		names = append(names, named(user))
	}
	if more := len(change.Users) - namedUsers; more > 0 {
		names = append(names, fmt.Sprintf("%d more", more))
	}
	return strings.Join(names, ", ")
}

// addApproval says how to come by the approvals that are missing.
func (l *distinct) addApproval(c Case, d Decision, standing Standing) {
	for _, why := range d.ignored() {
		l.add(labelled("Ignored", why))
	}
	for _, holders := range whoMayApprove(c, d) {
		l.add(labelled("Who", holders))
	}
	switch {
	case standing.Request != "":
		l.add(labelled("Request", standing.Request+", asked for by "+requester(c, standing)))
		l.add(labelled("Approve", command("approve", standing.Request, c.Environment.Namespace)))
		l.add(labelled("Then", "try again; the same change will be let in"))
	case standing.WhyNone != "":
		l.add(labelled("Request", "none was opened: "+named(standing.WhyNone)))
	}
}

// addEmergency says who can let the change in on their own word, where every policy that keeps it out lets somebody.
func (l *distinct) addEmergency(c Case, d Decision, standing Standing) {
	var roles distinct
	for _, policy := range governing(c) {
		if !slices.ContainsFunc(d.Policies, func(r PolicyResult) bool { return r.Policy == policy.Name && r.holdsUp() }) {
			continue
		}
		if policy.Spec.Emergency == nil {
			return
		}
		roles.add(holdersOf(policy).String())
	}
	l.add(labelled("Urgent", fmt.Sprintf("%s can let it in at once, to be reviewed: %s --reason TEXT",
		roles.join(" and "), command("emergency", standing.Request, c.Environment.Namespace))))
}

// labelled is a line of a message; empty where there is nothing to say.
func labelled(label, text string) string {
	if text == "" {
		return ""
	}
	return fmt.Sprintf("  %-9s %s", label+":", text)
}

func requester(c Case, standing Standing) string {
	user := v1alpha1.UserReference{Username: standing.Requester}
	if why := hear(c, time.Time{}).whyNobody(user); why != "" {
		return named(standing.Requester) + ", which " + why
	}
	return standing.Requester
}

// act is what the change would do to its environment. Rules are in none.
func act(c Case) string {
	if ofRules(c.Change) {
		return "be loosened without approval"
	}
	return verb(c.Change) + " " + string(c.Environment.Name)
}

// Describe names the object of a change: deployments/checkout in shop.
func Describe(change Change) string {
	name := change.Object.Name
	if name == "" {
		name = change.Object.GenerateName + "*"
	}
	subresource := ""
	if change.Subresource != "" {
		subresource = " (" + change.Subresource + ")"
	}
	if ofRules(change) {
		return change.Object.Resource + "/" + name
	}
	return fmt.Sprintf("%s/%s%s in %s", change.Object.Resource, name, subresource, change.Object.Namespace)
}

func verb(change Change) string {
	switch change.Operation {
	case v1alpha1.OperationDelete:
		if change.Orphans {
			return "be deleted, and what was made of it be left, in"
		}
		return "be deleted from"
	case v1alpha1.OperationConnect:
		return "be opened for a session in"
	case v1alpha1.OperationOrder:
		return "take this order in"
	case v1alpha1.OperationApply:
	}
	return "enter"
}

// ignored says why approvals do not count under the policies that keep the change out.
func (d Decision) ignored() []string {
	var why []string
	for _, result := range d.Policies {
		if result.holdsUp() {
			why = append(why, result.Ignored...)
		}
	}
	return why
}
