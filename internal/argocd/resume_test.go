// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

package argocd

import (
	"testing"

	"github.com/google/go-cmp/cmp"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"sigs.k8s.io/yaml"

	"github.com/countersign-dev/countersign/api/v1alpha1"
)

// failed is a sync that alice began, of which web was turned away.
const failed = `{
	operation: {initiatedBy: {username: alice}, retry: {limit: 2}, sync: {revision: main, prune: true}},
	phase: Failed,
	syncResult: {revision: abc, resources: [
		{kind: ConfigMap, namespace: live, name: settings, status: Synced, message: configured},
		{kind: Deployment, namespace: live, name: web, status: SyncFailed, message: "denied: web may not enter.\n` +
	`Request:  web-1, asked for by alice\nApprove:  kubectl countersign approve web-1 -n live"}]}}`

func TestResume(t *testing.T) {
	t.Parallel()
	again := func(revision string, info ...any) map[string]any {
		return map[string]any{
			"initiatedBy": map[string]any{"username": "alice"}, "retry": map[string]any{"limit": int64(2)},
			"sync": map[string]any{"revision": revision, "prune": true}, "info": info,
		}
	}
	note := map[string]any{"name": resumedInfo, "value": "web-1"}
	cases := map[string]struct {
		reason   string
		state    string
		change   string
		running  bool
		requests []v1alpha1.PromotionRequest
		want     Next
	}{
		"Approved": {
			reason: "as it was begun, of the commit that was approved", state: failed,
			requests: []v1alpha1.PromotionRequest{request("web-1", ready)},
			want:     Next{Operation: again("abc", note), Requests: []string{"web-1"}},
		},
		"Error": {
			reason: "a sync ends with either", state: failed, change: `{phase: Error}`,
			requests: []v1alpha1.PromotionRequest{request("web-1", ready)},
			want:     Next{Operation: again("abc", note), Requests: []string{"web-1"}},
		},
		"Noted": {
			reason: "what others noted stays", state: failed,
			change:   `{operation: {info: [{name: reason, value: release day}, {name: ` + resumedInfo + `, value: web-0}]}}`,
			requests: []v1alpha1.PromotionRequest{request("web-1", ready)},
			want: Next{
				Operation: again("abc", map[string]any{"name": "reason", "value": "release day"}, note),
				Requests:  []string{"web-1"},
			},
		},
		"Again": {
			reason: "it failed again for another cause, and would go on failing", state: failed,
			change:   `{operation: {info: [{name: ` + resumedInfo + `, value: web-1}]}}`,
			requests: []v1alpha1.PromotionRequest{request("web-1", ready)},
		},
		"Waiting": {
			reason: "one of two is not approved", state: failed,
			change: `{syncResult: {resources: [
				{namespace: live, status: SyncFailed, message: "Request: web-1,"},
				{namespace: live, status: SyncFailed, message: "Request: db-1,"}]}}`,
			requests: []v1alpha1.PromotionRequest{request("web-1", ready), request("db-1")},
		},
		"Both": {
			reason: "the whole release at once", state: failed,
			change: `{syncResult: {resources: [
				{namespace: live, status: SyncFailed, message: "Request: web-1,"},
				{namespace: live, status: SyncFailed, message: "Request: db-1,"}]}}`,
			requests: []v1alpha1.PromotionRequest{request("web-1", ready), request("db-1", ready)},
			want: Next{
				Operation: again("abc", map[string]any{"name": resumedInfo, "value": "db-1,web-1"}),
				Requests:  []string{"db-1", "web-1"},
			},
		},
		"AfterFailure": {
			reason: "what was to tell of the failure is not approved, and holds nothing up", state: failed,
			change: `{syncResult: {resources: [
				{namespace: live, status: SyncFailed, syncPhase: Sync, message: "Request: web-1,"},
				{namespace: live, status: SyncFailed, syncPhase: SyncFail, message: "Request: tell-1,"}]}}`,
			requests: []v1alpha1.PromotionRequest{request("web-1", ready), request("tell-1")},
			want:     Next{Operation: again("abc", note), Requests: []string{"web-1"}},
		},
		"Undeleted": {
			reason: "a hook that could not be deleted has no status", state: failed,
			change: `{syncResult: {resources: [
				{namespace: live, hookPhase: Error, syncPhase: PreSync, message: "failed to delete resource: Request: web-1,"}]}}`,
			requests: []v1alpha1.PromotionRequest{request("web-1", ready)},
			want:     Next{Operation: again("abc", note), Requests: []string{"web-1"}},
		},
		"Applied": {
			reason: "what was applied was not turned away, whatever it says", state: failed,
			change: `{syncResult: {resources: [
				{namespace: live, status: Synced, hookPhase: Failed, message: "Request: web-1,"}]}}`,
			requests: []v1alpha1.PromotionRequest{request("web-1", ready)},
		},
		"OfAnother": {
			reason: "an earlier request of the release that nobody looks at any more holds nothing up", state: failed,
			requests: []v1alpha1.PromotionRequest{request("web-0"), request("web-1", ready), request("web-11")},
			want:     Next{Operation: again("abc", note), Requests: []string{"web-1"}},
		},
		"Elsewhere": {
			reason: "a request of that name in another namespace", state: failed,
			requests: []v1alpha1.PromotionRequest{request("web-1", ready, in("test"))},
		},
		"Entered": {
			reason: "somebody has applied it", state: failed,
			requests: []v1alpha1.PromotionRequest{request("web-1", ready, admitted)},
		},
		"Synced": {
			reason: "nothing was turned away", state: failed, change: `{phase: Succeeded}`,
			requests: []v1alpha1.PromotionRequest{request("web-1", ready)},
		},
		"Running": {
			reason: "what it comes to has to be seen", state: failed, change: `{phase: Running}`, running: true,
			requests: []v1alpha1.PromotionRequest{request("web-1", ready)},
			want:     Next{Later: true},
		},
		"Begun": {
			reason: "another sync is asked for already", state: failed, running: true,
			requests: []v1alpha1.PromotionRequest{request("web-1", ready)},
			want:     Next{Later: true},
		},
		"First": {
			reason: "Argo CD has written nothing down yet", running: true,
			requests: []v1alpha1.PromotionRequest{request("web-1", ready)},
			want:     Next{Later: true},
		},
		"Unsaid": {
			reason: "nobody says which commit it was: as it was ordered", state: failed,
			change:   `{syncResult: {revision: null}}`,
			requests: []v1alpha1.PromotionRequest{request("web-1", ready)},
			want:     Next{Operation: again("main", note), Requests: []string{"web-1"}},
		},
		"AfterFailureOfRelease": {
			reason: "nor does it where it was asked for with the others", state: failed,
			change: `{syncResult: {resources: [
				{namespace: live, status: SyncFailed, syncPhase: Sync, message: "Request: web-1,"},
				{namespace: live, status: SyncFailed, syncPhase: SyncFail, message: "Request: tell-1,"}]}}`,
			requests: []v1alpha1.PromotionRequest{request("web-1", of("abc"), ready), request("tell-1", of("abc"))},
			want:     Next{Operation: again("abc", note), Requests: []string{"web-1"}},
		},
		"DryRun": {
			reason: "it was to change nothing", state: failed, change: `{operation: {sync: {dryRun: true}}}`,
			requests: []v1alpha1.PromotionRequest{request("web-1", ready)},
		},
		"NoSync": {
			reason: "there is nothing to run again", state: failed, change: `{operation: {sync: null}}`,
			requests: []v1alpha1.PromotionRequest{request("web-1", ready)},
		},
		"Never": {reason: "nobody has synced", requests: []v1alpha1.PromotionRequest{request("web-1", ready)}},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got, err := trust.Resume(application(t, tc.state, tc.change, tc.running), tc.requests)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(tc.want, got); diff != "" {
				t.Errorf("%s (-want +got):\n%s", tc.reason, diff)
			}
		})
	}
}

// TestResumeOfSources: each source of an Application with several stays where it was.
func TestResumeOfSources(t *testing.T) {
	t.Parallel()
	got, err := trust.Resume(application(t, failed, `{syncResult: {revision: null, revisions: [abc, def]}}`, false),
		[]v1alpha1.PromotionRequest{request("web-1", ready)})
	if err != nil {
		t.Fatal(err)
	}
	sync, ok := got.Operation["sync"].(map[string]any)
	if diff := cmp.Diff([]any{"abc", "def"}, sync["revisions"]); !ok || diff != "" {
		t.Errorf("revisions (-want +got):\n%s", diff)
	}
}

// TestResumeOfOtherSources: what somebody began to sync does not go on as something else.
func TestResumeOfOtherSources(t *testing.T) {
	t.Parallel()
	for revision, want := range map[string]bool{"main": true, "mallorys": false} {
		whole := wrote(t, server, aliceSyncs)
		begun := whole["operation"]
		delete(whole, "operation")
		state := read(t, failed)
		state["operation"] = begun
		whole["status"] = map[string]any{"operationState": state}
		if revision != "main" {
			whole["spec"].(map[string]any)["source"].(map[string]any)["targetRevision"] = revision
		}
		got, err := trust.Resume(whole, []v1alpha1.PromotionRequest{request("web-1", ready)})
		if err != nil || (got.Operation != nil) != want {
			t.Errorf("%s: goes on %v (%v), want %v", revision, got.Operation, err, want)
		}
		if want && stampOn(got.Operation).username != server {
			t.Error("nobody knows any more who wrote the operation")
		}
	}
}

// TestResumeOtherRevision: who began a sync is on record where it came to what was ordered; of another it is a claim.
func TestResumeOtherRevision(t *testing.T) {
	t.Parallel()
	for ordered, want := range map[string]string{"abc": server, "main": ""} {
		whole := wrote(t, server, `{initiatedBy: {username: alice}, sync: {revision: `+ordered+`}}`)
		state := read(t, failed)
		state["operation"] = whole["operation"]
		delete(whole, "operation")
		whole["status"] = map[string]any{"operationState": state}
		got, err := trust.Resume(whole, []v1alpha1.PromotionRequest{request("web-1", ready)})
		if by := stampOn(got.Operation).username; err != nil || got.Operation == nil || by != want {
			t.Errorf("%s: written by %q, want %q; %v", ordered, by, want, err)
		}
	}
	whole := wrote(t, carol, `{sync: {revision: main}}`)
	state := read(t, failed)
	state["operation"] = whole["operation"]
	delete(whole, "operation")
	whole["status"] = map[string]any{"operationState": state}
	got, err := trust.Resume(whole, []v1alpha1.PromotionRequest{request("web-1", ready)})
	if by := stampOn(got.Operation).username; err != nil || by != carol {
		t.Errorf("who ordered it themselves began it, whatever it came to: %q, %v", by, err)
	}
}

// TestResumeGarbage: anybody who may write an Application writes what they like into it.
func TestResumeGarbage(t *testing.T) {
	t.Parallel()
	requests := []v1alpha1.PromotionRequest{request("web-1", ready)}
	for _, garbage := range []string{`1`, `[]`, `{operation: 1}`, `{operation: {sync: 1}}`, `{operation: {info: 1}}`} {
		whole := application(t, failed, `{}`, false)
		if garbage[0] == '{' {
			whole = application(t, failed, garbage, false)
		} else {
			whole["status"] = map[string]any{"operationState": garbage}
		}
		if got, err := trust.Resume(whole, requests); err == nil || got.Operation != nil {
			t.Errorf("%s: want an error, got %v and %v", garbage, got, err)
		}
	}
}

// TestResumeNull: what says nothing is not run again.
func TestResumeNull(t *testing.T) {
	t.Parallel()
	requests := []v1alpha1.PromotionRequest{request("web-1", ready)}
	for name, operation := range map[string]any{
		"Operation": nil, "DryRun": map[string]any{"sync": map[string]any{"dryRun": nil}},
	} {
		whole := application(t, failed, `{}`, false)
		whole["status"].(map[string]any)["operationState"].(map[string]any)["operation"] = operation
		if got, err := trust.Resume(whole, requests); err == nil || got.Operation != nil {
			t.Errorf("%s: want an error, got %v and %v", name, got, err)
		}
	}
}

func application(t testing.TB, operationState, change string, running bool) map[string]any {
	t.Helper()
	status := map[string]any{}
	if operationState != "" {
		status["operationState"] = merged(read(t, operationState), read(t, change))
	}
	object := map[string]any{"status": status}
	if running {
		object["operation"] = map[string]any{}
	}
	return object
}

func read(t testing.TB, text string) map[string]any {
	t.Helper()
	var object map[string]any
	if err := yaml.Unmarshal([]byte(text), &object); err != nil {
		t.Fatal(err)
	}
	return integers(object)
}

// integers are what a client reads whole numbers as.
func integers(object map[string]any) map[string]any {
	for key, value := range object {
		switch value := value.(type) {
		case float64:
			object[key] = int64(value)
		case map[string]any:
			integers(value)
		}
	}
	return object
}

// merged is a merge patch applied.
func merged(object, change map[string]any) map[string]any {
	for key, value := range change {
		inner, isMap := value.(map[string]any)
		before, wasMap := object[key].(map[string]any)
		switch {
		case value == nil:
			delete(object, key)
		case isMap && wasMap:
			object[key] = merged(before, inner)
		default:
			object[key] = value
		}
	}
	return object
}

func request(name string, with ...func(*v1alpha1.PromotionRequest)) v1alpha1.PromotionRequest {
	r := v1alpha1.PromotionRequest{ObjectMeta: metav1.ObjectMeta{Namespace: "live", Name: name}}
	for _, change := range with {
		change(&r)
	}
	return r
}

func ready(r *v1alpha1.PromotionRequest) {
	r.Status.Conditions = []metav1.Condition{{Type: v1alpha1.ConditionReady, Status: metav1.ConditionTrue}}
}

func admitted(r *v1alpha1.PromotionRequest) { r.Status.Admission = &v1alpha1.Admission{} }

func in(namespace string) func(*v1alpha1.PromotionRequest) {
	return func(r *v1alpha1.PromotionRequest) { r.Namespace = namespace }
}
