// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

package redteam

import (
	"context"
	"fmt"
	"strings"
)

// mutation is a MutatingAdmissionPolicy that changes objects with label mutate: $ME, also after others have.
func mutation(resource, group, expression string) string {
	return mutationBy(resource, group, fmt.Sprintf(`{"patchType": "ApplyConfiguration", "applyConfiguration":
		{"expression": %q}}`, strings.Join(strings.Fields(expression), " ")))
}

func mutationBy(resource, group, how string) string {
	return fmt.Sprintf(`{"apiVersion": "admissionregistration.k8s.io/v1", "kind": "MutatingAdmissionPolicy",
		"metadata": {"name": "$ME"}, "spec": {"reinvocationPolicy": "IfNeeded", "failurePolicy": "Fail",
		"matchConstraints": {"objectSelector": {"matchLabels": {"mutate": "$ME"}}, "resourceRules": [{"apiGroups": [%q],
		"apiVersions": ["*"], "resources": [%q], "operations": ["CREATE"]}]}, "mutations": [%s]}}`,
		strings.Trim(group, "'"), resource, how)
}

const mutationBinding = `{apiVersion: admissionregistration.k8s.io/v1, kind: MutatingAdmissionPolicyBinding,
	metadata: {name: $ME}, spec: {policyName: $ME}}`

// mutating: a mutation is in force, and somebody has seen to it that it is.
func mutating(resource, group, expression string) []step {
	return []step{given(mutation(resource, group, expression)), given(mutationBinding), mutated}
}

// takingOut has a mutation in force that takes a field out of approvals.
func takingOut(field string) []step {
	how := fmt.Sprintf(`{"patchType": "JSONPatch", "jsonPatch": {"expression": %q}}`,
		`has(object.spec.`+field+`) ? [JSONPatch{op: "remove", path: "/spec/`+field+`"}] : []`)
	return []step{given(mutationBy("approvals", "countersign.dev", how)), given(mutationBinding), mutated}
}

// mutated waits until the API server has taken a mutation in, by one that was made after it.
func mutated(ctx context.Context, s *scene) error {
	last := &scene{site: s.site, t: s.t, attack: s.attack, words: map[string]string{"ME": s.words["ME"] + "-last"}}
	for _, body := range []string{
		mutation("configmaps", "", `Object{data: {"mutated": "yes"}}`), mutationBinding,
	} {
		if _, err := last.say(ctx, installer, create(body)); err != nil {
			return err
		}
	}
	probe := create(`{apiVersion: v1, kind: ConfigMap, metadata: {namespace: default, name: $ME,
		labels: {mutate: $ME}}}`).rehearsed()
	return eventually(ctx, func(ctx context.Context) string {
		made, err := last.say(ctx, installer, probe)
		if err != nil || at(made, "data", "mutated") == "" {
			return fmt.Sprintf("the API server to mutate: %v", err)
		}
		return ""
	})
}

// parametric is a mutation that writes into Pods what a ConfigMap of their namespace says, where there is one.
const (
	parametric = `{apiVersion: admissionregistration.k8s.io/v1, kind: MutatingAdmissionPolicy, metadata: {name: $ME},
		spec: {reinvocationPolicy: IfNeeded, failurePolicy: Fail, paramKind: {apiVersion: v1, kind: ConfigMap},
		matchConstraints: {objectSelector: {matchLabels: {mutate: $ME}}, resourceRules: [
			{apiGroups: [""], apiVersions: ["*"], resources: [pods], operations: [CREATE]}]},
		mutations: [{patchType: ApplyConfiguration, applyConfiguration: {
			expression: "Object{metadata: Object.metadata{annotations: {'order': params.data['order']}}}"}}]}}`
	parameterized = `{apiVersion: admissionregistration.k8s.io/v1, kind: MutatingAdmissionPolicyBinding,
		metadata: {name: $ME}, spec: {policyName: $ME, paramRef: {name: $ME, parameterNotFoundAction: Allow}}}`
)

// mutatedPod : the Pods that controllers make say what the ConfigMap does.
func mutatedPod(s *scene) string {
	made, err := s.say(s.t.Context(), replicaSets,
		create(pod(`{metadata: {namespace: guarded, labels: {mutate: $ME}}}`)).rehearsed())
	if err != nil {
		return err.Error()
	}
	if got := at(made, "metadata", "annotations", "order"); got != "evil" {
		return "a Pod with the order: " + got
	}
	return ""
}
