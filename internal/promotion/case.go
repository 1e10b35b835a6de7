// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

package promotion

import (
	utiljson "k8s.io/apimachinery/pkg/util/json"

	"github.com/countersign-dev/countersign/api/v1alpha1"
	"github.com/countersign-dev/countersign/internal/workload"
)

// Environment is the place that the change would enter.
type Environment struct {
	Name      v1alpha1.EnvironmentName
	Namespace string
	// Labels of the namespace: its environment, and what namespace selectors go by.
	Labels map[string]string
}

// Change is what somebody's API request would do.
type Change struct {
	Operation   v1alpha1.ChangeOperation
	Object      workload.Identity
	Subresource string
	Digest      v1alpha1.Digest
	Images      []string
	// Text is the content as JSON, as a request has it. It must not be changed.
	Text []byte
	// Content of an object of a custom kind, or of an order to it, in which policies say where to look. It must not be
	// changed. Nil where it cannot be read, and of all other kinds.
	Content map[string]any
	// Orphans tells whether a deletion leaves behind what was made of the object.
	Orphans bool
	// Owner is the kind of the object that says that it is the controller of this one; empty where none does.
	Owner v1alpha1.OwnerKind
	// Generation of the stored object before the change; nil for a new object.
	Generation *int64
	// ResourceVersion of the stored object before a change that raises no generation.
	ResourceVersion string
	// Deployer is whose API request carries the change out. Empty while nobody has tried.
	Deployer v1alpha1.UserReference
	// Users of the ConfigMap or Secret that the change is about: what refers to it, and whoever has the token in it.
	Users []string
	// Looser is what the change of a rule makes easier, in words; see loosening.
	Looser []string
	// Replaces is the digest of the stored object before the change of a rule; empty for a new one.
	Replaces v1alpha1.Digest
}

// Attempt is one request for the change with the decisions about it, oldest first.
type Attempt struct {
	Request   v1alpha1.PromotionRequest
	Decisions []v1alpha1.Approval
}

// Case is all that a decision depends on, but the time.
type Case struct {
	Environment Environment
	Change      Change
	Policies    []v1alpha1.PromotionPolicy
	Roles       []v1alpha1.PipelineRole
	// Sources are the requests that entered the environments which policies promote from, as this workload.
	Sources []v1alpha1.PromotionRequest
	// Freeze of the environment; nil where nobody froze it.
	Freeze *v1alpha1.Freeze
	// Emergencies declared in the namespace.
	Emergencies []v1alpha1.Emergency
	// Unreviewed are the requests of the environment that entered by an emergency and wait for their review.
	Unreviewed []v1alpha1.PromotionRequest
	Identities Identities
	// Configuration is what the ConfigMaps and Secrets hold now that the object comes to refer to by the change. What the
	// stored object refers to already is not among them: writes to that are changes of their own.
	Configuration []ConfigurationState
	// Attempts are the requests for this digest, oldest first.
	Attempts []Attempt
	// Sync of a delivery tool that carries the change out; nil where it is not known for sure that one does.
	Sync *Sync
}

// Sync is what admission saw of a sync of Argo CD: that it is what carries the change out, and who began it.
type Sync struct {
	// Initiator who began it; empty where nobody did, as when Argo CD itself did.
	Initiator v1alpha1.UserReference
	// Evidence of that; empty where the API server authenticated the initiator.
	Evidence v1alpha1.RequesterEvidence
	// Authorship of what it brings: what a request for it would say. Empty where nobody has found out.
	Authorship v1alpha1.Authorship
}

// latest attempt, if there is one.
func (c Case) latest() (Attempt, bool) {
	if len(c.Attempts) == 0 {
		return Attempt{}, false
	}
	return c.Attempts[len(c.Attempts)-1], true
}

// contentOf a request for a change of a custom kind.
func contentOf(change v1alpha1.Change) map[string]any {
	var content map[string]any
	if !workload.Custom(change.Group) || utiljson.Unmarshal(change.Content.Raw, &content) != nil {
		return nil
	}
	return content
}

// Orphans tells whether a request is for a deletion that leaves behind what was made of the object.
func Orphans(change v1alpha1.Change) bool {
	var content map[string]any
	return change.Operation == v1alpha1.OperationDelete && utiljson.Unmarshal(change.Content.Raw, &content) == nil &&
		workload.Orphans(content)
}

// PodSubresource that the change of a Pod goes through; empty for any other change. What is brought in through one is
// no release, and the content alone does not tell.
func PodSubresource(change Change) v1alpha1.PodSubresource {
	if change.Operation != v1alpha1.OperationApply || change.Object.Group != "" || change.Object.Resource != "pods" {
		return ""
	}
	return v1alpha1.PodSubresource(change.Subresource)
}

// ChangeOf is the change that a request asks for, while nobody has tried it.
func ChangeOf(request v1alpha1.PromotionRequest) Change {
	change := request.Spec.Change
	object := workload.Identity{
		Group: change.Group, Resource: change.Resource, Namespace: request.Namespace,
		Name: change.Name, GenerateName: change.GenerateName,
	}
	return Change{
		Operation:   change.Operation,
		Text:        change.Content.Raw,
		Content:     contentOf(change),
		Object:      object,
		Subresource: string(change.Subresource),
		Digest:      change.Digest,
		Images:      change.Images,
		Looser:      change.Looser,
		Replaces:    change.ReplacesDigest,
		Users:       Bearers(change.Operation, object, change.Content.Raw),
		Orphans:     Orphans(change),
	}
}
