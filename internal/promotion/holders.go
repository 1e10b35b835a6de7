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

// namedHolders is how many members a message names.
const namedHolders = 5

// whoMayApprove says of every role that is asked for who holds it.
func whoMayApprove(c Case, d Decision) []string {
	var roles []v1alpha1.RoleName
	for _, result := range d.Policies {
		if result.holdsUp() {
			for _, m := range result.Missing {
				roles = append(roles, m.From.roles()...)
			}
		}
	}
	slices.Sort(roles)
	roles = slices.Compact(roles)
	lines := make([]string, 0, len(roles))
	for _, name := range roles {
		lines = append(lines, fmt.Sprintf("%s: %s", name, holders(c, name)))
	}
	return lines
}

func holders(c Case, name v1alpha1.RoleName) string {
	role, ok := c.role(name)
	switch {
	case !ok:
		return fmt.Sprintf("nobody; there is no PipelineRole %s", name)
	case !c.approvesHere(role):
		return fmt.Sprintf("nobody; PipelineRole %s gives no capability Approve in namespace %s", name,
			c.Environment.Namespace)
	case len(role.Spec.Members) == 0:
		return fmt.Sprintf("nobody; PipelineRole %s has no members", name)
	}
	var names []string
	for _, m := range role.Spec.Members {
		names = append(names, holder(c, m))
	}
	if more := len(names) - namedHolders; more > 0 {
		names = append(names[:namedHolders], fmt.Sprintf("and %d more", more))
	}
	return strings.Join(names, ", ")
}

// holder names a member, with what keeps them from approving this change: a part in it, or the end of their time.
func holder(c Case, member v1alpha1.Member) string {
	text := named(member.Name)
	if member.Kind == v1alpha1.MemberGroup {
		text = "group " + text
	} else if why := c.whyNotSeparate(asker(c), v1alpha1.UserReference{Username: member.Name}); why != "" {
		text += " (" + why + ")"
	}
	if member.StartTime != nil {
		text += " (from " + member.StartTime.UTC().Format(time.RFC3339) + ")"
	}
	if member.ExpireTime != nil {
		text += " (until " + member.ExpireTime.UTC().Format(time.RFC3339) + ")"
	}
	return text
}

// asker is the open request for the change, or one as it would be opened.
func asker(c Case) v1alpha1.PromotionRequest {
	if attempt, ok := c.latest(); ok && !ended(attempt) {
		return attempt.Request
	}
	requester, evidence := Requester(c)
	spec := v1alpha1.PromotionRequestSpec{
		Requester: requester, RequesterEvidence: evidence, OpenedBy: c.Change.Deployer,
	}
	if c.Sync != nil {
		spec.Authorship = c.Sync.Authorship
	}
	return v1alpha1.PromotionRequest{Spec: spec}
}
