// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

package integration

import (
	"context"
	"fmt"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	admissionregistrationv1 "k8s.io/api/admissionregistration/v1"
	authenticationv1 "k8s.io/api/authentication/v1"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/types"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/countersign-dev/countersign/api/v1alpha1"
	"github.com/countersign-dev/countersign/hack/controlplane"
	"github.com/countersign-dev/countersign/hack/install"
)

// TestGuards tries config/policy on a control plane that has nothing else to refuse with: no operator, and no webhooks
// that one would answer. What is refused here is refused by the API server itself, from cluster administrators too.
func TestGuards(t *testing.T) {
	t.Parallel()
	g := startGuarded(t)
	t.Run("BreakGlass", g.testBreakGlass)
	t.Run("BrokenGlass", g.testBrokenGlass)
	t.Run("Environment", g.testEnvironment)
	t.Run("Labels", g.testLabels)
	t.Run("Requests", g.testRequests)
	t.Run("Approvals", g.testApprovals)
	t.Run("ReleaseGates", g.testReleaseGates)
	t.Run("Status", g.testStatus)
	t.Run("Installation", g.testInstallation)
	t.Run("Roles", g.testRoles)
	t.Run("Keepers", g.testKeepers)
	t.Run("Identities", g.testIdentities)
	t.Run("GeneratedRBAC", g.testGeneratedRBAC)
	t.Run("OperatorBounds", g.testOperatorBounds)
	t.Run("BotTokens", g.testBotTokens)
	t.Run("BotSecrets", g.testBotSecrets)
	t.Run("BotPods", g.testBotPods)
	t.Run("BotsUnguarded", g.testBotsUnguarded)
	t.Run("Stops", g.testStops)
	t.Run("WorkloadStatus", g.testWorkloadStatus)
	t.Run("StatusMetadata", g.testStatusMetadata)
	t.Run("StatusOfMetalLB", g.testStatusOfMetalLB)
	t.Run("LoadBalancers", g.testLoadBalancers)
	t.Run("NamespaceFinalizers", g.testNamespaceFinalizers)
	t.Run("Seat", g.testSeat)
	t.Run("Quotas", g.testQuotas)
	t.Run("QuotaStatus", g.testQuotaStatus)
	t.Run("FlowSchemas", g.testFlowSchemas)
	t.Run("LabelsUnguarded", g.testLabelsUnguarded)
	t.Run("NamespaceDeletion", g.testNamespaceDeletion)
}

const (
	operatorNamespace = "countersign-system"
	operatorAccount   = "countersign-controller-manager"
	administrators    = "system:masters"
)

// guarded is a control plane with the guards alone.
type guarded struct{ *controlplane.ControlPlane }

func startGuarded(t *testing.T) guarded {
	t.Helper()
	cp, err := controlplane.Start(t.Context(), controlplane.Options{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := cp.Stop(context.WithoutCancel(t.Context())); err != nil {
			t.Error(err)
		}
	})
	g := guarded{cp}
	g.apply(t, func(object *unstructured.Unstructured) bool {
		return !strings.HasSuffix(object.GetKind(), "WebhookConfiguration")
	})
	g.awaitPolicies(t)
	return g
}

// apply installs those parts of config/default that are wanted, for an operator that does not answer.
func (g guarded) apply(t *testing.T, wanted func(*unstructured.Unstructured) bool) {
	t.Helper()
	objects, err := install.Render(t.Context(), filepath.Join("config", "default"))
	if err != nil {
		t.Fatal(err)
	}
	objects = slices.DeleteFunc(objects, func(object *unstructured.Unstructured) bool { return !wanted(object) })
	if err := install.Beside(objects, "https://127.0.0.1:1"); err != nil {
		t.Fatal(err)
	}
	config, err := g.User("installer", administrators, "countersign:break-glass")
	if err != nil {
		t.Fatal(err)
	}
	if err := install.Apply(t.Context(), config, objects...); err != nil {
		t.Fatal(err)
	}
}

// awaitPolicies waits until the API server judges by every policy that has been applied: it takes them in in their
// order, so it does when it judges by one that was made after them.
func (g guarded) awaitPolicies(t *testing.T) {
	t.Helper()
	admin := g.as(t, "admin", administrators)
	name := metav1.ObjectMeta{Name: "test-last"}
	policy := &admissionregistrationv1.ValidatingAdmissionPolicy{ObjectMeta: name}
	policy.Spec.Validations = []admissionregistrationv1.Validation{{Expression: "object.metadata.name != 'test-last'"}}
	policy.Spec.MatchConstraints = &admissionregistrationv1.MatchResources{
		ResourceRules: []admissionregistrationv1.NamedRuleWithOperations{{
			RuleWithOperations: admissionregistrationv1.RuleWithOperations{
				Operations: []admissionregistrationv1.OperationType{admissionregistrationv1.Create},
				Rule: admissionregistrationv1.Rule{
					APIGroups: []string{""}, APIVersions: []string{"v1"}, Resources: []string{"configmaps"},
				},
			},
		}},
	}
	binding := &admissionregistrationv1.ValidatingAdmissionPolicyBinding{ObjectMeta: name}
	binding.Spec.PolicyName = name.Name
	binding.Spec.ValidationActions = []admissionregistrationv1.ValidationAction{admissionregistrationv1.Deny}
	for _, object := range []client.Object{policy, binding} {
		if err := admin.Create(t.Context(), object); err != nil {
			t.Fatal(err)
		}
	}
	eventually(t, func(ctx context.Context) string {
		probe := &corev1.ConfigMap{ObjectMeta: metav1.ObjectMeta{Namespace: metav1.NamespaceDefault, Name: name.Name}}
		err := admin.Create(ctx, probe, client.DryRunAll)
		if err == nil || !strings.Contains(err.Error(), "ValidatingAdmissionPolicy 'test-last'") {
			return fmt.Sprintf("the API server to judge by the policies: %v", err)
		}
		return ""
	})
}

func (g guarded) as(t *testing.T, name string, groups ...string) client.Client {
	t.Helper()
	config, err := g.User(name, groups...)
	if err != nil {
		t.Fatal(err)
	}
	return clientFor(t, config)
}

func (g guarded) admin(t *testing.T) client.Client { return g.as(t, "admin", administrators) }

// operator acts as the operator, with its rights.
func (g guarded) operator(t *testing.T) client.Client {
	t.Helper()
	config, err := g.ServiceAccount(t.Context(), operatorNamespace, operatorAccount)
	if err != nil {
		t.Fatal(err)
	}
	return clientFor(t, config)
}

// create makes objects as the administrator in the group that the guards let through.
func (g guarded) create(t *testing.T, objects ...client.Object) {
	t.Helper()
	c := g.as(t, "installer", administrators, "countersign:break-glass")
	for _, object := range objects {
		if err := c.Create(t.Context(), object); err != nil {
			t.Fatalf("create %T %s: %v", object, object.GetName(), err)
		}
	}
}

func (g guarded) namespace(t *testing.T, name, environment string) {
	t.Helper()
	g.create(t, namespaceIn(name, environment))
}

func namespaceIn(name, environment string) *corev1.Namespace {
	ns := &corev1.Namespace{ObjectMeta: metav1.ObjectMeta{Name: name}}
	if environment != "" {
		ns.Labels = map[string]string{v1alpha1.EnvironmentLabel: environment}
	}
	return ns
}

// whoAmI is how the API server knows a client.
func whoAmI(t *testing.T, c client.Client) v1alpha1.UserReference {
	t.Helper()
	review := &authenticationv1.SelfSubjectReview{}
	if err := c.Create(t.Context(), review); err != nil {
		t.Fatal(err)
	}
	user := review.Status.UserInfo
	return v1alpha1.UserReference{Username: user.Username, UID: user.UID, Groups: user.Groups}
}

// attempt is one API call and what becomes of it.
type attempt struct {
	reason string
	call   func(ctx context.Context) error
	// deniedBy is the policy that stops it; empty where it goes through.
	deniedBy string
	// says is a part of the message.
	says string
}

func tryAll(t *testing.T, attempts map[string]attempt) {
	t.Helper()
	for name, a := range attempts {
		t.Run(name, func(t *testing.T) {
			err := a.call(t.Context())
			switch {
			case a.deniedBy == "" && err != nil:
				t.Errorf("%s: want it to go through, got: %v", a.reason, err)
			case a.deniedBy != "" && err == nil:
				t.Errorf("%s: want %s to stop it, but it went through", a.reason, a.deniedBy)
			case a.deniedBy != "" && !stoppedBy(err, a.deniedBy):
				t.Errorf("%s: want %s to stop it, got: %v", a.reason, a.deniedBy, err)
			case err != nil && !strings.Contains(err.Error(), a.says):
				t.Errorf("%s: the message does not say %q: %v", a.reason, a.says, err)
			}
		})
	}
}

// stoppedBy tells whether a policy refused it, or the same as a static manifest.
func stoppedBy(err error, policy string) bool {
	return strings.Contains(err.Error(), "ValidatingAdmissionPolicy '"+policy+"'") ||
		strings.Contains(err.Error(), "ValidatingAdmissionPolicy '"+policy+".static.k8s.io'")
}

// patch is a call that merges a patch, given as JSON, into an object or one of its subresources.
func patch(c client.Client, object client.Object, subresource, json string) func(ctx context.Context) error {
	change := client.RawPatch(types.MergePatchType, []byte(json))
	return func(ctx context.Context) error {
		if subresource != "" {
			return c.SubResource(subresource).Patch(ctx, object, change)
		}
		return c.Patch(ctx, object, change)
	}
}

// creating is a call that makes an object.
func creating(c client.Client, object client.Object) func(ctx context.Context) error {
	return func(ctx context.Context) error { return c.Create(ctx, object) }
}

// deleting is a call that deletes an object.
func deleting(c client.Client, object client.Object) func(ctx context.Context) error {
	return func(ctx context.Context) error { return c.Delete(ctx, object) }
}
