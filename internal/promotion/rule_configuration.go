// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

package promotion

import (
	"fmt"
	"slices"
	"strings"

	"github.com/countersign-dev/countersign/api/v1alpha1"
	"github.com/countersign-dev/countersign/internal/workload"
)

// ConfigurationState is what a ConfigMap or Secret holds now.
type ConfigurationState struct {
	workload.Reference
	// Digest of it; empty where there is none.
	Digest v1alpha1.Digest
}

// CoversConfiguration tells whether what the change refers to counts: a policy that governs it has gate Configuration.
func CoversConfiguration(c Case) bool {
	if gate, known := gateOf(c.Change); known && gate == v1alpha1.GateConfiguration {
		return false
	}
	return c.Change.Operation == v1alpha1.OperationApply && slices.ContainsFunc(governing(c),
		func(policy v1alpha1.PromotionPolicy) bool { return Has(policy, v1alpha1.GateConfiguration) })
}

// reconfigured : what the change refers to is not there, or does not hold what it held when the change was asked for.
// What enters an open environment at once was not asked for.
func reconfigured(h hearing, policy v1alpha1.PromotionPolicy) []Reason {
	if policy.Spec.Entry == v1alpha1.EntryOpen || !Has(policy, v1alpha1.GateConfiguration) {
		return nil
	}
	var reasons []Reason
	for _, state := range h.Configuration {
		if state.Digest == "" && !state.Optional {
			reasons = append(reasons, unresolved(policy, state))
		}
	}
	attempt, ok := h.latest()
	if len(reasons) > 0 || !ok || ended(attempt) {
		return reasons
	}
	if changed := h.differs(attempt); len(changed) > 0 {
		return []Reason{otherwise(policy, attempt.Request, changed)}
	}
	return nil
}

func unresolved(policy v1alpha1.PromotionPolicy, state ConfigurationState) Reason {
	return Reason{
		Code: ReasonConfigurationMissing,
		Detail: fmt.Sprintf("it refers to %s, which does not exist: nobody can approve what it will hold (policy %s)",
			describeState(state), policy.Name),
		Needs: describeState(state) + " to be created first; as long as nothing uses it, that needs no approval",
	}
}

func otherwise(policy v1alpha1.PromotionPolicy, request v1alpha1.PromotionRequest, changed []string) Reason {
	return Reason{
		Code: ReasonConfigurationChanged,
		Detail: fmt.Sprintf("%s not hold what was asked for with request %s (policy %s)", plural(changed), request.Name,
			policy.Name),
		Needs: "a new request; try again in a moment, and one is opened",
	}
}

func plural(names []string) string {
	if len(names) == 1 {
		return names[0] + " does"
	}
	return strings.Join(names, " and ") + " do"
}

// differs names what of the configuration does not hold what it held when the attempt was made.
func (h hearing) differs(attempt Attempt) []string {
	var names []string
	for _, state := range h.Configuration {
		if !slices.Contains(attempt.Request.Spec.Change.Configuration, state.asRecorded()) {
			names = append(names, describeState(state))
		}
	}
	return names
}

func (s ConfigurationState) asRecorded() v1alpha1.Configuration {
	return v1alpha1.Configuration{Kind: s.Kind, Name: s.Name, Digest: s.Digest}
}

func describeState(state ConfigurationState) string {
	return string(state.Kind) + " " + named(state.Name)
}
