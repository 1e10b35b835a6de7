// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

package v1alpha1

import metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

// Condition types. Ready is the summary on every kind; Stalled follows kstatus: it is present and True only where
// waiting will not help.
const (
	// ConditionReady on a PipelineRole: its grants are in place. On a PromotionPolicy: it can be met. On a
	// PromotionRequest: the change may enter, or has entered. On an Approval: it counts. On a ReleaseGate: all that the
	// sync brings may enter.
	ConditionReady = "Ready"
	// ConditionStalled is True when the object will not become Ready without somebody changing something.
	ConditionStalled = "Stalled"
	// ConditionApproved on a PromotionRequest: every policy of the environment is met by the approvals it has.
	ConditionApproved = "Approved"
	// ConditionReviewed on a PromotionPolicy: what entered by an emergency has been reviewed. On a PromotionRequest: this
	// entry has.
	ConditionReviewed = "Reviewed"
	// ConditionGated on a PromotionPolicy is there, and False, while a namespace that the policy governs is taken out of
	// the gate.
	ConditionGated = "Gated"
	// ConditionLedgersComplete on a PromotionPolicy is there, and False, while a namespace that the policy governs has no
	// ledger of images, or one that lacks images whose entry was approved or recorded.
	ConditionLedgersComplete = "LedgersComplete"
	// ConditionEntered on a PromotionRequest: the content was seen stored in the environment.
	ConditionEntered = "Entered"
)

// CauseUngated is the cause for which a PromotionRequest is refused where no policy gates the change, so that it needs
// none.
const CauseUngated metav1.CauseType = "Ungated"

// Reasons of PipelineRole conditions.
const (
	// ReasonGranted : every binding and service account is as the role says.
	ReasonGranted = "Granted"
	// ReasonNameTaken : an object with a generated name exists that Countersign did not make; it is left alone.
	ReasonNameTaken = "NameTaken"
)

// Reasons of PromotionPolicy conditions.
const (
	// ReasonInForce : the policy is enforced as written.
	ReasonInForce = "InForce"
	// ReasonEstablishing : API servers do not ask yet about all changes that the policy gates.
	ReasonEstablishing = "Establishing"
	// ReasonBeingDeleted : somebody has deleted the policy, and it is enforced until its finalizers are gone; or the
	// deletion that a request asks for was let in, and the object is there until its finalizers are gone.
	ReasonBeingDeleted = "BeingDeleted"
	// ReasonRoleNotFound : the policy names a PipelineRole that does not exist.
	ReasonRoleNotFound = "RoleNotFound"
	// ReasonReviewed : every entry by an emergency has been reviewed.
	ReasonReviewed = "Reviewed"
	// ReasonReviewPending : an entry by an emergency waits for its review.
	ReasonReviewPending = "ReviewPending"
	// ReasonReviewOverdue : an entry by an emergency was not reviewed in time.
	ReasonReviewOverdue = "ReviewOverdue"
	// ReasonBreakGlass : the group countersign:break-glass took a namespace out of the gate.
	ReasonBreakGlass = "BreakGlass"
	// ReasonLedgerIncomplete : a ledger of images is not there yet, has no room for an image, or cannot spell it.
	ReasonLedgerIncomplete = "LedgerIncomplete"
	// ReasonRoleCannotApprove : an approval rule names a PipelineRole without capability Approve in the environment.
	ReasonRoleCannotApprove = "RoleCannotApprove"
	// ReasonRolesConflict : an approval rule wants one person to hold two PipelineRoles that conflict.
	ReasonRolesConflict = "RolesConflict"
	// ReasonResourceNotInstalled : a gate names a resource that the API server does not know.
	ReasonResourceNotInstalled = "ResourceNotInstalled"
	// ReasonResourceNotNamespaced : a gate names a resource whose objects are in no namespace, and so in no environment.
	ReasonResourceNotNamespaced = "ResourceNotNamespaced"
	// ReasonResourceNotWatched : a gate names a resource that the operator may not read.
	ReasonResourceNotWatched = "ResourceNotWatched"
)

// Reasons of PromotionRequest conditions.
const (
	// ReasonAwaitingApproval : approvals are missing.
	ReasonAwaitingApproval = "AwaitingApproval"
	// ReasonApproved : the change may enter; apply it again.
	ReasonApproved = "Approved"
	// ReasonNotApproved : the change entered without approvals, by another rule.
	ReasonNotApproved = "NotApproved"
	// ReasonRejected : a Reject stands.
	ReasonRejected = "Rejected"
	// ReasonRevoked : what was approved has been revoked.
	ReasonRevoked = "Revoked"
	// ReasonSuperseded : the same requester asked for another change to the same object before anybody approved this one.
	ReasonSuperseded = "Superseded"
	// ReasonConfigurationChanged : a ConfigMap or Secret that the change refers to holds something else by now.
	ReasonConfigurationChanged = "ConfigurationChanged"
	// ReasonReplacedChanged : what the change of a rule would replace is not what it was when it was asked for.
	ReasonReplacedChanged = "ReplacedChanged"
	// ReasonLapsed : the change was not let in within the time that a policy gives a request.
	ReasonLapsed = "Lapsed"
	// ReasonAdmitted : the change was let in and is not yet seen stored.
	ReasonAdmitted = "Admitted"
	// ReasonEntered : the content was seen stored.
	ReasonEntered = "Entered"
	// ReasonNotEntered : the content has not been let in.
	ReasonNotEntered = "NotEntered"
	// ReasonNotObserved : the change was let in while nobody watched, and what became of it is not known. The approval
	// is used up.
	ReasonNotObserved = "NotObserved"
)

// Reasons of Approval conditions.
const (
	// ReasonCounted : the decision counts toward its request.
	ReasonCounted = "Counted"
	// ReasonNotCounted : the decision does not count; the message says why.
	ReasonNotCounted = "NotCounted"
)

// Reasons of an Emergency.
const (
	// ReasonDeclared : the emergency lets changes in.
	ReasonDeclared = "Declared"
	// ReasonEnded : the time of the emergency is over.
	ReasonEnded = "Ended"
)

// Reasons of a ReleaseGate, beside those of the requests that it waits for.
const (
	// ReasonNotAsked : what the sync brings could not be asked for yet.
	ReasonNotAsked = "NotAsked"
	// ReasonNotAskable : what the sync brings cannot be asked for, or something of it cannot enter.
	ReasonNotAskable = "NotAskable"
	// ReasonHoldsNothing : no sync waits for the gate.
	ReasonHoldsNothing = "HoldsNothing"
)

// GatedKindsLabel on a ClusterRole, with value "true", lets the operator watch the custom kinds that it names: the API
// server adds its rules to ClusterRole countersign-gated-kinds.
const GatedKindsLabel = "countersign.dev/aggregate-to-gated-kinds"

// ChangedByAnnotation on a PipelineRole or PromotionPolicy is the user who last changed its spec. Stamped.
const ChangedByAnnotation = "countersign.dev/changed-by"

// AuthorAnnotation on a PipelineRole is who vouches for what it gives, as JSON: the user who last changed anything but
// its members, with uid, groups and extra. What they hold is looked up when a namespace joins. Stamped.
const AuthorAnnotation = "countersign.dev/author"

// AuthorsAnnotation on a workload names who wrote the change, with commas between. Whoever applies it sets it. A
// request that is opened for the change has them as its authors, who cannot approve it.
const AuthorsAnnotation = "countersign.dev/authors"
