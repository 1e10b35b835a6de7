// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

package grants_test

import (
	"slices"
	"strconv"
	"strings"
	"testing"

	rbacv1 "k8s.io/api/rbac/v1"

	"github.com/countersign-dev/countersign/api/v1alpha1"
	"github.com/countersign-dev/countersign/internal/grants"
)

// checkSubjects : each is a member now, or a bot of the role that does not approve.
func checkSubjects(t *testing.T, role *v1alpha1.PipelineRole, binding *rbacv1.RoleBinding) {
	t.Helper()
	for _, subject := range binding.Subjects {
		bot := slices.ContainsFunc(role.Spec.Bots, func(bot v1alpha1.Bot) bool {
			return bot.Namespace == subject.Namespace && bot.Name == subject.Name
		})
		switch {
		case subject.Kind == rbacv1.ServiceAccountKind:
			if !bot || binding.RoleRef.Name == "countersign-approve" {
				t.Fatalf("%v holds %v", subject, binding.RoleRef)
			}
		case subject.Namespace != "" || !holdsNow(role, subject) || strings.HasPrefix(subject.Name, "system:"):
			t.Fatalf("%v holds %v", subject, binding.RoleRef)
		}
	}
}

func holdsNow(role *v1alpha1.PipelineRole, subject rbacv1.Subject) bool {
	return slices.ContainsFunc(role.Spec.Members, func(m v1alpha1.Member) bool {
		return string(m.Kind) == subject.Kind && m.Name == subject.Name &&
			(m.ExpireTime == nil || m.ExpireTime.After(noon)) && (m.StartTime == nil || !m.StartTime.After(noon))
	})
}

// checkBound : what is bound is shipped, or has the role's rules; and what needs a gate is given where it is in force.
func checkBound(
	t *testing.T, role *v1alpha1.PipelineRole, policy v1alpha1.PromotionPolicy, binding *rbacv1.RoleBinding,
) {
	t.Helper()
	ref := binding.RoleRef
	own := ref.Kind == "Role" && ref.Name == "countersign:"+role.Name+":rules"
	if ref.Kind != "ClusterRole" && !own || grants.RoleOf(binding.Name) != role.Name {
		t.Fatalf("bound: %v, as %s", ref, binding.Name)
	}
	gate := map[string]string{
		"countersign-deploy-routing": "Routing", "countersign-deploy-configuration": "Configuration",
	}[ref.Name]
	capability, shipped := strings.CutPrefix(ref.Name, "countersign-")
	asked := gate != "" || slices.ContainsFunc(role.Spec.Capabilities, func(c v1alpha1.Capability) bool {
		return strings.ToLower(string(c)) == capability
	})
	if ref.Kind == "ClusterRole" && (!shipped || !asked) {
		t.Fatalf("bound, and not asked for: %v", ref)
	}
	environment := map[string]string{"shop-production": "production", "shop-staging": "staging"}[binding.Namespace]
	if gate != "" && (environment == "" || environment != string(policy.Spec.Environment) ||
		!slices.Contains(policy.Status.GatesInForce, gate)) {
		t.Fatalf("%s is bound in %s, where nothing is gated", ref.Name, binding.Namespace)
	}
}

// checkRules : none gives what grants rights, or all there is.
func checkRules(t *testing.T, rules []rbacv1.PolicyRule) {
	t.Helper()
	for _, rule := range rules {
		words := strings.Join(slices.Concat(rule.Verbs, rule.APIGroups, rule.Resources), " ")
		for _, word := range []string{
			"*", "escalate", "bind", "impersonate", "rbac.authorization.k8s.io", "countersign.dev", "serviceaccounts/token",
			"admissionregistration.k8s.io", "nodes/proxy",
		} {
			if slices.Contains(strings.Fields(words), word) {
				t.Fatalf("a rule has %s: %v", word, rule)
			}
		}
		if len(rule.NonResourceURLs) > 0 {
			t.Fatalf("a rule has paths: %v", rule)
		}
	}
}

// checkAccounts : a bot's account says no more than what the bot may have, and its token is not given to Pods unasked.
func checkAccounts(t *testing.T, role *v1alpha1.PipelineRole) {
	t.Helper()
	for _, bot := range role.Spec.Bots {
		account := grants.Account(role, bot, []string{"api"})
		seconds, err := strconv.Atoi(account.Annotations[grants.MaxTokenSecondsAnnotation])
		if err != nil || seconds > 86400 || account.AutomountServiceAccountToken == nil ||
			*account.AutomountServiceAccountToken || len(account.Labels) != 2 {
			t.Fatalf("the account of %v: %v", bot, account)
		}
		for audience := range strings.Lines(account.Annotations[grants.TokenAudiencesAnnotation]) {
			audience = strings.TrimSuffix(audience, "\n")
			if !slices.Contains(bot.Audiences, audience) && (audience != "api" || len(bot.Audiences) > 0) {
				t.Fatalf("tokens of %v may be for %q", bot, audience)
			}
		}
	}
}
