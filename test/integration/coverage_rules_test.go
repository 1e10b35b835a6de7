// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

package integration

import (
	"path/filepath"
	"slices"
	"strings"
	"testing"

	admissionregistrationv1 "k8s.io/api/admissionregistration/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime"

	"github.com/countersign-dev/countersign/api/v1alpha1"
	"github.com/countersign-dev/countersign/hack/install"
	"github.com/countersign-dev/countersign/hack/repo"
	"github.com/countersign-dev/countersign/internal/gates"
)

// askedRule is one resource that a rule of ours is about, for one operation.
type askedRule struct {
	// by whom: a webhook or a policy.
	by string
	// gate : it decides about what runs. The others are about single users, or about our own kinds.
	gate            bool
	what, operation string
	scope           admissionregistrationv1.ScopeType
}

// rulesOf takes apart all rules of the manifests, of the guards for API servers' disks, and of what policies with all
// gates add to them.
func rulesOf(t *testing.T) []askedRule {
	t.Helper()
	objects, err := install.Render(t.Context(), filepath.Join("config", "default"))
	if err != nil {
		t.Fatal(err)
	}
	var all []askedRule
	for _, object := range append(objects, onDisk(t)...) {
		all = append(all, rulesIn(t, object)...)
	}
	return append(all, rulesOfPolicies(t)...)
}

// onDisk are the guards of config/static.
func onDisk(t *testing.T) []*unstructured.Unstructured {
	t.Helper()
	dir, err := repo.Path("config", "static")
	if err != nil {
		t.Fatal(err)
	}
	files, err := filepath.Glob(filepath.Join(dir, "*.yaml"))
	if err != nil || len(files) == 0 {
		t.Fatalf("no guards in %s: %v", dir, err)
	}
	var all []*unstructured.Unstructured
	for _, file := range files {
		all = append(all, manifests(t, read(t, file))...)
	}
	return all
}

// rulesOfPolicies are those that the operator writes for policies with all gates, one of them on a custom kind.
func rulesOfPolicies(t *testing.T) []askedRule {
	t.Helper()
	policies := make([]v1alpha1.PromotionPolicy, 2)
	policies[0].Spec.Environment = "production"
	policies[0].Spec.Gates = []v1alpha1.Gate{
		{Type: v1alpha1.GateWorkloads}, {Type: v1alpha1.GateRouting}, {Type: v1alpha1.GateConfiguration}, gateOf("rollouts"),
	}
	policies[0].Spec.Gates[3].Resource.StatusPaths = []string{".status.abort"}
	policies[1].Spec.Environment = v1alpha1.RulesEnvironment
	policies[1].Spec.Gates = []v1alpha1.Gate{{Type: v1alpha1.GateRules}}
	entries, err := gates.Webhooks(policies, admissionregistrationv1.WebhookClientConfig{})
	if err != nil {
		t.Fatal(err)
	}
	return rulesOfWebhooks(entries)
}

func rulesIn(t *testing.T, object *unstructured.Unstructured) []askedRule {
	t.Helper()
	switch object.GetKind() {
	case "ValidatingWebhookConfiguration":
		return rulesOfWebhooks(typedAs[admissionregistrationv1.ValidatingWebhookConfiguration](t, object).Webhooks)
	case "MutatingWebhookConfiguration":
		var all []askedRule
		for _, entry := range typedAs[admissionregistrationv1.MutatingWebhookConfiguration](t, object).Webhooks {
			all = append(all, apart(askedRule{by: entry.Name}, entry.Rules...)...)
		}
		return all
	case "ValidatingAdmissionPolicy":
		policy := typedAs[admissionregistrationv1.ValidatingAdmissionPolicy](t, object)
		var all []askedRule
		for _, rule := range policy.Spec.MatchConstraints.ResourceRules {
			all = append(all, apart(askedRule{by: policy.Name}, rule.RuleWithOperations)...)
		}
		return all
	}
	return nil
}

func rulesOfWebhooks(entries []admissionregistrationv1.ValidatingWebhook) []askedRule {
	var all []askedRule
	for _, entry := range entries {
		all = append(all, apart(askedRule{by: entry.Name, gate: strings.HasSuffix(entry.Name, ".gate.countersign.dev")},
			entry.Rules...)...)
	}
	return all
}

// apart has one entry for each resource and operation of the rules.
func apart(as askedRule, rules ...admissionregistrationv1.RuleWithOperations) []askedRule {
	var all []askedRule
	for _, rule := range rules {
		for _, group := range rule.APIGroups {
			for _, resource := range rule.Resources {
				for _, operation := range rule.Operations {
					as.what, as.operation, as.scope = group+"/"+resource, string(operation), *rule.Scope
					all = append(all, as)
				}
			}
		}
	}
	return all
}

func typedAs[T any](t *testing.T, object *unstructured.Unstructured) *T {
	t.Helper()
	typed := new(T)
	if err := runtime.DefaultUnstructuredConverter.FromUnstructured(object.Object, typed); err != nil {
		t.Fatal(err)
	}
	return typed
}

// ofResources tells whether a pattern of a rule is about a resource: a name, or any with a subresource, or any at all.
func ofResources(pattern, resource string) bool {
	sub, wild := strings.CutPrefix(pattern, "*")
	return pattern == "*/*" || pattern == resource || wild && sub != "" && strings.HasSuffix(resource, sub)
}

// matches tells whether the rule is about the endpoint at all: the resource, the operation and the scope.
func (a askedRule) matches(e endpoint) bool {
	group, resource, _ := strings.Cut(a.what, "/")
	ofGroup, ofResource, _ := strings.Cut(e.what, "/")
	inScope := a.scope == admissionregistrationv1.AllScopes ||
		e.namespaced == (a.scope == admissionregistrationv1.NamespacedScope)
	return inScope && (group == "*" || group == ofGroup) && ofResources(resource, ofResource) &&
		(a.operation == "*" || slices.Contains(e.operations, a.operation))
}
