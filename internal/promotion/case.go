// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

package promotion

import (
	"slices"

	"github.com/countersign-dev/countersign/api/v1alpha1"
	"github.com/countersign-dev/countersign/internal/environment"
	"github.com/countersign-dev/countersign/internal/identity"
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
	// Generation of the stored object before the change; nil for a new object.
	Generation *int64
	// Deployer is whose API request carries the change out. Empty while nobody has tried.
	Deployer v1alpha1.UserReference
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
	// Attempts are the requests for this digest, oldest first.
	Attempts []Attempt
}

// policies of the case's environment that govern its namespace. A selector that cannot be read selects everything,
// so that a damaged policy does not open a door.
func (c Case) policies() []v1alpha1.PromotionPolicy {
	var governing []v1alpha1.PromotionPolicy
	for _, policy := range c.Policies {
		matches, err := environment.Matches(c.Environment.Labels,
			[]v1alpha1.EnvironmentName{policy.Spec.Environment}, policy.Spec.NamespaceSelector)
		if matches || err != nil && policy.Spec.Environment == c.Environment.Name {
			governing = append(governing, policy)
		}
	}
	return governing
}

// approverRole is the role of the name, if it gives capability Approve in this namespace. A selector that cannot be
// read selects nothing.
func (c Case) approverRole(name v1alpha1.RoleName) (v1alpha1.PipelineRole, bool) {
	for _, role := range c.Roles {
		if role.Name == string(name) {
			matches, err := environment.Matches(c.Environment.Labels, role.Spec.Environments, role.Spec.NamespaceSelector)
			return role, err == nil && matches && slices.Contains(role.Spec.Capabilities, v1alpha1.CapabilityApprove)
		}
	}
	return v1alpha1.PipelineRole{}, false
}

func (c Case) directory() identity.Directory {
	return identity.NewDirectory(c.Roles)
}

// latest attempt, if there is one.
func (c Case) latest() (Attempt, bool) {
	if len(c.Attempts) == 0 {
		return Attempt{}, false
	}
	return c.Attempts[len(c.Attempts)-1], true
}

// ChangeOf is the change that a request asks for, while nobody has tried it.
func ChangeOf(request v1alpha1.PromotionRequest) Change {
	change := request.Spec.Change
	return Change{
		Operation: change.Operation,
		Object: workload.Identity{
			Group: change.Group, Resource: change.Resource, Namespace: request.Namespace,
			Name: change.Name, GenerateName: change.GenerateName,
		},
		Digest: change.Digest,
		Images: change.Images,
	}
}
