// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

package integration

import (
	"context"
	"testing"

	admissionregistrationv1 "k8s.io/api/admissionregistration/v1"
	corev1 "k8s.io/api/core/v1"
	rbacv1 "k8s.io/api/rbac/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/utils/ptr"
	"sigs.k8s.io/controller-runtime/pkg/client"
)

const breakGlassGroup = "countersign:break-glass"

// testInstallation: cluster administrators do not change what the gate depends on, unless they break the glass.
func (g guarded) testInstallation(t *testing.T) {
	const policy = "countersign-installation"
	gate := webhooksNamed("countersign-gate")
	g.create(t, gate, webhooksNamed("countersign-old"), webhooksNamed("somebody-elses"))
	admin, glass, operator := g.admin(t), g.as(t, "admin", breakGlassGroup), g.operator(t)
	const crd = "approvals.countersign.dev"
	const ignore = `{"webhooks":[{"name":"a.example.com","failurePolicy":"Ignore","sideEffects":"None",` +
		`"admissionReviewVersions":["v1"],"clientConfig":{"url":"https://127.0.0.1:1"}}]}`
	tryAll(t, map[string]attempt{
		"FailOpen": {
			"the gate would be open", patch(admin, webhooksNamed(gate.Name), "", ignore), policy,
			"--as-group=" + breakGlassGroup,
		},
		"NoWebhooks": {
			"the gate would be gone", patch(admin, webhooksNamed(gate.Name), "", `{"webhooks":null}`), policy, "",
		},
		"DeleteGate": {
			"the gate would be gone", deleting(admin, webhooksNamed(gate.Name)), policy, "gate depends on countersign-gate",
		},
		"Annotate": {
			"an injector would be told to change it", patch(admin, webhooksNamed(gate.Name), "", annotation), policy, "",
		},
		"Finalize": {
			"it could not be replaced", patch(admin, webhooksNamed(gate.Name), "", `{"metadata":{"finalizers":["a.b/c"]}}`),
			policy, "",
		},
		"DeleteCRD": {"all approvals would be gone", deleting(admin, crdNamed(crd)), policy, "gate depends on " + crd},
		"ChangeCRD": {
			"its rules could be edited away", patch(admin, crdNamed(crd), "", `{"spec":{"names":{"shortNames":["x"]}}}`),
			policy, "",
		},
		"CRDStatus": {
			"it could be made not to be served", patch(admin, crdNamed(crd), "status", `{"status":{"conditions":[]}}`),
			policy, "",
		},
		"DeleteAllCRDs": {"deletion in bulk is deletion", deletingAll(admin, crdNamed(crd)), policy, ""},

		"SameAgain": {"applying it again changes nothing", patch(admin, webhooksNamed(gate.Name), "",
			`{"metadata":{"annotations":{"kubectl.kubernetes.io/last-applied-configuration":"{}"}}}`), "", ""},
		"OthersWebhooks": {"others are not ours to guard", deleting(admin, webhooksNamed("somebody-elses")), "", ""},
		"Operator": {"it renews the authority", func(ctx context.Context) error {
			stored := webhooksNamed(gate.Name)
			if err := operator.Get(ctx, client.ObjectKeyFromObject(stored), stored); err != nil {
				return err
			}
			stored.Webhooks[0].TimeoutSeconds = new(int32(7))
			return operator.Update(ctx, stored)
		}, "", ""},
		"BreakGlass": {"somebody must be able to", patch(g.as(t, "admin", administrators, breakGlassGroup),
			webhooksNamed("countersign-old"), "", `{"webhooks":null}`), "", ""},
		"BreakGlassAlone": {"the group has the rights to, and needs no other", patch(glass, crdNamed(crd), "",
			`{"metadata":{"labels":{"upgraded":"yes"}}}`), "", ""},
	})
	g.apply(t, func(object *unstructured.Unstructured) bool { return object.GetKind() == "CustomResourceDefinition" })
}

const annotation = `{"metadata":{"annotations":{"cert-manager.io/inject-ca-from":"evil/ca"}}}`

func webhooksNamed(name string) *admissionregistrationv1.ValidatingWebhookConfiguration {
	return &admissionregistrationv1.ValidatingWebhookConfiguration{
		ObjectMeta: metav1.ObjectMeta{Name: name},
		Webhooks: []admissionregistrationv1.ValidatingWebhook{{
			Name:                    "a.example.com",
			ClientConfig:            admissionregistrationv1.WebhookClientConfig{URL: new("https://127.0.0.1:1")},
			SideEffects:             ptr.To(admissionregistrationv1.SideEffectClassNone),
			AdmissionReviewVersions: []string{"v1"},
		}},
	}
}

func crdNamed(name string) *unstructured.Unstructured {
	crd := &unstructured.Unstructured{}
	crd.SetAPIVersion("apiextensions.k8s.io/v1")
	crd.SetKind("CustomResourceDefinition")
	crd.SetName(name)
	return crd
}

func deletingAll(c client.Client, object client.Object) func(ctx context.Context) error {
	return func(ctx context.Context) error { return c.DeleteAllOf(ctx, object) }
}

// testGeneratedRBAC: what Countersign generates is nobody else's to make, change, take over or delete.
func (g guarded) testGeneratedRBAC(t *testing.T) {
	const policy = generatedGuard
	g.namespace(t, "generated", "green")
	admin := g.admin(t)
	const widened = `{"subjects":[{"apiGroup":"rbac.authorization.k8s.io","kind":"User","name":"mallory"}]}`
	const unlabel, label = `{"metadata":{"labels":{"app.kubernetes.io/managed-by":null}}}`,
		`{"metadata":{"labels":{"app.kubernetes.io/managed-by":"countersign"}}}`
	g.create(t, bindingIn("generated", "kept", true), accountIn("generated", "kept", true),
		accountIn("generated", "own", false), accountIn("generated", "free", false))
	tryAll(t, map[string]attempt{
		"Make": {
			"it would look generated", creating(admin, bindingIn("generated", "made", true)), policy,
			"kubectl edit pipelinerole developers",
		},
		"Widen": {
			"it says what the role says", patch(admin, bindingIn("generated", "kept", true), "", widened), policy, "",
		},
		"Disown": {
			"the operator would lose sight of it", patch(admin, bindingIn("generated", "kept", true), "", unlabel), policy,
			"",
		},
		"Delete": {"the role says it should be there", deleting(admin, bindingIn("generated", "kept", true)), policy, ""},
		"TakeBot": {
			"bots are generated too", patch(admin, accountIn("generated", "kept", true), "", unlabel), policy,
			"",
		},
		"Pose": {"the label cannot be put on", patch(admin, accountIn("generated", "own", false), "", label), policy, ""},

		"OwnBinding": {"others are free", creating(admin, bindingIn("generated", "free", false)), "", ""},
		"OwnAccount": {"others are free", deleting(admin, accountIn("generated", "free", false)), "", ""},
		"BreakGlass": {
			"somebody must be able to",
			creating(g.as(t, "admin", administrators, breakGlassGroup), accountIn("generated", "glass", true)),
			"", "",
		},
	})
}

// testOperatorBounds: the operator cannot be used to grant where it should not.
func (g guarded) testOperatorBounds(t *testing.T) {
	const policy = "countersign-operator-bounds"
	g.namespace(t, "inside", "green")
	g.namespace(t, "outside", "")
	g.create(t, accountIn("inside", "strangers", false), bindingIn("inside", "strangers", false))
	operator := g.operator(t)
	tryAll(t, map[string]attempt{
		"OutsideEnvironment": {
			"rights are granted in environments", creating(operator, bindingIn("outside", "grant", true)),
			policy, "environments only",
		},
		"Unlabelled": {
			"it could not be told from others", creating(operator, bindingIn("inside", "plain", false)), policy, "",
		},
		"DeleteStrangers": {
			"it did not make it", deleting(operator, bindingIn("inside", "strangers", false)), policy, "did not make",
		},
		"AdoptStrangers": {"it did not make it", func(ctx context.Context) error {
			account := accountIn("inside", "strangers", true)
			return operator.Update(ctx, account)
		}, policy, ""},
		"BotInSystem": {
			"a name there may have rights already", creating(operator, accountIn("kube-system", "bot", true)), policy,
			"another namespace",
		},
		"BotInOperator": {
			"a name there may have rights already",
			creating(operator, accountIn(operatorNamespace, "bot", true)), policy, "",
		},

		"Grant": {"this is its work", creating(operator, bindingIn("inside", "grant", true)), "", ""},
		"Bot":   {"this is its work, also outside", creating(operator, accountIn("outside", "bot", true)), "", ""},
	})
	other := bindingIn("inside", "more", true)
	other.RoleRef.Name = "cluster-admin"
	if err := operator.Create(t.Context(), other); err == nil {
		t.Error("the operator bound cluster-admin")
	}
}

func bindingIn(namespace, name string, generated bool) *rbacv1.RoleBinding {
	return &rbacv1.RoleBinding{
		ObjectMeta: metav1.ObjectMeta{Namespace: namespace, Name: name, Labels: generatedLabels(generated)},
		RoleRef:    rbacv1.RoleRef{APIGroup: rbacv1.GroupName, Kind: "ClusterRole", Name: "countersign-view"},
		Subjects:   []rbacv1.Subject{{APIGroup: rbacv1.GroupName, Kind: rbacv1.GroupKind, Name: "developers"}},
	}
}

func accountIn(namespace, name string, generated bool) *corev1.ServiceAccount {
	return &corev1.ServiceAccount{
		ObjectMeta: metav1.ObjectMeta{Namespace: namespace, Name: name, Labels: generatedLabels(generated)},
	}
}

func generatedLabels(generated bool) map[string]string {
	if !generated {
		return nil
	}
	return map[string]string{"app.kubernetes.io/managed-by": "countersign", "countersign.dev/role": "developers"}
}

func ruleForRequests() rbacv1.PolicyRule {
	return rbacv1.PolicyRule{
		APIGroups: []string{"countersign.dev"}, Resources: []string{"promotionrequests"}, Verbs: []string{"create"},
	}
}
