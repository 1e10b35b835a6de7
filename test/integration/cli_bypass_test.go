// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

package integration

import (
	"context"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"testing"

	corev1 "k8s.io/api/core/v1"
	rbacv1 "k8s.io/api/rbac/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"sigs.k8s.io/controller-runtime/pkg/client"
)

// TestPluginBypass: whom it names as guarded is refused, and whom it names as open gets through.
func TestPluginBypass(t *testing.T) {
	t.Parallel()
	s := newShop(t)
	mallory, trudy := s.namespace+"-mallory", s.namespace+"-trudy"
	bindEverywhere(t, mallory, rbacv1.PolicyRule{
		Verbs: []string{"get", "patch"}, APIGroups: []string{""}, Resources: []string{"namespaces"},
	})
	bindEverywhere(t, trudy, rbacv1.PolicyRule{
		Verbs: []string{"impersonate"}, APIGroups: []string{""}, Resources: []string{"users", "groups"},
	})
	said := s.terminalOf(t, "installer", administrators).countersign(t, "bypass", "--guarded").says(t, 0)
	namespace := &corev1.Namespace{ObjectMeta: metav1.ObjectMeta{Name: s.namespace}}
	unlabel := `{"metadata":{"labels":{"countersign.dev/environment":null}}}`
	if got := waysOf(said.text, mallory); !slices.Equal(got,
		[]string{"pod-security: open", "gaps: guarded", "labels: guarded"}) {
		t.Errorf("who may patch namespaces has %v", got)
	}
	attempt := patch(as(t, mallory), namespace, "", unlabel)
	eventually(t, func(ctx context.Context) string { // until the API server knows the binding
		if err := attempt(ctx); err == nil || !strings.Contains(err.Error(), "countersign-environment-label") {
			return fmt.Sprintf("the guard to refuse it; it says: %v", err)
		}
		return ""
	})
	if got := waysOf(said.text, trudy); !slices.Equal(got, []string{"impersonate: open"}) {
		t.Errorf("who may impersonate has %v", got)
	}
	config, err := cluster.User(trudy)
	if err != nil {
		t.Fatal(err)
	}
	config.Impersonate.UserName, config.Impersonate.Groups = "root", []string{administrators}
	goesThrough(t, "as an administrator", patch(client.NewDryRunClient(clientFor(t, config)), namespace, "", unlabel))
}

// TestPluginBypassAsShipped: nobody can by the bindings that Kubernetes and Countersign come with, but administrators
// and who breaks the glass.
func TestPluginBypassAsShipped(t *testing.T) {
	s := newShop(t)
	said := s.terminalOf(t, "installer", administrators).countersign(t, "bypass").says(t, 0, "Open, the most dangerous")
	if strings.Contains(said.text, "not in force") {
		t.Errorf("a guard is missing:\n%s", said.text)
	}
	shipped := regexp.MustCompile(`(?m)^ .*kubectl describe \w+ (system:|kubeadm:|cluster-admin|countersign).*$`)
	wanted := regexp.MustCompile(`^  Group (system:masters|countersign:break-glass) `)
	for _, line := range shipped.FindAllString(said.text, -1) {
		if !wanted.MatchString(line) {
			t.Errorf("by a binding as shipped:%s", line)
		}
	}
	for who, want := range map[string]string{
		"Group system:masters": "everything: open", "Group countersign:break-glass": "gaps: open",
	} {
		if got := waysOf(said.text, who); !slices.Contains(got, want) {
			t.Errorf("%s has %v", who, got)
		}
	}
}

// TestPluginBypassHidden: who may not see everything is told so, and is shown nothing that would look like all.
func TestPluginBypassHidden(t *testing.T) {
	t.Parallel()
	said := newShop(t).terminalOf(t, alice).countersign(t, "bypass").says(t, 1, "forbidden")
	if strings.Contains(said.text, "Open") {
		t.Errorf("it says:\n%s", said.text)
	}
}

// waysOf are the ways that the command lists for somebody, each with whether it is open or guarded.
func waysOf(text, who string) []string {
	var ways []string
	state, way := "open", ""
	for line := range strings.Lines(text) {
		switch name, _, found := strings.Cut(line, ": "); {
		case strings.HasPrefix(line, "Guarded: "):
			state = "guarded"
		case strings.HasPrefix(line, "  ") && strings.Contains(line, who+" "):
			ways = append(ways, way+": "+state)
		case found && !strings.HasPrefix(line, " "):
			way = name
		}
	}
	return ways
}

// bindEverywhere gives a person rights in the whole cluster.
func bindEverywhere(t *testing.T, person string, rules ...rbacv1.PolicyRule) {
	t.Helper()
	create(t, &rbacv1.ClusterRole{ObjectMeta: metav1.ObjectMeta{Name: person}, Rules: rules})
	create(t, &rbacv1.ClusterRoleBinding{
		ObjectMeta: metav1.ObjectMeta{Name: person},
		RoleRef:    rbacv1.RoleRef{APIGroup: rbacv1.GroupName, Kind: "ClusterRole", Name: person},
		Subjects:   []rbacv1.Subject{{APIGroup: rbacv1.GroupName, Kind: rbacv1.UserKind, Name: person}},
	})
}
