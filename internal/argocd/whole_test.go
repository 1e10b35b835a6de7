// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

package argocd

import (
	"testing"

	"github.com/google/go-cmp/cmp"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
)

const runs = `{phase: Running, startedAt: "2026-03-02T12:00:00Z", operation: {sync: {revision: abc}},
	syncResult: {revision: abc}}`

func TestWhole(t *testing.T) {
	t.Parallel()
	const sync = "2026-03-02T12:00:00Z abc"
	cases := map[string]struct {
		reason  string
		state   string
		change  string
		running bool
		want    Rest
	}{
		"Runs":  {"a hook of it is applied", runs, "{}", true, Rest{Sync: sync, Revisions: []string{"abc"}}},
		"Over":  {"somebody ended it", runs, "{phase: Failed}", false, Rest{}},
		"None":  {"there never was one", "", "{}", false, Rest{}},
		"First": {"Argo CD has written nothing down yet", "", "{}", true, Rest{Later: true}},
		"Former": {
			"what is written down is of the sync before", runs, "{phase: Succeeded}", true, Rest{Later: true},
		},
		"Begins": {"Argo CD has not said yet of which revision", runs, "{syncResult: null}", true, Rest{Later: true}},
		"Local": {
			"nobody can render what somebody sent", runs, "{operation: {sync: {manifests: [x]}}}", true,
			Rest{Sync: sync, WhyNot: "it applies manifests that somebody sent with it"},
		},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got, err := Whole(application(t, tc.state, tc.change, tc.running))
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(tc.want, got); diff != "" {
				t.Errorf("%s (-want +got):\n%s", tc.reason, diff)
			}
		})
	}
}

func TestMadeAnew(t *testing.T) {
	t.Parallel()
	cases := map[string]struct {
		reason      string
		annotations map[string]string
		want        bool
	}{
		"Hook":    {"it is deleted before, where nothing else is said", map[string]string{hookAnnotation: "PreSync"}, true},
		"Several": {"it runs in another phase too", map[string]string{hookAnnotation: "PreSync, PostSync"}, true},
		"Before": {"as the page has it", map[string]string{
			hookAnnotation: "PreSync", deletePolicy: "BeforeHookCreation",
		}, true},
		"Helm":   {"to Argo CD it is the same", map[string]string{helmHookAnnotation: "pre-install,pre-upgrade"}, true},
		"Object": {"it is no hook", nil, false},
		"Sync":   {"other objects are applied with it", map[string]string{hookAnnotation: "Sync"}, false},
		"After":  {"the sync is over by then", map[string]string{hookAnnotation: "PostSync"}, false},
		"Skip":   {"Argo CD leaves it alone", map[string]string{hookAnnotation: "Skip"}, false},
		"Kept": {"it is as well as it was in the last sync", map[string]string{
			hookAnnotation: "PreSync", deletePolicy: "HookSucceeded",
		}, false},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			object := &unstructured.Unstructured{}
			object.SetAnnotations(tc.annotations)
			if got := MadeAnew(object); got != tc.want {
				t.Errorf("%s: got %t", tc.reason, got)
			}
		})
	}
}
