// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

package promotion

import (
	"fmt"
	"time"

	"github.com/countersign-dev/countersign/api/v1alpha1"
	"github.com/countersign-dev/countersign/internal/identity"
)

// ReasonCode says why a change may not enter.
type ReasonCode string

// The reasons.
const (
	// ReasonNoPolicy : the environment has no policy for the namespace.
	ReasonNoPolicy ReasonCode = "NoPolicy"
	// ReasonNotRequested : nobody has asked for the change.
	ReasonNotRequested ReasonCode = "NotRequested"
	// ReasonApprovalMissing : approvals are missing.
	ReasonApprovalMissing ReasonCode = "ApprovalMissing"
	// ReasonRejected : a Reject stands.
	ReasonRejected ReasonCode = "Rejected"
	// ReasonRevoked : a request for the change was revoked, and nobody has approved it since.
	ReasonRevoked ReasonCode = "Revoked"
	// ReasonForeignRequest : the open request asks for this change elsewhere.
	ReasonForeignRequest ReasonCode = "ForeignRequest"
	// ReasonAdmissionPending : the change was let in a moment ago, and it is not yet known whether it was stored.
	ReasonAdmissionPending ReasonCode = "AdmissionPending"
	// ReasonLapsed : the request waited for longer than a policy lets it.
	ReasonLapsed ReasonCode = "Lapsed"
	// ReasonTooSoon : the time between request and entry is not over.
	ReasonTooSoon ReasonCode = "TooSoon"
	// ReasonWindowClosed : the windows of the policy are closed.
	ReasonWindowClosed ReasonCode = "WindowClosed"
	// ReasonNoSessions : the policy lets nobody open sessions.
	ReasonNoSessions ReasonCode = "NoSessions"
	// ReasonNotPromoted : the images have not run where they must have run before.
	ReasonNotPromoted ReasonCode = "NotPromoted"
	// ReasonFrozen : somebody froze the environment.
	ReasonFrozen ReasonCode = "Frozen"
	// ReasonReviewOverdue : an emergency has not been reviewed in time.
	ReasonReviewOverdue ReasonCode = "ReviewOverdue"
	// ReasonForbiddenImage : an image that a policy does not let in, with approval or without.
	ReasonForbiddenImage ReasonCode = "ForbiddenImage"
	// ReasonUncertainIdentities : which names are one person's cannot be told.
	ReasonUncertainIdentities ReasonCode = "UncertainIdentities"
	// ReasonNoTemplate : an object of a custom kind does not say what it runs.
	ReasonNoTemplate ReasonCode = "NoTemplate"
	// ReasonConfigurationMissing : a ConfigMap or Secret that Pods cannot start without does not exist.
	ReasonConfigurationMissing ReasonCode = "ConfigurationMissing"
	// ReasonConfigurationChanged : a ConfigMap or Secret does not hold what it held when the change was asked for.
	ReasonConfigurationChanged ReasonCode = "ConfigurationChanged"
	// ReasonReplacedChanged : what the change of a rule would replace is not what it was when it was asked for.
	ReasonReplacedChanged ReasonCode = "ReplacedChanged"
	// ReasonUnlistedController : a controller that no policy and no role lists.
	ReasonUnlistedController ReasonCode = "UnlistedController"
)

// Reason is one thing that keeps the change out.
type Reason struct {
	Code ReasonCode
	// Policy that asks for it; empty where none does.
	Policy string
	// Detail says what is the matter, for people.
	Detail string
	// Needs says what would put it right; it follows "waiting for" or "needs".
	Needs string
	// Command that helps; empty where none does.
	Command string
}

// final tells whether no approval can help.
func (r Reason) final() bool {
	return r.Code == ReasonForbiddenImage || r.Code == ReasonNoSessions || r.Code == ReasonNoTemplate ||
		r.Code == ReasonConfigurationMissing
}

func noPolicy(environment Environment) Reason {
	if environment.Name == v1alpha1.RulesEnvironment {
		return Reason{
			Code:    ReasonNoPolicy,
			Detail:  "no PromotionPolicy has gate Rules, and so nobody is asked about rules",
			Needs:   "a PromotionPolicy of environment " + string(environment.Name) + " with gate Rules",
			Command: "kubectl get promotionpolicies",
		}
	}
	return Reason{
		Code: ReasonNoPolicy,
		Detail: fmt.Sprintf("no PromotionPolicy gates what runs in namespace %s in environment %s, and nothing enters an "+
			"environment without one", environment.Namespace, environment.Name),
		Needs: fmt.Sprintf("a PromotionPolicy of environment %s with gate Workloads whose namespaceSelector matches "+
			"namespace %s", environment.Name, environment.Namespace),
		Command: "kubectl get promotionpolicies",
	}
}

func notRequested() Reason {
	return Reason{Code: ReasonNotRequested, Detail: "nobody has asked for this change"}
}

func rejection(reject v1alpha1.Approval) Reason {
	who := named(reject.Spec.Approver.Username)
	return Reason{
		Code:    ReasonRejected,
		Detail:  who + " rejected it" + comment(reject),
		Needs:   who + " to withdraw the rejection " + reject.Name,
		Command: command("withdraw", reject.Name, reject.Namespace),
	}
}

func revocation(revoke v1alpha1.Approval) Reason {
	return Reason{
		Code:   ReasonRevoked,
		Detail: named(revoke.Spec.Approver.Username) + " revoked it" + comment(revoke) + ", and nobody has approved it since",
	}
}

func foreign(request v1alpha1.PromotionRequest, why string) Reason {
	return Reason{
		Code:    ReasonForeignRequest,
		Detail:  why,
		Needs:   "request " + request.Name + " to be revoked, and a new one",
		Command: command("revoke", request.Name, request.Namespace),
	}
}

func unsettled(attempt Attempt) Reason {
	admission := attempt.Request.Status.Admission
	if BeingDeleted(attempt) {
		return Reason{
			Code: ReasonAdmissionPending,
			Detail: fmt.Sprintf("its deletion was let in at %s, and it is being deleted; an approval covers one entry",
				admission.Time.UTC().Format(time.RFC3339)),
			Needs: "its finalizers to be taken away by whoever they are for; then it is gone",
		}
	}
	return Reason{
		Code: ReasonAdmissionPending,
		Detail: fmt.Sprintf("it was let in at %s, and whether it was stored is not known yet; an approval covers one entry",
			admission.Time.UTC().Format(time.RFC3339)),
		Needs: "word of what became of it, a minute from then at the latest; try again",
	}
}

func unlisted(change Change, policy v1alpha1.PromotionPolicy) Reason {
	who := named(change.Deployer.Username)
	reason := Reason{
		Code:   ReasonUnlistedController,
		Detail: who + " is neither a person nor a bot of a PipelineRole, and " + whyNotTrusted(change, policy),
		Needs:  "a person, or a bot of a PipelineRole, to make the change: " + who + " cannot ask for approval",
	}
	if ofRules(change) && identity.IsServiceAccount(change.Deployer.Username) {
		reason.Detail = who + " is neither a person nor a bot of a PipelineRole"
		reason.Needs = "an entry for " + who + " under spec.bots of a PipelineRole, so that people can approve its changes"
	} else if identity.IsServiceAccount(change.Deployer.Username) {
		reason.Needs = "an entry for " + who + " under spec.bots of a PipelineRole, so that people can approve its " +
			"changes, or under spec.trustedControllers of policy " + policy.Name
	}
	return reason
}
