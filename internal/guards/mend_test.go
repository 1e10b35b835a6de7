// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

package guards_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"sigs.k8s.io/yaml"

	"github.com/countersign-dev/countersign/internal/guards"
)

const (
	wantedPolicy = `
apiVersion: admissionregistration.k8s.io/v1
kind: ValidatingAdmissionPolicy
metadata: {name: countersign-a, labels: {app.kubernetes.io/name: countersign}}
spec:
  failurePolicy: Fail
  matchConditions: [{name: ours, expression: "true"}]
  validations: [{expression: "false"}]
`
	wantedGate = `
apiVersion: admissionregistration.k8s.io/v1
kind: ValidatingWebhookConfiguration
metadata: {name: countersign-gate, labels: {app.kubernetes.io/name: countersign}}
webhooks:
- name: pods
  clientConfig: {url: "https://127.0.0.1:1/gate"}
  failurePolicy: Fail
  timeoutSeconds: 5
- name: jobs
  clientConfig: {url: "https://127.0.0.1:1/gate"}
  failurePolicy: Fail
`
	// wantedEntries are for another reconciler to judge.
	wantedEntries = `
apiVersion: admissionregistration.k8s.io/v1
kind: ValidatingWebhookConfiguration
metadata: {name: countersign-gate-policies, labels: {app.kubernetes.io/name: countersign}}
`
)

// TestMend: what of a stored guard is not as it should be, and what becomes of it.
func TestMend(t *testing.T) {
	for name, test := range map[string]struct {
		reason, want string
		// stored is merged into what is wanted.
		stored string
		wrong  []string
		// mended is merged into what is wanted; empty where it becomes just that.
		mended string
	}{
		"Same": {reason: "nothing is wrong", want: wantedPolicy},
		"ServersOwn": {
			reason: "what the API server keeps is not ours", want: wantedPolicy,
			stored: `{metadata: {uid: x, resourceVersion: "7", generation: 2}, status: {observedGeneration: 2}}`,
			mended: `{metadata: {uid: x, resourceVersion: "7", generation: 2}, status: {observedGeneration: 2}}`,
		},
		"FailsOpen": {
			reason: "what it cannot judge it would let through", want: wantedPolicy,
			stored: `{spec: {failurePolicy: Ignore}}`, wrong: []string{"spec.failurePolicy"},
		},
		"Several": {
			reason: "all of it is named, in order", want: wantedPolicy,
			stored: `{spec: {validations: null, matchConditions: [{name: ours, expression: "false"}]}}`,
			wrong:  []string{"spec.matchConditions", "spec.validations"},
		},
		"FieldAdded": {
			reason: "it may say less with it", want: wantedPolicy,
			stored: `{spec: {matchConstraints: {excludeResourceRules: []}}}`, wrong: []string{"spec.matchConstraints"},
		},
		"Emptied": {reason: "it says nothing", want: wantedPolicy, stored: `{spec: null}`,
			wrong: []string{"spec.failurePolicy", "spec.matchConditions", "spec.validations"}},
		"Unlabelled": {
			reason: "the operator would not see it", want: wantedPolicy,
			stored: `{metadata: {labels: null}}`, wrong: []string{"metadata.labels"},
		},
		"OthersLabels": {
			reason: "labels and annotations of others are theirs", want: wantedPolicy,
			stored: `{metadata: {labels: {team: a}, annotations: {b: c}}}`,
			mended: `{metadata: {labels: {team: a}, annotations: {b: c}}}`,
		},
		"OthersLabelsStay": {
			reason: "also where something else is wrong", want: wantedPolicy,
			stored: `{metadata: {labels: {app.kubernetes.io/name: x, team: a}}}`, wrong: []string{"metadata.labels"},
			mended: `{metadata: {labels: {team: a}}}`,
		},
		"Injected": {
			reason: "whoever issues certificates writes the authority", want: wantedGate,
			stored: `{webhooks: [{name: pods, failurePolicy: Fail, timeoutSeconds: 5,
				clientConfig: {url: "https://127.0.0.1:1/gate", caBundle: YQ==}},
				{name: jobs, failurePolicy: Fail, clientConfig: {url: "https://127.0.0.1:1/gate", caBundle: Yg==}}]}`,
			mended: `{webhooks: [{name: pods, failurePolicy: Fail, timeoutSeconds: 5,
				clientConfig: {url: "https://127.0.0.1:1/gate", caBundle: YQ==}},
				{name: jobs, failurePolicy: Fail, clientConfig: {url: "https://127.0.0.1:1/gate", caBundle: Yg==}}]}`,
		},
		"Elsewhere": {
			reason: "somebody else would answer; the authority stays", want: wantedGate,
			stored: `{webhooks: [{name: pods, failurePolicy: Fail, timeoutSeconds: 5,
				clientConfig: {url: "https://evil.example.com", caBundle: YQ==}},
				{name: jobs, failurePolicy: Fail, clientConfig: {url: "https://127.0.0.1:1/gate"}}]}`,
			wrong: []string{"webhooks.pods"},
			mended: `{webhooks: [{name: pods, failurePolicy: Fail, timeoutSeconds: 5,
				clientConfig: {url: "https://127.0.0.1:1/gate", caBundle: YQ==}},
				{name: jobs, failurePolicy: Fail, clientConfig: {url: "https://127.0.0.1:1/gate"}}]}`,
		},
		"Service": {
			reason: "so it would by a Service", want: wantedGate,
			stored: `{webhooks: [{name: pods, failurePolicy: Fail, timeoutSeconds: 5,
				clientConfig: {service: {namespace: a, name: b}}},
				{name: jobs, failurePolicy: Fail, clientConfig: {url: "https://127.0.0.1:1/gate"}}]}`,
			wrong: []string{"webhooks.pods"},
		},
		"OneGone": {
			reason: "nobody would be asked about it", want: wantedGate,
			stored: `{webhooks: [{name: jobs, failurePolicy: Fail, clientConfig: {url: "https://127.0.0.1:1/gate"}}]}`,
			wrong:  []string{"webhooks.pods"},
		},
		"AllGone": {reason: "about nothing", want: wantedGate, stored: `{webhooks: null}`,
			wrong: []string{"webhooks.jobs", "webhooks.pods"}},
		"OneMore": {
			reason: "it could refuse everything", want: wantedGate,
			stored: `{webhooks: [{name: pods, failurePolicy: Fail, timeoutSeconds: 5,
				clientConfig: {url: "https://127.0.0.1:1/gate"}},
				{name: jobs, failurePolicy: Fail, clientConfig: {url: "https://127.0.0.1:1/gate"}}, {name: more}]}`,
			wrong: []string{"webhooks.more"},
		},
		"Entries": {
			reason: "what policies gate is for another to judge", want: wantedEntries,
			stored: `{webhooks: [{name: pods, failurePolicy: Ignore}]}`,
			mended: `{webhooks: [{name: pods, failurePolicy: Ignore}]}`,
		},
		"EntriesUnlabelled": {
			reason: "but not its labels", want: wantedEntries,
			stored: `{metadata: {labels: null}, webhooks: [{name: pods}]}`, wrong: []string{"metadata.labels"},
			mended: `{webhooks: [{name: pods}]}`,
		},
	} {
		t.Run(name, func(t *testing.T) {
			want, stored := object(t, test.want, ""), object(t, test.want, test.stored)
			before, asked := stored.DeepCopy(), want.DeepCopy()
			if diff := cmp.Diff(test.wrong, guards.Differs(want, stored)); diff != "" {
				t.Errorf("%s: -want, +wrong:\n%s", test.reason, diff)
			}
			mended := guards.Mend(want, stored)
			if diff := cmp.Diff(object(t, test.want, test.mended), mended); diff != "" {
				t.Errorf("%s: -want, +mended:\n%s", test.reason, diff)
			}
			if wrong := guards.Differs(want, mended); wrong != nil {
				t.Errorf("%s: it is mended, and still wrong: %v", test.reason, wrong)
			}
			if diff := cmp.Diff([]any{asked, before}, []any{want, stored}); diff != "" {
				t.Errorf("%s: what was asked about is changed:\n%s", test.reason, diff)
			}
		})
	}
}

// object is YAML, with more merged into it as a merge patch is.
func object(t *testing.T, text, more string) *unstructured.Unstructured {
	t.Helper()
	base, patch := map[string]any{}, map[string]any{}
	for from, to := range map[string]*map[string]any{text: &base, more: &patch} {
		if err := yaml.Unmarshal([]byte(from), to); err != nil {
			t.Fatal(err)
		}
	}
	return &unstructured.Unstructured{Object: merged(base, patch)}
}

func merged(base, patch map[string]any) map[string]any {
	for key, value := range patch {
		child, is := value.(map[string]any)
		there, has := base[key].(map[string]any)
		switch {
		case value == nil:
			delete(base, key)
		case is && has:
			base[key] = merged(there, child)
		default:
			base[key] = value
		}
	}
	return base
}
