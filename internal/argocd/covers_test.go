// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

package argocd

import (
	"testing"

	"github.com/google/go-cmp/cmp"
	"k8s.io/apimachinery/pkg/runtime/schema"

	"github.com/countersign-dev/countersign/internal/release"
)

func TestCovers(t *testing.T) {
	t.Parallel()
	const application = `{spec: {destination: {namespace: live}}, status: {resources: [
		{kind: Service, namespace: live, name: web}, {group: apps, kind: Deployment, namespace: live, name: web}]}}`
	web := release.Object{Kind: schema.GroupKind{Group: "apps", Kind: "Deployment"}, Namespace: "live", Name: "web"}
	with := func(change func(*release.Object)) release.Object {
		object := web
		change(&object)
		return object
	}
	hook := func(o *release.Object) {
		o.Name, o.Annotations = "migrate", map[string]string{"argocd.argoproj.io/hook": "PreSync"}
	}
	cases := map[string]struct {
		reason      string
		application string
		object      release.Object
		want        bool
	}{
		"Listed":       {"it is deployed", application, web, true},
		"AnotherName":  {"it is not", application, with(func(o *release.Object) { o.Name = "db" }), false},
		"AnotherGroup": {"it is of another group", application, with(func(o *release.Object) { o.Kind.Group = "" }), false},
		"AnotherKind": {
			"it is another kind", application, with(func(o *release.Object) { o.Kind.Kind = "DaemonSet" }), false,
		},
		"Elsewhere": {
			"it is in another namespace", application, with(func(o *release.Object) { o.Namespace = "test" }), false,
		},
		"Hook":          {"hooks are not listed", application, with(hook), true},
		"HookElsewhere": {"where it deploys to", `{spec: {destination: {namespace: test}}}`, with(hook), false},
		"HookOfHelm": {"it is taken for one", application, with(func(o *release.Object) {
			o.Name, o.Annotations = "migrate", map[string]string{"helm.sh/hook": "pre-install"}
		}), true},
		"HookGarbage": {
			"nobody can tell what it deploys", `{spec: {destination: {namespace: live}}, status: {resources: 1}}`,
			with(hook), false,
		},
		"Nothing":  {"nothing was compared yet", `{}`, web, false},
		"Garbage":  {"anybody writes what they like", `{status: {resources: 1}, spec: 1}`, with(hook), false},
		"Garbage2": {"anybody writes what they like", `{status: {resources: [1]}}`, web, false},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if got := Covers(read(t, tc.application), tc.object); got != tc.want {
				t.Errorf("got %t, want %t: %s", got, tc.want, tc.reason)
			}
		})
	}
}

func TestAccounts(t *testing.T) {
	t.Parallel()
	project := read(t, `{spec: {destinationServiceAccounts: [
		{server: "*", namespace: "*", defaultServiceAccount: deployer},
		{server: "*", namespace: "*", defaultServiceAccount: "bots:argocd"}, {server: "*"}, 1]}}`)
	want := []string{"system:serviceaccount:live:deployer", "system:serviceaccount:bots:argocd"}
	if diff := cmp.Diff(want, Accounts(project, "live")); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	for _, garbage := range []string{`{}`, `{spec: 1}`, `{spec: {destinationServiceAccounts: 1}}`} {
		if got := Accounts(read(t, garbage), "live"); len(got) > 0 {
			t.Errorf("%s: got %v", garbage, got)
		}
	}
	if got := ProjectOf(read(t, `{spec: {project: shop}}`)); got != "shop" {
		t.Errorf("got project %q", got)
	}
}
