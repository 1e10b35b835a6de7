// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

package integration

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	admissionregistrationv1 "k8s.io/api/admissionregistration/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/countersign-dev/countersign/hack/controlplane"
	"github.com/countersign-dev/countersign/hack/repo"
)

// TestGuardsStatic tries config/static on an API server that reads it from its disk and that serves no guards: what
// config/policy refuses it refuses too. Then it keeps those that are served.
func TestGuardsStatic(t *testing.T) {
	t.Parallel()
	g := startStatic(t)
	g.apply(t, func(object *unstructured.Unstructured) bool {
		return !strings.HasSuffix(object.GetKind(), "WebhookConfiguration") && !isGuard(object)
	})
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
	t.Run("Stops", g.testStops)
	t.Run("NamespaceDeletion", g.testNamespaceDeletion)
	t.Run("Themselves", g.testStaticThemselves)
	g.apply(t, isGuard)
	t.Run("Served", g.testServedKept)
}

func isGuard(object *unstructured.Unstructured) bool {
	return strings.HasPrefix(object.GetKind(), "ValidatingAdmissionPolicy")
}

// startStatic starts an API server with config/static, as docs/operations.md has it.
func startStatic(t *testing.T) guarded {
	t.Helper()
	dir, err := repo.Path("config", "static")
	if err != nil {
		t.Fatal(err)
	}
	file := filepath.Join(t.TempDir(), "admission.yaml")
	config := fmt.Sprintf(`apiVersion: apiserver.config.k8s.io/v1
kind: AdmissionConfiguration
plugins:
- name: ValidatingAdmissionPolicy
  configuration:
    apiVersion: apiserver.config.k8s.io/v1
    kind: ValidatingAdmissionPolicyConfiguration
    staticManifestsDir: %s
`, dir)
	if err := os.WriteFile(file, []byte(config), 0o600); err != nil {
		t.Fatal(err)
	}
	cp, err := controlplane.Start(t.Context(), controlplane.Options{
		Args: map[string][]string{"kube-apiserver": {"--admission-control-config-file=" + file}},
	})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := cp.Stop(context.WithoutCancel(t.Context())); err != nil {
			t.Error(err)
		}
	})
	return guarded{cp}
}

// testStaticThemselves: what is read from the disk the API does not know, and takes no other in its place.
func (g guarded) testStaticThemselves(t *testing.T) {
	glass := g.as(t, "admin", administrators, breakGlassGroup)
	const name = "countersign-installation.static.k8s.io"
	if err := glass.Delete(t.Context(), policyNamed(name)); !apierrors.IsNotFound(err) {
		t.Errorf("want nothing to delete, got: %v", err)
	}
	if err := glass.Delete(t.Context(), bindingNamed(name)); !apierrors.IsNotFound(err) {
		t.Errorf("want no binding to delete, got: %v", err)
	}
	other := policyNamed(name)
	other.Spec = allowing()
	if err := glass.Create(t.Context(), other); !apierrors.IsInvalid(err) ||
		!strings.Contains(err.Error(), "static.k8s.io") {
		t.Errorf("want the name to be refused, got: %v", err)
	}
}

// testServedKept: cluster administrators do not take away the guards that the API serves, which no guard that it serves
// can keep; who breaks the glass does.
func (g guarded) testServedKept(t *testing.T) {
	const by = "countersign-guards"
	const deny, ignore = "countersign-pod-images", `{"spec":{"failurePolicy":"Ignore"}}`
	admin, operator := g.admin(t), g.operator(t)
	glass := g.as(t, "admin", administrators, breakGlassGroup)
	policy := func() client.Object { return policyNamed("countersign-pod-images") }
	others := policyNamed("somebody-elses")
	others.Spec = allowing()
	g.create(t, others)
	tryAll(t, map[string]attempt{
		"Delete":        {"nothing would hold", deleting(admin, policy()), by, "--as-group=" + breakGlassGroup},
		"DeleteBinding": {"it would hold nowhere", deleting(admin, bindingNamed(deny)), by, "guard " + deny},
		"DeleteAll":     {"deletion in bulk is deletion", deletingAll(admin, policyNamed("")), by, ""},
		"Weaken":        {"it would fail open", patch(admin, policy(), "", ignore), by, ""},
		"OnlyAudit": {
			"it would hold nobody", patch(admin, bindingNamed(deny), "", `{"spec":{"validationActions":["Audit"]}}`), by, "",
		},
		"Unlabel": {
			"the operator would not see it", patch(admin, policy(), "", `{"metadata":{"labels":null}}`), by, "",
		},
		"Another": {"it would be taken for one", creating(admin, &admissionregistrationv1.ValidatingAdmissionPolicyBinding{
			ObjectMeta: metav1.ObjectMeta{Name: "countersign-other"},
			Spec: admissionregistrationv1.ValidatingAdmissionPolicyBindingSpec{
				PolicyName:        "countersign-installation",
				ValidationActions: []admissionregistrationv1.ValidationAction{admissionregistrationv1.Audit},
			},
		}), by, ""},

		"SameAgain": {"it changes nothing", patch(admin, policy(), "", annotation), "", ""},
		"Others":    {"they are not ours to guard", deleting(admin, policyNamed("somebody-elses")), "", ""},
		"Operator": {"it restores them", func(ctx context.Context) error {
			stored := bindingNamed("countersign-freezes")
			if err := operator.Get(ctx, client.ObjectKeyFromObject(stored), stored); err != nil {
				return err
			}
			stored.Spec.ValidationActions = []admissionregistrationv1.ValidationAction{admissionregistrationv1.Deny}
			return operator.Update(ctx, stored)
		}, "", ""},
		"BreakGlass": {
			"somebody must be able to", patch(glass, policyNamed("countersign-freezes"), "", ignore), "", "",
		},
	})
}

func policyNamed(name string) *admissionregistrationv1.ValidatingAdmissionPolicy {
	return &admissionregistrationv1.ValidatingAdmissionPolicy{ObjectMeta: metav1.ObjectMeta{Name: name}}
}

func bindingNamed(name string) *admissionregistrationv1.ValidatingAdmissionPolicyBinding {
	return &admissionregistrationv1.ValidatingAdmissionPolicyBinding{ObjectMeta: metav1.ObjectMeta{Name: name}}
}

// allowing is a policy that is whole, and refuses nothing.
func allowing() admissionregistrationv1.ValidatingAdmissionPolicySpec {
	return admissionregistrationv1.ValidatingAdmissionPolicySpec{
		Validations: []admissionregistrationv1.Validation{{Expression: "true"}},
		MatchConstraints: &admissionregistrationv1.MatchResources{
			ResourceRules: []admissionregistrationv1.NamedRuleWithOperations{{
				RuleWithOperations: admissionregistrationv1.RuleWithOperations{
					Operations: []admissionregistrationv1.OperationType{admissionregistrationv1.Create},
					Rule: admissionregistrationv1.Rule{
						APIGroups: []string{""}, APIVersions: []string{"v1"}, Resources: []string{"configmaps"},
					},
				},
			}},
		},
	}
}
