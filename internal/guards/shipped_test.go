// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

package guards_test

import (
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	admissionregistrationv1 "k8s.io/api/admissionregistration/v1"
	rbacv1 "k8s.io/api/rbac/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"sigs.k8s.io/yaml"

	"github.com/countersign-dev/countersign/internal/guards"
)

var update = flag.Bool("update", false, "write the version of the guards into config/manager/guards.yaml")

func read(t *testing.T, path ...string) string {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(append([]string{"..", "..", "config"}, path...)...))
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

// TestVersion: config/manager/guards.yaml says which guards are installed with it.
func TestVersion(t *testing.T) {
	version, err := guards.Version()
	if err != nil {
		t.Fatal(err)
	}
	text := read(t, "manager", "guards.yaml")
	want := regexp.MustCompile(`(?m)^  version: .*$`).ReplaceAllString(text, `  version: "`+version+`"`)
	if *update {
		file := filepath.Join("..", "..", "config", "manager", "guards.yaml")
		if err := os.WriteFile(file, []byte(want), 0o600); err != nil {
			t.Fatal(err)
		}
		return
	}
	if text != want {
		t.Errorf("config/manager/guards.yaml does not say version %s: go test ./internal/guards -run TestVersion -update",
			version)
	}
}

// TestShipped: all files of config/policy are installed, and all that is installed is known.
func TestShipped(t *testing.T) {
	installed := read(t, "policy", "kustomization.yaml")
	files, err := filepath.Glob(filepath.Join("..", "..", "config", "policy", "*.yaml"))
	if err != nil {
		t.Fatal(err)
	}
	declared := strings.Count(read(t, "webhook", "manifests.yaml"), "\nkind: ")
	for _, file := range files {
		name := filepath.Base(file)
		if name == "kustomization.yaml" {
			continue
		}
		declared += strings.Count(read(t, "policy", name), "\nkind: ")
		if !strings.Contains(installed, "- "+name+"\n") {
			t.Errorf("%s is restored, and is not installed", name)
		}
	}
	if got := len(shipped(t, false)); got != declared {
		t.Errorf("%d guards are known, and there are %d", got, declared)
	}
}

// TestLedgers: the policy that denies by a ledger and the one that warns by it say the same, but for that.
func TestLedgers(t *testing.T) {
	specs := map[string]string{}
	all, err := guards.Shipped(guards.Site{})
	if err != nil {
		t.Fatal(err)
	}
	for _, guard := range all {
		text, err := yaml.Marshal(guard.Object["spec"])
		if err != nil {
			t.Fatal(err)
		}
		specs[guard.GetKind()+"/"+guard.GetName()] = string(text)
	}
	const policy, binding = "ValidatingAdmissionPolicy/", "ValidatingAdmissionPolicyBinding/"
	const denies, warns = "countersign-pod-images", "countersign-pod-images-warn"
	want := strings.NewReplacer("== 'Deny'", "== 'Warn'").Replace(specs[policy+denies])
	if diff := cmp.Diff(want, specs[policy+warns]); diff != "" || want == specs[policy+denies] {
		t.Errorf("the policies differ in more than the mode: -deny, +warn:\n%s", diff)
	}
	want = strings.NewReplacer("- Deny", "- Warn", denies, warns).Replace(specs[binding+denies])
	want = strings.ReplaceAll(want, "name: "+warns+"\n  pa", "name: "+denies+"\n  pa")
	if diff := cmp.Diff(want, specs[binding+warns]); diff != "" {
		t.Errorf("the bindings differ in more than what they do: -deny, +warn:\n%s", diff)
	}
}

// TestMarks: each guard that lets the break-glass group through, served or from the disk, marks it in the audit log,
// and no other does.
func TestMarks(t *testing.T) {
	const passes = "'countersign:break-glass' in request.userInfo"
	for _, dir := range []string{"policy", "static"} {
		files, err := filepath.Glob(filepath.Join("..", "..", "config", dir, "*.yaml"))
		if err != nil {
			t.Fatal(err)
		}
		for _, file := range files {
			for document := range strings.SplitSeq(read(t, dir, filepath.Base(file)), "\n---\n") {
				var policy admissionregistrationv1.ValidatingAdmissionPolicy
				if err := yaml.Unmarshal([]byte(document), &policy); err != nil {
					t.Fatal(err)
				}
				marks := slices.ContainsFunc(policy.Spec.AuditAnnotations, marksGroup)
				if letsThrough := strings.Contains(document, passes); marks != letsThrough {
					t.Errorf("%s: it lets the group through: %t; it marks that: %t", policy.Name, letsThrough, marks)
				}
			}
		}
	}
}

func marksGroup(a admissionregistrationv1.AuditAnnotation) bool {
	return a.Key == "break-glass" && strings.Contains(a.ValueExpression, "countersign:break-glass")
}

// TestRoleNames: all that config/rbac has in no namespace has a name that countersign-installation goes by.
func TestRoleNames(t *testing.T) {
	files, err := filepath.Glob(filepath.Join("..", "..", "config", "rbac", "*", "*.yaml"))
	if err != nil {
		t.Fatal(err)
	}
	more, err := filepath.Glob(filepath.Join("..", "..", "config", "rbac", "*.yaml"))
	if err != nil {
		t.Fatal(err)
	}
	count := 0
	for _, file := range append(files, more...) {
		name, err := filepath.Rel(filepath.Join("..", "..", "config"), file)
		if err != nil {
			t.Fatal(err)
		}
		for document := range strings.SplitSeq(read(t, name), "\n---\n") {
			var object metav1.PartialObjectMetadata
			if err := yaml.Unmarshal([]byte(document), &object); err != nil {
				t.Fatal(err)
			}
			if !strings.HasPrefix(object.Kind, "ClusterRole") {
				continue
			}
			count++
			if !strings.HasPrefix(object.Name, "countersign-") {
				t.Errorf("%s %s is not guarded", object.Kind, object.Name)
			}
		}
	}
	if count == 0 {
		t.Error("none was found")
	}
}

func shipped(t *testing.T, certManager bool) []string {
	t.Helper()
	all, err := guards.Shipped(guards.Site{CertManager: certManager})
	if err != nil {
		t.Fatal(err)
	}
	var names []string
	for _, guard := range all {
		names = append(names, guard.GetKind()+"/"+guard.GetName())
	}
	return names
}

// TestCertManager: two guards let it through where it issues the certificates, and none where it does not.
func TestCertManager(t *testing.T) {
	trusting := func(certManager bool) []string {
		all, err := guards.Shipped(guards.Site{CertManager: certManager})
		if err != nil {
			t.Fatal(err)
		}
		var names []string
		for _, guard := range all {
			text, err := guard.MarshalJSON()
			if err != nil {
				t.Fatal(err)
			}
			if strings.Contains(string(text), "serviceaccount:cert-manager:") {
				names = append(names, guard.GetName())
			}
		}
		return names
	}
	want := []string{"countersign-installation", "countersign-operator-namespace"}
	if diff := cmp.Diff(want, trusting(true)); diff != "" {
		t.Errorf("with cert-manager: -want, +got:\n%s", diff)
	}
	if got := trusting(false); got != nil {
		t.Errorf("without cert-manager it is trusted by %v", got)
	}
}

// TestRights: the operator may change all guards but those that bind the operator itself.
func TestRights(t *testing.T) {
	own := []string{"countersign-break-glass", "countersign-operator-bounds", "countersign-operator-writes"}
	var want []string
	for _, guard := range shipped(t, false) {
		kind, name, _ := strings.Cut(guard, "/")
		if strings.HasPrefix(kind, "ValidatingAdmissionPolicy") && !slices.Contains(own, name) {
			want = append(want, name)
		}
	}
	slices.Sort(want)
	var role rbacv1.ClusterRole
	if err := yaml.UnmarshalStrict([]byte(read(t, "rbac", "role.yaml")), &role); err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, rule := range role.Rules {
		if slices.Contains(rule.Resources, "validatingadmissionpolicies") && slices.Contains(rule.Verbs, "update") {
			got = append(got, rule.ResourceNames...)
		}
	}
	if diff := cmp.Diff(slices.Compact(want), got); diff != "" {
		t.Errorf("guards that the operator may change: -want, +got:\n%s", diff)
	}
}

// TestReviewVersions: API servers are asked to send reviews of the one version that the handlers read.
func TestReviewVersions(t *testing.T) {
	all, err := guards.Shipped(guards.Site{})
	if err != nil {
		t.Fatal(err)
	}
	count := 0
	for _, guard := range all {
		entries, _, err := unstructured.NestedSlice(guard.Object, "webhooks")
		if err != nil {
			t.Fatal(err)
		}
		for _, each := range entries {
			entry, ok := each.(map[string]any)
			if diff := cmp.Diff([]any{"v1"}, entry["admissionReviewVersions"]); !ok || diff != "" {
				t.Errorf("%s %v (-want +got):\n%s", guard.GetName(), entry["name"], diff)
			}
			count++
		}
	}
	if count == 0 {
		t.Error("none was found")
	}
}

// TestArgoCD: the policy about Applications knows where each Argo CD is. The manifests name the one that is usual.
func TestArgoCD(t *testing.T) {
	for name, tc := range map[string]struct {
		namespaces []string
		want       string
	}{
		"Usual":   {nil, "['argocd']"},
		"Another": {[]string{"gitops"}, "['gitops']"},
		"Two":     {[]string{"gitops", "argocd"}, "['gitops', 'argocd']"},
	} {
		all, err := guards.Shipped(guards.Site{ArgoCD: tc.namespaces})
		if err != nil {
			t.Fatal(err)
		}
		var found []string
		for _, guard := range all {
			variables, _, err := unstructured.NestedSlice(guard.Object, "spec", "variables")
			if err != nil {
				t.Fatal(err)
			}
			for _, each := range variables {
				if variable, ok := each.(map[string]any); ok && variable["name"] == "argoCDNamespaces" {
					found = append(found, fmt.Sprint(guard.GetName(), " ", variable["expression"]))
				}
			}
		}
		if diff := cmp.Diff([]string{"countersign-applications " + tc.want}, found); diff != "" {
			t.Errorf("%s (-want +got):\n%s", name, diff)
		}
	}
}
