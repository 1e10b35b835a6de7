// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

package argocd

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/countersign-dev/countersign/api/v1alpha1"
)

// of is a release's revision.
func of(revision string) func(*v1alpha1.PromotionRequest) {
	return func(r *v1alpha1.PromotionRequest) {
		r.Spec.Release = &v1alpha1.Release{Source: "ArgoCD", Name: "argocd/shop", Revision: revision}
	}
}

// opened at a second.
func opened(second int64) func(*v1alpha1.PromotionRequest) {
	return func(r *v1alpha1.PromotionRequest) { r.CreationTimestamp = metav1.NewTime(time.Unix(second, 0)) }
}

// lapsed is what nothing can enter by any more.
func lapsed(r *v1alpha1.PromotionRequest) {
	r.Status.Conditions = append(r.Status.Conditions, metav1.Condition{
		Type: v1alpha1.ConditionStalled, Status: metav1.ConditionTrue, Reason: v1alpha1.ReasonLapsed,
	})
}

func TestResumeWhole(t *testing.T) {
	t.Parallel()
	cases := map[string]struct {
		reason string
		others []v1alpha1.PromotionRequest
		want   []string
	}{
		"Alone": {"nothing else was asked for", nil, []string{"web-1"}},
		"Ahead": {"a later wave is not approved yet",
			[]v1alpha1.PromotionRequest{request("db-1", of("abc"))}, nil},
		"Approved": {"all of it is",
			[]v1alpha1.PromotionRequest{request("db-1", of("abc"), ready)}, []string{"db-1", "web-1"}},
		"Former": {"of a commit that is not synced",
			[]v1alpha1.PromotionRequest{request("db-1", of("old"))}, []string{"web-1"}},
		"Lapsed": {"nobody can approve it",
			[]v1alpha1.PromotionRequest{request("db-1", of("abc"), lapsed)}, []string{"web-1"}},
		"Unnamed": {"it says of no revision", []v1alpha1.PromotionRequest{request("db-1")}, []string{"web-1"}},
		"Another": {"it may be of any", []v1alpha1.PromotionRequest{request("db-1", of(""))}, []string{"web-1"}},
		"In": {"it is let in",
			[]v1alpha1.PromotionRequest{request("db-1", of("abc"), admitted)}, []string{"web-1"}},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			next, err := trust.Resume(application(t, failed, "", false),
				append(tc.others, request("web-1", of("abc"), ready)))
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(tc.want, next.Requests); diff != "" {
				t.Errorf("%s (-want +got):\n%s", tc.reason, diff)
			}
		})
	}
}

func TestRestOf(t *testing.T) {
	t.Parallel()
	web := request("web-1")
	cases := map[string]struct {
		reason   string
		state    string
		change   string
		running  bool
		requests []v1alpha1.PromotionRequest
		want     Rest
	}{
		"TurnedAway": {
			reason: "the sync ended", state: failed, change: `{startedAt: noon}`,
			requests: []v1alpha1.PromotionRequest{web},
			want:     Rest{Sync: "noon abc", First: web, Revisions: []string{"abc"}},
		},
		"Trying": {
			reason: "Argo CD is to try again", state: failed, change: `{startedAt: noon, phase: Running}`, running: true,
			requests: []v1alpha1.PromotionRequest{web},
			want:     Rest{Sync: "noon abc", First: web, Revisions: []string{"abc"}},
		},
		"First": {
			reason: "whose request was opened first", state: failed,
			change: `{startedAt: noon, syncResult: {resources: [
				{namespace: live, status: SyncFailed, message: "Request: web-2,"},
				{namespace: live, status: SyncFailed, message: "Request: web-1,"}]}}`,
			requests: []v1alpha1.PromotionRequest{request("web-2", opened(2)), request("web-1", opened(1))},
			want:     Rest{Sync: "noon abc", First: request("web-1", opened(1)), Revisions: []string{"abc"}},
		},
		"Elsewhere": {
			reason: "it is of that name in another namespace", state: failed,
			requests: []v1alpha1.PromotionRequest{request("web-1", in("test"))},
		},
		"Running": {
			reason: "nothing was turned away yet", state: `{phase: Running}`, running: true,
			requests: []v1alpha1.PromotionRequest{web}, want: Rest{Later: true},
		},
		"Begun": {
			reason: "none has run", running: true, requests: []v1alpha1.PromotionRequest{web}, want: Rest{Later: true},
		},
		"Never":   {reason: "nobody has synced", requests: []v1alpha1.PromotionRequest{web}},
		"LetIn":   {reason: "it is in", state: failed, requests: []v1alpha1.PromotionRequest{request("web-1", admitted)}},
		"Unasked": {reason: "it is not of this sync", state: failed, requests: []v1alpha1.PromotionRequest{request("db-1")}},
		"Sent": {
			reason: "nobody renders that", state: failed,
			change:   `{startedAt: noon, operation: {sync: {manifests: ["{}"]}}}`,
			requests: []v1alpha1.PromotionRequest{web},
			want:     Rest{Sync: "noon abc", First: web, WhyNot: "it applies manifests that somebody sent with it"},
		},
		"Unknown": {
			reason: "it has come to nothing", state: failed, change: `{startedAt: noon, syncResult: {revision: null}}`,
			requests: []v1alpha1.PromotionRequest{web},
			want:     Rest{Sync: "noon ", First: web, WhyNot: "it does not say which revision it applies"},
		},
		"Rollback": {
			reason: "the server renders what the spec names", state: failed,
			change:   `{startedAt: noon, operation: {sync: {source: {repoURL: other}}}}`,
			requests: []v1alpha1.PromotionRequest{web},
			want:     Rest{Sync: "noon abc", First: web, WhyNot: "it applies another source than the Application names"},
		},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got, err := RestOf(application(t, tc.state, tc.change, tc.running), tc.requests)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(tc.want, got); diff != "" {
				t.Errorf("%s (-want +got):\n%s", tc.reason, diff)
			}
		})
	}
}

// TestRendered: the server renders the sources of the spec, and of a hydrated Application the dry one.
func TestRendered(t *testing.T) {
	t.Parallel()
	const another = "it applies another source than the Application names"
	const spec = `{spec: {source: {repoURL: shop, path: web, targetRevision: main, directory: {recurse: true}}},
		status: {operationState: {syncResult: {revision: abc}, operation: {sync: {source: `
	cases := map[string]struct {
		reason, application string
		want                []string
		why                 string
	}{
		"Same": {"Argo CD writes it down anew", spec + `{repoURL: shop, path: web, targetRevision: v2,
			directory: {recurse: true, jsonnet: {}}}}}}}}`, []string{"abc"}, ""},
		"Meaningless": {"it leaves out what says nothing", spec + `{repoURL: shop, path: web, chart: "",
			directory: {recurse: true, exclude: ""}, kustomize: {images: [], forceCommonLabels: false}}}}}}}`,
			[]string{"abc"}, ""},
		"PathAlone": {"something else", spec + `{repoURL: shop, path: db, directory: {recurse: true}}}}}}}`, nil, another},
		"Bool":      {"something else", spec + `{repoURL: shop, path: web, directory: {recurse: false}}}}}}}`, nil, another},
		"List": {"something else", spec + `{repoURL: shop, path: web, directory: {recurse: true},
			helm: {valueFiles: [live.yaml]}}}}}}}`, nil, another},
		"OneOfSeveral": {"something else", `{spec: {sources: [{repoURL: shop}, {chart: web}]},
			status: {operationState: {syncResult: {revisions: [abc, "1.2"]},
				operation: {sync: {sources: [{repoURL: shop}, {chart: db}]}}}}}`, nil, another},
		"Sourceless": {"the Application names none", `{spec: {}, status: {operationState: {syncResult: {revision: abc},
			operation: {sync: {source: {targetRevision: main}}}}}}`, nil, another},
		"NotHydrated": {"nothing is no hydrator", `{spec: {sourceHydrator: null},
			status: {operationState: {syncResult: {revision: abc}}}}`, []string{"abc"}, ""},
		"HydratedOfNothing": {"nobody says of what", `{spec: {sourceHydrator: {}}, status: {sourceHydrator: {
			currentOperation: {drySHA: "", hydratedSHA: abc}}, operationState: {syncResult: {revision: abc}}}}`, nil,
			"nobody says which revision abc was hydrated from"},
		"Path": {"something else", spec + `{repoURL: shop, path: db}}}}}}`, nil,
			"it applies another source than the Application names"},
		"Several": {"each has its revision", `{spec: {sources: [{repoURL: shop, targetRevision: main}, {chart: web}]},
			status: {operationState: {syncResult: {revisions: [abc, "1.2"]},
				operation: {sync: {sources: [{repoURL: shop}, {chart: web}]}}}}}`, []string{"abc", "1.2"}, ""},
		"Fewer": {"one was added since", `{spec: {sources: [{repoURL: shop}, {chart: web}]},
			status: {operationState: {syncResult: {revisions: [abc]}, operation: {sync: {sources: [{repoURL: shop}]}}}}}`,
			nil, "it applies another source than the Application names"},
		"Unsaid": {"who orders a sync need not name any", `{spec: {sources: [{repoURL: shop}]},
			status: {operationState: {syncResult: {revisions: [abc]}}}}`, []string{"abc"}, ""},
		"Hydrated": {"what it was made of", `{spec: {sourceHydrator: {}}, status: {sourceHydrator: {
			lastSuccessfulOperation: {drySHA: dry, hydratedSHA: abc}}, operationState: {syncResult: {revision: abc}}}}`,
			[]string{"dry"}, ""},
		"Hydrating": {"the next is being made", `{spec: {sourceHydrator: {}}, status: {sourceHydrator: {
			currentOperation: {drySHA: next}, lastSuccessfulOperation: {drySHA: dry, hydratedSHA: abc}},
			operationState: {syncResult: {revision: abc}}}}`, []string{"dry"}, ""},
		"Older": {"nobody knows of that any more", `{spec: {sourceHydrator: {}},
			status: {operationState: {syncResult: {revision: abc}}}}`, nil,
			"nobody says which revision abc was hydrated from"},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			application := read(t, tc.application)
			state, err := planOf(application)
			if err != nil {
				t.Fatal(err)
			}
			got, why := state.Status.OperationState.rendered(application)
			if diff := cmp.Diff(read(t, tc.application), application); diff != "" {
				t.Errorf("to read it changed it (-want +got):\n%s", diff)
			}
			if diff := cmp.Diff(tc.want, got); diff != "" || why != tc.why {
				t.Errorf("%s: it says %q (-want +got):\n%s", tc.reason, why, diff)
			}
		})
	}
}

// TestRestGarbage: anybody who may write an Application writes what they like into it.
func TestRestGarbage(t *testing.T) {
	t.Parallel()
	for _, garbage := range []string{
		`{operation: {}, status: 1}`, `{operation: {}, status: {operationState: 1}}`,
		`{operation: {}, status: {operationState: {phase: 1}}}`,
	} {
		if got, err := RestOf(read(t, garbage), nil); err == nil {
			t.Errorf("%s: want an error, got %v", garbage, got)
		}
		if got, err := Whole(read(t, garbage)); err == nil {
			t.Errorf("%s: want an error, got %v", garbage, got)
		}
	}
}
