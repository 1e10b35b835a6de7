// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

package argocd

import (
	stdcmp "cmp"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"

	"github.com/countersign-dev/countersign/api/v1alpha1"
)

const (
	server   = "system:serviceaccount:argocd:argocd-server"
	promoter = "system:serviceaccount:kargo:kargo-controller"
	carol    = "carol@example.com"
)

var trust = Trust{Namespace: "argocd", Promoters: []string{promoter}}

// shop is an Application, with an operation in YAML.
func shop(t testing.TB, operation string) map[string]any {
	t.Helper()
	application := read(t, `{spec: {project: shop, source: {repoURL: "https://git.example.com/shop", path: .}}}`)
	if operation != "" {
		application["operation"] = read(t, operation)
	}
	return application
}

// wrote has somebody write an operation into it, past what admission sees before.
func wrote(t testing.TB, username, operation string) map[string]any {
	t.Helper()
	application := shop(t, operation)
	user := v1alpha1.UserReference{Username: username, UID: "uid of " + username}
	if err := trust.Stamp(application, nil, user); err != nil {
		t.Fatal(err)
	}
	return application
}

// forged is alice's sync with one entry alone of what admission writes down.
func forged(t testing.TB, entry string) map[string]any {
	t.Helper()
	application := wrote(t, server, aliceSyncs)
	operation := application["operation"].(map[string]any)
	operation["info"] = slices.DeleteFunc(operation["info"].([]any), func(each any) bool {
		return each.(map[string]any)["name"] != entry
	})
	return application
}

// garbled is alice's sync with one entry of what admission writes down that is no text.
func garbled(t testing.TB, entry string) map[string]any {
	t.Helper()
	application := wrote(t, server, aliceSyncs)
	for _, each := range application["operation"].(map[string]any)["info"].([]any) {
		if fields := each.(map[string]any); fields["name"] == entry {
			fields["value"] = int64(1)
		}
	}
	return application
}

// over carol's sync, in a phase, alice's is written.
func over(t testing.TB, phase string) map[string]any {
	t.Helper()
	application := wrote(t, server, aliceSyncs)
	application["status"] = map[string]any{"operationState": map[string]any{
		"phase": phase, "operation": wrote(t, carol, `{sync: {revision: def}}`)["operation"],
	}}
	return application
}

// takenBack has no operation any more.
func takenBack(application map[string]any) map[string]any {
	delete(application, "operation")
	return application
}

const aliceSyncs = `{initiatedBy: {username: alice@example.com}, sync: {revision: abc}}`

func TestStampAndBegan(t *testing.T) {
	t.Parallel()
	alice := v1alpha1.UserReference{Username: "alice@example.com"}
	cases := map[string]struct {
		reason      string
		application map[string]any
		want        Initiator
	}{
		"ArgoCD": {
			"the API server of Argo CD knows who asked it", wrote(t, server, aliceSyncs),
			Initiator{alice, v1alpha1.RequesterArgoCD},
		},
		"Promoter": {
			"so does who is listed", wrote(t, promoter, aliceSyncs), Initiator{alice, v1alpha1.RequesterArgoCD},
		},
		"Automated": {
			"nobody began it", wrote(t, trust.Controller(), `{initiatedBy: {automated: true}}`), Initiator{},
		},
		"AutomatedInAName": {
			"nobody began it, whatever the name", wrote(t, server, `{initiatedBy: {automated: true, username: a}}`), Initiator{},
		},
		"Controller": {
			"it applies what a repository says", wrote(t, trust.Controller(), aliceSyncs), Initiator{},
		},
		"Generator": {
			"it copies what a template says",
			wrote(t, "system:serviceaccount:argocd:argocd-applicationset-controller", aliceSyncs), Initiator{},
		},
		"Namesake": {
			"it is no account of Argo CD's", wrote(t, "system:serviceaccount:team:argocd-server", aliceSyncs),
			Initiator{v1alpha1.UserReference{
				Username: "system:serviceaccount:team:argocd-server", UID: "uid of system:serviceaccount:team:argocd-server",
			}, ""},
		},
		"Carol": {
			"who writes the operation in alice's name began it", wrote(t, carol, aliceSyncs),
			Initiator{v1alpha1.UserReference{Username: carol, UID: "uid of " + carol}, ""},
		},
		"CarolAsArgoCD": {
			"also as if Argo CD had", wrote(t, carol, `{initiatedBy: {automated: true}}`),
			Initiator{v1alpha1.UserReference{Username: carol, UID: "uid of " + carol}, ""},
		},
		"Unseen": {
			"nobody saw who wrote it", shop(t, aliceSyncs), Initiator{alice, v1alpha1.RequesterClaimed},
		},
		"StampedTwice": {
			"one of the two is forged",
			shop(t, `{initiatedBy: {username: alice@example.com}, info: [
				{name: countersign.dev/written-by, value: "`+server+`"}, {name: countersign.dev/written-by, value: x}]}`),
			Initiator{alice, v1alpha1.RequesterClaimed},
		},
		"Noted": {
			"what others note says nothing of who wrote it",
			wrote(t, server, `{initiatedBy: {username: alice@example.com}, info: [
				{name: reason, value: a}, {name: reason, value: b}, {name: reason}]}`),
			Initiator{alice, v1alpha1.RequesterArgoCD},
		},
		"StampedForAlone": {
			"it says for what it was written, and not by whom", forged(t, writtenFor),
			Initiator{alice, v1alpha1.RequesterClaimed},
		},
		"StampedGarbled": {
			"a part of it is forged", garbled(t, writtenByUID), Initiator{alice, v1alpha1.RequesterClaimed},
		},
		"Unreadable": {
			"nobody can tell what it deploys",
			read(t, `{spec: 1, operation: {initiatedBy: {username: alice@example.com}, info: [
				{name: countersign.dev/written-by, value: "`+server+`"}]}}`),
			Initiator{alice, v1alpha1.RequesterClaimed},
		},
		"AutomatedGarbled": {
			"nobody can tell whether Argo CD began it", wrote(t, server, `{initiatedBy: {automated: "no", username: a}}`),
			Initiator{},
		},
		"Under": {
			"what runs is carol's, and alice's was written over it", over(t, "Running"),
			Initiator{v1alpha1.UserReference{Username: carol, UID: "uid of " + carol}, ""},
		},
		"UnderEnding": {
			"it is being ended", over(t, "Terminating"),
			Initiator{v1alpha1.UserReference{Username: carol, UID: "uid of " + carol}, ""},
		},
		"UnderUnknown": {
			"what is not over runs, whatever it is called", over(t, "Waiting"),
			Initiator{v1alpha1.UserReference{Username: carol, UID: "uid of " + carol}, ""},
		},
		"After":     {"that was carol's, and is over", over(t, "Failed"), Initiator{alice, v1alpha1.RequesterArgoCD}},
		"AfterAll":  {"also where it could not begin", over(t, "Error"), Initiator{alice, v1alpha1.RequesterArgoCD}},
		"TakenBack": {"that is carol's, and nobody orders it any more", takenBack(over(t, "Running")), Initiator{}},
		"Idle":      {"it is not being synced", shop(t, ""), Initiator{}},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if diff := cmp.Diff(tc.want, trust.Began(tc.application)); diff != "" {
				t.Errorf("%s (-want +got):\n%s", tc.reason, diff)
			}
		})
	}
}

// TestBeganForOtherSources: what somebody syncs is what the Application deployed when they did.
func TestBeganForOtherSources(t *testing.T) {
	t.Parallel()
	for writer, want := range map[string]Initiator{
		server: {v1alpha1.UserReference{Username: "alice@example.com"}, v1alpha1.RequesterClaimed},
		carol:  {v1alpha1.UserReference{Username: carol, UID: "uid of " + carol}, v1alpha1.RequesterClaimed},
	} {
		application := wrote(t, writer, aliceSyncs)
		application["spec"] = read(t, `{project: shop, source: {repoURL: "https://git.example.com/carols", path: .}}`)
		if diff := cmp.Diff(want, trust.Began(application)); diff != "" {
			t.Errorf("%s (-want +got):\n%s", writer, diff)
		}
		application = wrote(t, writer, aliceSyncs)
		application["spec"].(map[string]any)["syncPolicy"] = map[string]any{"automated": map[string]any{}}
		if got := trust.Began(application); got.Evidence == v1alpha1.RequesterClaimed {
			t.Errorf("%s: how it is synced says nothing of what", writer)
		}
	}
}

// TestStampStays: Argo CD writes whole Applications, and anybody can have it do so.
func TestStampStays(t *testing.T) {
	t.Parallel()
	by := func(username string) v1alpha1.UserReference { return v1alpha1.UserReference{Username: username} }
	for name, tc := range map[string]struct {
		reason       string
		before       map[string]any
		writer, want string
		order        string // as it was, where nothing is said
	}{
		"ArgoCDWritesCarols": {"it is carol's still", wrote(t, carol, aliceSyncs), server, carol, ""},
		"ArgoCDChangesCarols": {
			"it is another", wrote(t, carol, aliceSyncs), server, server,
			`{initiatedBy: {username: alice@example.com}, sync: {revision: evil}}`,
		},
		"ControllerNamesAnother": {
			"a repository says so", wrote(t, server, aliceSyncs), trust.Controller(), trust.Controller(),
			`{initiatedBy: {username: carol}, sync: {revision: abc}}`,
		},
		"CarolWritesAlices":  {"it is carol's now", wrote(t, server, aliceSyncs), carol, carol, ""},
		"ArgoCDWritesNew":    {"there was none", shop(t, ""), server, server, ""},
		"ArgoCDWritesUnseen": {"nobody saw who wrote it", shop(t, aliceSyncs), server, "", ""},
		"PromoterWrites":     {"it writes operations of its own", wrote(t, carol, aliceSyncs), promoter, promoter, ""},
	} {
		application := shop(t, stdcmp.Or(tc.order, aliceSyncs))
		info := []any{map[string]any{"name": "reason", "value": "release day"}}
		if err := unstructured.SetNestedSlice(application, info, "operation", "info"); err != nil {
			t.Fatal(err)
		}
		if err := trust.Stamp(application, tc.before, by(tc.writer)); err != nil {
			t.Fatal(err)
		}
		operation := application["operation"].(map[string]any)
		if got := stampOn(operation).username; got != tc.want {
			t.Errorf("%s: %s: written by %q, want %q", name, tc.reason, got, tc.want)
		}
		if first := operation["info"].([]any)[0].(map[string]any); first["name"] != "reason" {
			t.Errorf("%s: what others noted is gone: %v", name, operation["info"])
		}
	}
}

// TestStampOfSomebodyElse: what says that another wrote it stays as it is, and is refused.
func TestStampOfSomebodyElse(t *testing.T) {
	t.Parallel()
	const forged = `{info: [{name: countersign.dev/written-by, value: "` + server + `"}]}`
	application := shop(t, forged)
	if err := trust.Stamp(application, nil, v1alpha1.UserReference{Username: carol}); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(shop(t, forged), application); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

// TestStampOfOneself: what somebody says of themselves is written anew, with all of it.
func TestStampOfOneself(t *testing.T) {
	t.Parallel()
	application := shop(t, `{info: [{name: countersign.dev/written-by, value: `+carol+`},
		{name: countersign.dev/written-by-uid, value: x}, {name: countersign.dev/written-for, value: x}]}`)
	if err := trust.Stamp(application, nil, v1alpha1.UserReference{Username: carol}); err != nil {
		t.Fatal(err)
	}
	sources, err := digestOfSources(application)
	if err != nil {
		t.Fatal(err)
	}
	want := []any{
		map[string]any{"name": writtenBy, "value": carol}, map[string]any{"name": writtenFor, "value": sources},
	}
	if diff := cmp.Diff(want, application["operation"].(map[string]any)["info"]); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

// TestStampGarbage: what cannot be read is left to the API server, and an Application without an operation is as it
// was.
func TestStampGarbage(t *testing.T) {
	t.Parallel()
	for _, garbage := range []string{`{operation: 1}`, `{operation: {info: 1}}`, `{operation: {}, spec: 1}`} {
		if err := trust.Stamp(read(t, garbage), nil, v1alpha1.UserReference{Username: carol}); err == nil {
			t.Errorf("%s: want an error", garbage)
		}
	}
	application := shop(t, "")
	if err := trust.Stamp(application, nil, v1alpha1.UserReference{Username: carol}); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(shop(t, ""), application); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

// TestStampEmpty : an operation that orders nothing is somebody's as well.
func TestStampEmpty(t *testing.T) {
	t.Parallel()
	application := shop(t, `{info: []}`)
	if err := trust.Stamp(application, shop(t, ""), v1alpha1.UserReference{Username: server}); err != nil {
		t.Fatal(err)
	}
	if by := stampOn(application["operation"].(map[string]any)).username; by != server {
		t.Errorf("it was written by %q", by)
	}
}
