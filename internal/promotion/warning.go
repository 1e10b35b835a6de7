// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

package promotion

import (
	"fmt"

	"github.com/countersign-dev/countersign/api/v1alpha1"
)

// maxWarning is how much of a warning API servers pass on to clients.
const maxWarning = 256

// Warning is the answer to a dry-run that would be turned away: short lines, as clients cut long warnings.
func Warning(c Case, d Decision) []string {
	lines := warnings{}
	if ofRules(c.Change) {
		lines.addf("%s would not %s", Describe(c.Change), act(c))
	} else {
		lines.addf("%s would not %s now", Describe(c.Change), act(c))
	}
	lines.addf("digest %s", c.Change.Digest)
	for _, looser := range c.Change.Looser {
		lines.addf("looser: %s", named(looser))
	}
	lines.addReasons(d.Reasons)
	switch {
	case d.Request != "" && d.has(ReasonApprovalMissing):
		lines.addf("to approve it: %s", command("approve", d.Request, c.Environment.Namespace))
	case d.MayRequest() && ofRules(c.Change):
		lines.addf("to ask for it: apply it; what is turned away is asked for")
	case d.MayRequest() && c.Change.Operation == v1alpha1.OperationDelete:
		lines.addf("to ask for it: delete it; what is turned away is asked for")
	case d.MayRequest():
		lines.addf("to ask for it: kubectl countersign request -f FILENAME -n %s, or apply it", c.Environment.Namespace)
	}
	return lines
}

// Unsaid is the answer to a dry-run of a Secret that is in use, whatever would become of it: by what many dry-runs are
// told somebody could try out what it held before. Nil for any other change.
func Unsaid(c Case) []string {
	if c.Change.Object.Group != "" || c.Change.Object.Resource != "secrets" || len(c.Change.Users) == 0 {
		return nil
	}
	var lines warnings
	lines.addf("%s is in use; whether it may hold this is said when it is written, and not to a dry-run, by which "+
		"somebody could try out what it held before", Describe(c.Change))
	return lines
}

// NotEnforced is the warning for a change that enters although a policy is not met.
func NotEnforced(c Case, d Decision) []string {
	var lines warnings
	for _, result := range d.Policies {
		if result.Rule == RuleNone && result.Enforcement == v1alpha1.EnforcementWarn {
			lines.addf("%s does not meet policy %s, which only warns", Describe(c.Change), result.Policy)
			lines.addReasons(result.Reasons)
		}
	}
	return lines
}

// warnings are lines that say who speaks.
type warnings []string

func (w *warnings) addf(format string, args ...any) {
	(*distinct)(w).add(clip("countersign: "+fmt.Sprintf(format, args...), maxWarning))
}

func (w *warnings) addReasons(reasons []Reason) {
	for _, reason := range reasons {
		if reason.Detail != reason.Needs {
			w.addf("%s", reason.Detail)
		}
	}
	for _, reason := range reasons {
		if reason.Needs != "" {
			w.addf("needs %s", reason.Needs)
		}
	}
}
