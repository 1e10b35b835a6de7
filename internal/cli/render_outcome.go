// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

package cli

import (
	"fmt"
	"strings"

	"github.com/countersign-dev/countersign/api/v1alpha1"
	"github.com/countersign-dev/countersign/internal/release"
)

// outcome says what a decision has come to, as far as the request says so.
func outcome(made v1alpha1.Approval, after v1alpha1.PromotionRequest) string {
	var b strings.Builder
	fmt.Fprintf(&b, "%s %s as %s.\n", pastTense(made), subject(made), safe(made.Spec.Approver.Username))
	record := recordOf(after, made.Name)
	switch {
	case record == nil:
		b.WriteString(notNoticed(after))
	case record.NotCounted != "":
		fmt.Fprintf(&b, "It does not count: %s.\n", safe(record.NotCounted))
	default:
		b.WriteString(consequence(made, after))
	}
	return b.String()
}

// notNoticed : the operator was not done within the patience of a command.
func notNoticed(request v1alpha1.PromotionRequest) string {
	return "The operator has not looked at it yet. Look again: " + command("show", request) + "\n"
}

func pastTense(made v1alpha1.Approval) string {
	switch made.Spec.Decision {
	case v1alpha1.DecisionApprove:
		return "Approved"
	case v1alpha1.DecisionReject:
		return "Rejected"
	case v1alpha1.DecisionRevoke:
		return "Revoked"
	case v1alpha1.DecisionOverride:
		return "Overrode closed windows for"
	case v1alpha1.DecisionReview:
		return "Reviewed"
	case v1alpha1.DecisionWithdraw:
		return "Withdrew"
	}
	return "Recorded " + safe(string(made.Spec.Decision)) + " about"
}

func subject(made v1alpha1.Approval) string {
	if made.Spec.Decision == v1alpha1.DecisionWithdraw {
		return made.Spec.Withdraws
	}
	return made.Spec.Request.Name
}

// consequence of a decision that counts.
func consequence(made v1alpha1.Approval, after v1alpha1.PromotionRequest) string {
	switch made.Spec.Decision {
	case v1alpha1.DecisionReject:
		return fmt.Sprintf("It cannot enter until you take this back: kubectl countersign withdraw %s -n %s\n",
			made.Name, made.Namespace)
	case v1alpha1.DecisionRevoke:
		return "It cannot enter any more, nor be returned to. What runs keeps running.\n"
	default:
		return remaining(after)
	}
}

// remaining says what an open request still needs, and what to do when that is nothing.
func remaining(request v1alpha1.PromotionRequest) string {
	switch {
	case approved(request):
		return fmt.Sprintf("Nothing more is missing: %s.\n", howOn(request))
	case request.Status.WaitingFor != "":
		return fmt.Sprintf("Still missing: %s\n", safe(request.Status.WaitingFor))
	}
	return fmt.Sprintf("The request is now %s. Look at it: %s\n", state(request), command("show", request))
}

// howOn says how a change gets in of which nothing more is missing. What a request says of its release is only a claim,
// save where the operator saw that a sync of Argo CD carries it out.
func howOn(request v1alpha1.PromotionRequest) string {
	who := safe(request.Spec.Requester.Username)
	tool, name := deliverer(request.Spec.Release)
	switch {
	case tool == "":
		return who + " can apply it now"
	case byHand(request):
		return fmt.Sprintf("%s can apply it now, or %s, if it is part of %s as they say", who, tool, name)
	case request.Spec.Authorship != "":
		return fmt.Sprintf("%s syncs it by itself, as part of %s", tool, name)
	}
	return fmt.Sprintf("%s can apply it now; if that is %s, it tries again by itself, as part of %s", who, tool, name)
}

// deliverer is what tries a release again by itself, and its name there; empty where nothing does.
func deliverer(of *v1alpha1.Release) (tool, name string) {
	if application := release.Application(of); application.Name != "" {
		return "Argo CD", safe(application.String())
	}
	if kustomization := release.Kustomization(of); kustomization.Name != "" {
		return "Flux", safe(kustomization.String())
	}
	return "", ""
}

// command that goes on with a request.
func command(verb string, request v1alpha1.PromotionRequest) string {
	return fmt.Sprintf("kubectl countersign %s %s -n %s", verb, request.Name, request.Namespace)
}
