// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

package bypass_test

import (
	"fmt"
	"testing"

	"github.com/google/go-cmp/cmp"
	rbacv1 "k8s.io/api/rbac/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/types"

	"github.com/countersign-dev/countersign/internal/bypass"
)

// shop is a cluster with all guards, in which nobody has any rights.
func shop() bypass.Cluster {
	return bypass.Cluster{
		Environments: []string{"shop-production", "shop-bots"}, Guards: bypass.Guards(),
		Confined: []string{"default"}, Unconfined: []string{"sandbox"},
		Trusted: []types.NamespacedName{{Namespace: "certs", Name: "solver"}},
		Bots:    []types.NamespacedName{{Namespace: "cicd", Name: "ci"}, {Namespace: "shop-bots", Name: "cd"}},
	}
}

var eve = rbacv1.Subject{Kind: rbacv1.UserKind, Name: "eve"}

// give binds the subject to rules: everywhere, or in the namespace.
func give(c bypass.Cluster, subject rbacv1.Subject, namespace, name string, rules ...rbacv1.PolicyRule) bypass.Cluster {
	c.ClusterRoles = append(c.ClusterRoles, rbacv1.ClusterRole{ObjectMeta: metav1.ObjectMeta{Name: name}, Rules: rules})
	ref := rbacv1.RoleRef{APIGroup: rbacv1.GroupName, Kind: "ClusterRole", Name: name}
	meta := metav1.ObjectMeta{Namespace: namespace, Name: name}
	if namespace != "" {
		c.RoleBindings = append(c.RoleBindings, rbacv1.RoleBinding{
			ObjectMeta: meta, RoleRef: ref, Subjects: []rbacv1.Subject{subject},
		})
		return c
	}
	c.ClusterRoleBindings = append(c.ClusterRoleBindings, rbacv1.ClusterRoleBinding{
		ObjectMeta: meta, RoleRef: ref, Subjects: []rbacv1.Subject{subject},
	})
	return c
}

// rule to do a verb with a resource, maybe of some names only.
func rule(verb, group, resource string, names ...string) rbacv1.PolicyRule {
	return rbacv1.PolicyRule{
		Verbs: []string{verb}, APIGroups: []string{group}, Resources: []string{resource}, ResourceNames: names,
	}
}

// told is what a finding comes to.
func told(f bypass.Finding) string {
	state := "open"
	if !f.Open() {
		state = fmt.Sprint("guarded by ", f.Guards)
	}
	return fmt.Sprintf("%s: %s, %s", f.Way, f.Rights, state)
}

func ways(found []bypass.Finding) []string {
	var all []string
	for _, f := range found {
		all = append(all, told(f))
	}
	return all
}

const (
	admission = "admissionregistration.k8s.io"
	rbac      = "rbac.authorization.k8s.io"
	ours      = "countersign.dev"
)

func TestWays(t *testing.T) {
	for name, test := range map[string]struct {
		reason    string
		namespace string
		rule      rbacv1.PolicyRule
		want      []string
	}{
		"Everything": {"the rest is part of it", "", rule("*", "*", "*"), []string{"everything: [* *.*], open"}},
		"Wildcard": {"of some objects only is not everything, and is any of them", "", rule("*", "*", "*", "x"), []string{
			"impersonate: [impersonate users \"x\" impersonate groups \"x\" " +
				"impersonate:user-info users.authentication.k8s.io \"x\" " +
				"impersonate:user-info groups.authentication.k8s.io \"x\" " +
				"impersonate:arbitrary-node nodes.authentication.k8s.io \"x\"], open",
		}},
		"GuardsOff": {"policies do not guard policies", "", rule("delete", admission, "validatingadmissionpolicies"),
			[]string{"guards: [delete validatingadmissionpolicies.admissionregistration.k8s.io], open"}},
		"OneGuardOff": {"of ours", "", rule("patch", admission, "validatingadmissionpolicybindings", "countersign-freezes"),
			[]string{"guards: [patch validatingadmissionpolicybindings.admissionregistration.k8s.io " +
				"\"countersign-freezes\"], open"}},
		"OthersOff":  {"which do not guard us", "", rule("delete", admission, "validatingadmissionpolicies", "x"), nil},
		"GuardsMade": {"one more can only deny", "", rule("create", admission, "validatingadmissionpolicies"), nil},
		"AnyVerb": {"a wildcard is each verb", "", rule("*", "certificates.k8s.io", "signers"),
			[]string{"certificates: [approve, sign signers.certificates.k8s.io], open"}},
		"Approve": {"certificates for clients", "", rule("approve", "certificates.k8s.io", "signers",
			"kubernetes.io/kube-apiserver-client"), []string{
			"certificates: [approve signers.certificates.k8s.io \"kubernetes.io/kube-apiserver-client\"], open"}},
		"Serving": {"certificates of servers are no logins", "", rule("approve", "certificates.k8s.io", "signers",
			"kubernetes.io/kubelet-serving"), nil},
		"Impersonate": {"as the group", "", rule("impersonate", "", "groups", "countersign:break-glass"),
			[]string{"impersonate: [impersonate groups \"countersign:break-glass\"], open"}},
		"ImpersonateHere": {"users are in no namespace", "shop-production", rule("impersonate", "", "users"), nil},
		"Constrained": {"newer verbs of the same", "", rule("impersonate:user-info", "authentication.k8s.io", "users"),
			[]string{"impersonate: [impersonate:user-info users.authentication.k8s.io], open"}},
		"Escalate": {"in one environment", "shop-production", rule("escalate", rbac, "roles"),
			[]string{"escalate: [escalate roles.rbac.authorization.k8s.io], open"}},
		"BindElsewhere": {"nothing of ours is there", "default", rule("bind", rbac, "clusterroles"), nil},
		"Mutator": {"Pods of controllers come to the gate already let through", "",
			rule("create", admission, "mutatingwebhookconfigurations"),
			[]string{"mutators: [create mutatingwebhookconfigurations.admissionregistration.k8s.io], open"}},
		"APIService": {"roles would be read from it", "", rule("patch", "apiregistration.k8s.io", "apiservices"),
			[]string{"apiservices: [patch apiservices.apiregistration.k8s.io], open",
				"servers: [patch apiservices.apiregistration.k8s.io], guarded by [countersign-installation]"}},
		"OurAPIService": {"approvals would be read from it", "", rule("patch", "apiregistration.k8s.io", "apiservices",
			"v1alpha1.countersign.dev"), []string{"servers: [patch apiservices.apiregistration.k8s.io " +
			"\"v1alpha1.countersign.dev\"], guarded by [countersign-installation]"}},
		"SystemTokens": {"built-in controllers are not asked about", "kube-system",
			rule("create", "", "serviceaccounts/token"), []string{"controllers: [create serviceaccounts/token], open"}},
		"Subresources": {"a wildcard before the slash", "kube-system",
			rule("create", "", "*/token"), []string{"controllers: [create serviceaccounts/token], open"}},
		"OperatorExec": {"its token lies in its Pod", "countersign-system", rule("create", "", "pods/exec"),
			[]string{"seat: [create pods/exec], guarded by [countersign-operator-namespace]"}},
		"OperatorKey": {"answers are signed with it", "countersign-system", rule("get", "", "secrets"),
			[]string{"operator: [get secrets], open"}},
		"OperatorAccount": {"no admission sees it", "countersign-system", rule("impersonate", "", "serviceaccounts"),
			[]string{"operator: [impersonate serviceaccounts], open"}},
		"OperatorNamespace": {"all of it would be gone", "countersign-system", rule("delete", "", "namespaces"),
			[]string{"seat: [delete namespaces], guarded by [countersign-operator-namespace]"}},
		"OperatorStatus": {"another address would answer", "countersign-system", rule("patch", "", "pods/status"),
			[]string{"seat: [patch pods/status], guarded by [countersign-operator-namespace]"}},
		"OperatorRollout": {"they go with owners", "countersign-system", rule("patch", "apps", "replicasets/status"),
			[]string{"keys: [patch replicasets.apps/status], guarded by [countersign-status]"}},
		"OperatorServices": {"another would answer", "countersign-system", rule("patch", "", "services"),
			[]string{"seat: [patch services], guarded by [countersign-operator-namespace]"}},
		"SecretsElsewhere": {"reading is not changing", "shop-production", rule("get", "", "secrets"), nil},
		"Kubelet": {"asks no admission", "", rule("get", "", "nodes/proxy"),
			[]string{"nodes: [get nodes/proxy], open"}},
		"Trusted": {"what it writes is not asked about", "certs", rule("create", "", "pods"),
			[]string{"trusted: [create pods], open"}},
		"Assign": {"lifts the guard of labels", "", rule("assign", ours, "environments", "production"),
			[]string{"environments: [assign environments.countersign.dev \"production\"], open"}},
		"Rules": {"and then ask for nothing", "", rule("update", ours, "promotionpolicies"),
			[]string{"rules: [update promotionpolicies.countersign.dev], open",
				"governing: [update promotionpolicies.countersign.dev], guarded by [countersign-policies-keep]"}},
		"Contents": {"documented: not looked at", "shop-production", rule("update", "", "configmaps"),
			[]string{"contents: [update configmaps], open",
				"images: [update configmaps], guarded by [countersign-ledger]"}},
		"Webhooks": {"ours are kept", "", rule("delete", admission, "validatingwebhookconfigurations"),
			[]string{"webhooks: [delete validatingwebhookconfigurations.admissionregistration.k8s.io], " +
				"guarded by [countersign-installation]"}},
		"Kinds": {"ours are kept", "", rule("update", "apiextensions.k8s.io", "customresourcedefinitions",
			"approvals.countersign.dev"), []string{"kinds: [update customresourcedefinitions.apiextensions.k8s.io " +
			"\"approvals.countersign.dev\"], guarded by [countersign-installation]"}},
		"OtherKinds": {"not ours", "", rule("update", "apiextensions.k8s.io", "customresourcedefinitions", "a.b.c"), nil},
		"Records": {"the operator alone", "shop-production", rule("patch", ours, "promotionrequests/status"),
			[]string{"records: [patch promotionrequests.countersign.dev/status], guarded by [countersign-request-status]"}},
		"Decisions": {"decisions are kept", "shop-production", rule("delete", ours, "approvals"),
			[]string{"decisions: [delete approvals.countersign.dev], guarded by [countersign-approvals-keep]"}},
		"Label": {"one's own namespace", "shop-production", rule("update", "", "namespaces"),
			[]string{"labels: [update namespaces], guarded by [countersign-environment-label]"}},
		"Finalize": {"the other ways to a label", "", rule("update", "", "namespaces/finalize"),
			[]string{"pod-security: [update namespaces/finalize], open",
				"keys: [update namespaces/finalize], guarded by [countersign-status]",
				"remains: [update namespaces/finalize], guarded by [countersign-status]",
				"labels: [update namespaces/finalize], guarded by [countersign-environment-label]"}},
		"QuotaStatus": {"API servers judge by it", "shop-production", rule("patch", "", "resourcequotas/status"),
			[]string{"objections: [patch resourcequotas/status], guarded by [countersign-quotas]"}},
		"AnyNamespace": {"and its gate", "", rule("patch", "", "namespaces"), []string{
			"pod-security: [patch namespaces], open", "gaps: [patch namespaces], guarded by [countersign-break-glass]",
			"labels: [patch namespaces], guarded by [countersign-environment-label]",
		}},
		"LabelElsewhere": {"documented: Pod Security goes by labels", "default", rule("update", "", "namespaces"),
			[]string{"pod-security: [update namespaces], open"}},
		"LabelUnconfined": {"there is none to take away", "sandbox", rule("update", "", "namespaces"), nil},
		"PodUnconfined": {"documented: it has its node", "sandbox", rule("create", "", "pods"),
			[]string{"hosts: [create pods], open"}},
		"DebuggerUnconfined": {"it may be privileged", "sandbox", rule("patch", "", "pods/ephemeralcontainers"),
			[]string{"hosts: [patch pods/ephemeralcontainers], open"}},
		"PodConfined": {"Pod Security is enforced", "default", rule("create", "", "pods"), nil},
		"PodGated":    {"the gate is asked", "shop-production", rule("create", "", "pods"), nil},
		"Disks": {"documented: Pod Security does not look into claims", "", rule("create", "", "persistentvolumes"),
			[]string{"volumes: [create persistentvolumes], open"}},
		"People": {"kept", "countersign-system", rule("update", "", "configmaps"),
			[]string{"people: [update configmaps], guarded by [countersign-identities]"}},
		"Grants": {"generated ones are kept, and nobody gives more than they have", "shop-production",
			rule("delete", rbac, "rolebindings"), []string{
				"grants: [delete rolebindings.rbac.authorization.k8s.io], guarded by [countersign-generated-rbac]"}},
		"Unfreeze": {"kept", "", rule("delete", ours, "freezes"),
			[]string{"stops: [delete freezes.countersign.dev], guarded by [countersign-freezes]"}},
		"BotSecrets": {"kept short", "cicd", rule("create", "", "secrets"),
			[]string{"bots: [create secrets], guarded by [countersign-bot-tokens countersign-bot-secrets]"}},
		"GatedBot": {"its rights would act for it", "shop-bots", rule("create", "", "pods"), []string{
			"pods: [create pods], guarded by [countersign-bot-pods]",
			"mounts: [create pods], guarded by [countersign-bot-pod-tokens]",
		}},
		"FreeBot": {"documented: no guard is there", "cicd", rule("create", "batch", "jobs"), []string{
			"robots: [create jobs.batch], open", "mounts: [create jobs.batch], guarded by [countersign-bot-pod-tokens]",
		}},
		"Names": {"what one sends is in one's own name", "shop-production", rule("create", ours, "approvals"),
			[]string{"approving: [create approvals.countersign.dev], guarded by [countersign-approver-stamp]"}},
		"Watching": {"rights that are put together", "", rule("update", rbac, "clusterroles"),
			[]string{"roles: [update clusterroles.rbac.authorization.k8s.io], guarded by [countersign-installation]",
				"watching: [update clusterroles.rbac.authorization.k8s.io], guarded by [countersign-gated-kinds]"}},
		"Roles": {"the operator is bound by one", "", rule("delete", rbac, "clusterrolebindings", "countersign-ceiling"),
			[]string{"roles: [delete clusterrolebindings.rbac.authorization.k8s.io \"countersign-ceiling\"], " +
				"guarded by [countersign-installation]"}},
		"OtherRoles": {"not ours", "", rule("delete", rbac, "clusterroles", "view"), nil},
		"Deploy":     {"what people are there for", "shop-production", rule("*", "apps", "deployments"), nil},
		"Reader":     {"sees everything and writes nothing", "shop-production", rule("get", "*", "*"), nil},
	} {
		t.Run(name, func(t *testing.T) {
			got := ways(bypass.Find(give(shop(), eve, test.namespace, "r", test.rule)))
			if name == "Wildcard" {
				got = got[:1]
			}
			if diff := cmp.Diff(test.want, got); diff != "" {
				t.Errorf("%s: -want, +got:\n%s", test.reason, diff)
			}
		})
	}
}
