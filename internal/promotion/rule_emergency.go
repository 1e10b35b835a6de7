// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

package promotion

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/countersign-dev/countersign/api/v1alpha1"
	"github.com/countersign-dev/countersign/internal/environment"
	"github.com/countersign-dev/countersign/internal/identity"
)

// overridden are the reasons that an emergency sets aside: people and time. What somebody rejected or revoked stays
// out, and so do images that a policy does not allow.
var overridden = []ReasonCode{
	ReasonNotRequested, ReasonApprovalMissing, ReasonTooSoon, ReasonNotPromoted, ReasonWindowClosed,
	ReasonFrozen, ReasonReviewOverdue, ReasonNoSessions, ReasonUncertainIdentities,
}

// declare lets the change in by an emergency, where one covers it under every policy that keeps it out. One, so that
// there is one person who answers for the entry, and does not review it.
func (h hearing) declare(results []PolicyResult) {
	for _, emergency := range h.Emergencies {
		if !h.covers(emergency) || !h.suffices(emergency, results) {
			continue
		}
		for i := range results {
			if results[i].holdsUp() {
				results[i].override(emergency)
			}
		}
		return
	}
}

// suffices: no policy keeps the change out for what the emergency does not set aside, or gives the holder no say, or no
// more time. The results are those of the policies, in their order.
func (h hearing) suffices(emergency v1alpha1.Emergency, results []PolicyResult) bool {
	for i, policy := range h.policies {
		if results[i].holdsUp() && (!overridable(results[i].Reasons) || !h.now.Before(endsUnder(policy, emergency)) ||
			h.whyNotHolder(policy, emergency.Spec.Holder) != "") {
			return false
		}
	}
	return true
}

func (r *PolicyResult) override(emergency v1alpha1.Emergency) {
	r.Rule, r.Emergency = RuleEmergency, emergency.Name
	r.Reasons, r.Missing, r.Ignored = nil, nil, nil
}

// overridable tells whether an emergency sets aside all of the reasons.
func overridable(reasons []Reason) bool {
	return !slices.ContainsFunc(reasons, func(r Reason) bool { return !slices.Contains(overridden, r.Code) })
}

// covers: the emergency is for this change, by its digest and the request it names; or for whatever its holder does,
// who must be the very login that carries the change out.
func (h hearing) covers(emergency v1alpha1.Emergency) bool {
	if emergency.DeletionTimestamp != nil || emergency.Namespace != h.Environment.Namespace {
		return false
	}
	if ref := emergency.Spec.Request; ref != nil {
		attempt, ok := h.latest()
		return ok && !ended(attempt) && ref.Digest == h.Change.Digest && ref.Name == attempt.Request.Name &&
			ref.UID == string(attempt.Request.UID)
	}
	return identity.Identical(emergency.Spec.Holder, h.Change.Deployer)
}

// enteredBy tells whether the attempt was let in by one of the emergencies.
func enteredBy(attempt Attempt, emergencies []string) bool {
	return byEmergency(attempt) && attempt.Request.Status.Admission.Emergency != nil &&
		slices.Contains(emergencies, attempt.Request.Status.Admission.Emergency.Name)
}

// endsUnder is when the policy ends the emergency.
func endsUnder(policy v1alpha1.PromotionPolicy, emergency v1alpha1.Emergency) time.Time {
	if policy.Spec.Emergency == nil {
		return time.Time{}
	}
	seconds := policy.Spec.Emergency.MaxDurationSeconds
	if asked := emergency.Spec.DurationSeconds; asked > 0 {
		seconds = min(seconds, asked)
	}
	return emergency.CreationTimestamp.Add(time.Duration(seconds) * time.Second)
}

// whyNotHolder says why the policy does not let the user declare an emergency; empty where it does.
func (h hearing) whyNotHolder(policy v1alpha1.PromotionPolicy, user v1alpha1.UserReference) string {
	if why := h.whyNobody(user); why != "" {
		return named(user.Username) + " " + why
	}
	if policy.Spec.Emergency == nil {
		return "policy " + policy.Name + " lets nobody declare an emergency"
	}
	roles := policy.Spec.Emergency.From.AnyOf
	if !slices.ContainsFunc(roles, func(name v1alpha1.RoleName) bool { return h.belongs(name, user) }) {
		return fmt.Sprintf("%s is no member of %s, which policy %s asks", named(user.Username), holdersOf(policy),
			policy.Name)
	}
	return ""
}

// belongs tells whether the user is now a member of the role, the role is meant for the namespace, and the user holds
// none that conflicts with it.
func (h hearing) belongs(name v1alpha1.RoleName, user v1alpha1.UserReference) bool {
	role, ok := h.role(name)
	if !ok || role.DeletionTimestamp != nil {
		return false
	}
	here, err := environment.Matches(h.Environment.Labels, role.Spec.Environments, role.Spec.NamespaceSelector)
	return err == nil && here && h.isMember(role, user) && h.otherHeld(role, user) == ""
}

// EmergencyNotice is the warning to whoever gets a change in by an emergency, which the request records.
func EmergencyNotice(c Case, d Decision, request string) []string {
	if d.Rule != RuleEmergency {
		return nil
	}
	var lines warnings
	may := act(c)
	if !ofRules(c.Change) {
		may += " without approval"
	}
	lines.addf("EMERGENCY: %s may %s, by emergency %s", Describe(c.Change), may, strings.Join(d.Emergencies(), ", "))
	if request != "" {
		lines.addf("somebody else must review it: %s", command("review", request, c.Environment.Namespace))
	}
	return lines
}

// holdersOf the roles whose members may declare an emergency under the policy.
func holdersOf(policy v1alpha1.PromotionPolicy) sources {
	return sources{{AnyOf: policy.Spec.Emergency.From.AnyOf}}
}
