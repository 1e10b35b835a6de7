// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

package audit

import "time"

// Version of the form of an event. It changes when a field changes its meaning or goes away, not when one is added.
const Version = "audit.countersign.dev/v1"

// Type says what happened.
type Type string

// The types of event.
const (
	// Decision : the gate let a change in or turned it away.
	Decision Type = "Decision"
	// RequestOpened : a PromotionRequest was opened.
	RequestOpened Type = "RequestOpened"
	// ApprovalRecorded : somebody approved, rejected, withdrew or revoked.
	ApprovalRecorded Type = "ApprovalRecorded"
	// Refusal : a request, an approval or another object of Countersign was refused.
	Refusal Type = "Refusal"
	// Entry : the content of a request was seen stored in the environment.
	Entry Type = "Entry"
	// GrantWritten : the operator wrote a Role, a RoleBinding or a service account of a PipelineRole.
	GrantWritten Type = "GrantWritten"
	// GrantRemoved : the operator removed one.
	GrantRemoved Type = "GrantRemoved"
	// RuleChanged : somebody changed a PipelineRole or PromotionPolicy.
	RuleChanged Type = "RuleChanged"
	// Frozen : somebody froze an environment.
	Frozen Type = "Frozen"
	// Unfrozen : somebody ended a freeze, or its time was over.
	Unfrozen Type = "Unfrozen"
	// EmergencyDeclared : somebody declared an emergency.
	EmergencyDeclared Type = "EmergencyDeclared"
	// EmergencyEnded : somebody ended an emergency, or its time was over.
	EmergencyEnded Type = "EmergencyEnded"
	// BreakGlass : somebody took a namespace out of the gate.
	BreakGlass Type = "BreakGlass"
	// BreakGlassEnded : somebody put it back, or its time was over.
	BreakGlassEnded Type = "BreakGlassEnded"
	// GuardBroken : a guard in the API server was found missing or changed.
	GuardBroken Type = "GuardBroken"
	// GuardRestored : it is as it should be again.
	GuardRestored Type = "GuardRestored"
	// GuardsLeft : guards of another version were installed than the operator's, which leaves them alone.
	GuardsLeft Type = "GuardsLeft"
	// GuardsKept : they are the operator's own again.
	GuardsKept Type = "GuardsKept"
	// SyncResumed : the operator had Argo CD, or Flux, try again what the gate had turned away.
	SyncResumed Type = "SyncResumed"
	// TokenRequested : somebody requested a token of a bot. Whether they got it the API server's audit log says.
	TokenRequested Type = "TokenRequested"
)

// The verdicts of decisions.
const (
	// VerdictAllowed : let in.
	VerdictAllowed = "Allowed"
	// VerdictDenied : turned away.
	VerdictDenied = "Denied"
	// VerdictWarned : a dry-run of what would be turned away.
	VerdictWarned = "Warned"
	// VerdictError : turned away, because it could not be decided.
	VerdictError = "Error"
)

// Event is one thing that happened. Fields that say nothing about it stay empty and are left out.
type Event struct {
	// Version and Time are filled in when the event is recorded.
	Version string    `json:"version"`
	Time    time.Time `json:"time"`
	Type    Type      `json:"type"`
	// Actor is whose API request it was. Empty where the operator acted by itself.
	Actor       Actor  `json:"actor,omitzero"`
	Environment string `json:"environment,omitempty"`
	Namespace   string `json:"namespace,omitempty"`
	// Object that was changed, or was to be.
	Object    Object `json:"object,omitzero"`
	Operation string `json:"operation,omitempty"`
	// Digest of the content in question.
	Digest string `json:"digest,omitempty"`
	// Request is the name of the PromotionRequest.
	Request string `json:"request,omitempty"`
	// Rule by which the change was let in.
	Rule     string   `json:"rule,omitempty"`
	Verdict  string   `json:"verdict,omitempty"`
	Reasons  []string `json:"reasons,omitempty"`
	Policies []string `json:"policies,omitempty"`
	// Role is the PipelineRole that a grant comes from, and Generation which state of it.
	Role       string `json:"role,omitempty"`
	Generation int64  `json:"generation,omitempty"`
	// GrantedBy is who last changed the role.
	GrantedBy string `json:"grantedBy,omitempty"`
	// Subjects of a grant, as Kind:name.
	Subjects []string `json:"subjects,omitempty"`
	// Rights of a generated Role, as kubectl writes them: get secrets "tls".
	Rights []string `json:"rights,omitempty"`
	DryRun bool     `json:"dryRun,omitempty"`
	// From and To say when a gap in the gate, or of a guard, began, and when it ended or is to end.
	From time.Time `json:"from,omitzero"`
	To   time.Time `json:"to,omitzero"`
	// Workloads that run without a record of how they entered, and what else came in by a gap, as namespace/resource/name.
	Workloads []string `json:"workloads,omitempty"`
	// AdmissionUID is the UID of the admission review; the API server's own audit log knows it too.
	AdmissionUID string `json:"admissionUID,omitempty"`
}

// Actor is somebody whom the API server authenticated.
type Actor struct {
	Username string `json:"username,omitempty"`
	UID      string `json:"uid,omitempty"`
}

// Object names an object of the API.
type Object struct {
	Group    string `json:"group,omitempty"`
	Resource string `json:"resource,omitempty"`
	Name     string `json:"name,omitempty"`
	UID      string `json:"uid,omitempty"`
}
