// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

package cli

import (
	"fmt"
	"slices"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/countersign-dev/countersign/api/v1alpha1"
)

// event is one thing that happened to a request.
type event struct {
	time metav1.Time
	what string
}

// history of a request, oldest first.
func history(d dossier) []event {
	request := d.request
	events := []event{{request.CreationTimestamp, safe(request.Spec.Requester.Username) + " asked for it"}}
	events = append(events, decided(d)...)
	if admission := request.Status.Admission; admission != nil {
		events = append(events, event{admission.Time, admitted(*admission)})
	}
	if entry := request.Status.Entry; entry != nil {
		events = append(events, event{entry.Time, "it entered"})
		if entry.EndTime != nil {
			events = append(events, event{*entry.EndTime, "it was replaced or deleted"})
		}
	}
	slices.SortStableFunc(events, func(a, b event) int { return a.time.Compare(b.time.Time) })
	return events
}

func admitted(admission v1alpha1.Admission) string {
	text := fmt.Sprintf("%s applied it, and it was let in (rule %s)",
		safe(admission.Deployer.Username), safe(string(admission.Rule)))
	if use := admission.Emergency; use != nil {
		text += fmt.Sprintf(`, by the emergency that %s declared: "%s"`, safe(use.Holder), safe(use.Reason))
	}
	return text
}

// decided are the decisions, as the Approvals tell them, and after these are gone as the request does.
func decided(d dossier) []event {
	var events []event
	for _, approval := range d.decisions {
		events = append(events, event{approval.CreationTimestamp, decision(approval, recordOf(d.request, approval.Name))})
	}
	for _, record := range d.request.Status.Approvals {
		if !slices.ContainsFunc(d.decisions, func(a v1alpha1.Approval) bool { return a.Name == record.Name }) {
			gone := v1alpha1.Approval{ObjectMeta: metav1.ObjectMeta{Name: record.Name}}
			gone.Spec.Decision, gone.Spec.Approver.Username = record.Decision, record.Approver
			events = append(events, event{record.Time, decision(gone, &record)})
		}
	}
	return events
}

// decision says who decided what, and whether it counts.
func decision(approval v1alpha1.Approval, record *v1alpha1.ApprovalRecord) string {
	text := fmt.Sprintf("%s %s (%s)", safe(approval.Spec.Approver.Username), verdict(approval.Spec), approval.Name)
	if approval.Spec.Comment != "" {
		text += fmt.Sprintf(`: "%s"`, safe(approval.Spec.Comment))
	}
	switch {
	case record == nil:
		text += "; not yet counted"
	case record.NotCounted != "":
		text += "; does not count: " + safe(record.NotCounted)
	}
	return text
}

func verdict(spec v1alpha1.ApprovalSpec) string {
	switch spec.Decision {
	case v1alpha1.DecisionApprove:
		return "approved it"
	case v1alpha1.DecisionReject:
		return "rejected it"
	case v1alpha1.DecisionRevoke:
		return "revoked it"
	case v1alpha1.DecisionOverride:
		return "overrode closed windows for it"
	case v1alpha1.DecisionReview:
		return "reviewed it"
	case v1alpha1.DecisionWithdraw:
		return "withdrew " + spec.Withdraws
	}
	return "decided " + safe(string(spec.Decision))
}
