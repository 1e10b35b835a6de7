// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

package gates_test

import (
	"math/rand/v2"
	"reflect"
	"testing"

	admissionregistrationv1 "k8s.io/api/admissionregistration/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/apiserver/pkg/admission"
	plugin "k8s.io/apiserver/pkg/admission/plugin/cel"
	"k8s.io/apiserver/pkg/admission/plugin/webhook"
	"k8s.io/apiserver/pkg/authentication/user"
	"k8s.io/apiserver/pkg/cel/environment"

	"github.com/countersign-dev/countersign/internal/workload"
)

var compiler = plugin.NewConditionCompiler(environment.MustBaseEnvSet(environment.DefaultCompatibilityVersion()))

// conditions of an entry, to be compiled once.
func conditions(entry admissionregistrationv1.ValidatingWebhook) webhook.WebhookAccessor {
	return webhook.NewValidatingWebhookAccessor("", "", &entry)
}

// asked tells whether an API server asks, by the conditions of an entry, about what alice does.
func asked(
	t *testing.T, entry webhook.WebhookAccessor, operation admission.Operation, before, after map[string]any,
) bool {
	t.Helper()
	kind := schema.GroupVersionKind{Group: "argoproj.io", Version: "v1", Kind: "Rollout"}
	of := func(content map[string]any) runtime.Object {
		if content == nil {
			return nil
		}
		object := &unstructured.Unstructured{Object: runtime.DeepCopyJSON(content)}
		object.SetGroupVersionKind(kind)
		return object
	}
	attributes := admission.NewAttributesRecord(of(after), of(before), kind, "shop", "web",
		schema.GroupVersionResource{Group: "argoproj.io", Version: "v1", Resource: "rollouts"}, "", operation, nil, false,
		&user.DefaultInfo{Name: "alice@example.com"})
	versioned := &admission.VersionedAttributes{Attributes: attributes, VersionedKind: kind}
	versioned.VersionedObject.Set(of(after))
	versioned.VersionedOldObject.Set(of(before))
	result := entry.GetCompiledMatcher(compiler).Match(t.Context(), versioned, nil, nil)
	if result.Error != nil {
		t.Fatalf("%v to %v: %v", before, after, result.Error)
	}
	return result.Matches
}

// TestNothingIsLeftOut: what API servers do not ask about changes no content and starts nothing, whatever the object
// looks like; and what is free never leaves them.
func TestNothingIsLeftOut(t *testing.T) {
	entry := conditions(webhooks(t, rollouts("shop"))[0])
	random := rand.New(rand.NewPCG(3, 4))
	resource := schema.GroupResource{Group: "argoproj.io", Resource: "rollouts"}
	content := func(object map[string]any) map[string]any {
		content, err := workload.Content(resource, object)
		if err != nil {
			t.Fatal(err)
		}
		return content
	}
	for range 5000 {
		before, after := anObject(random), anObject(random)
		if random.IntN(2) == 0 {
			after = runtime.DeepCopyJSON(before)
			after[[]string{"status", "extra"}[random.IntN(2)]] = "other"
		}
		differs := !reflect.DeepEqual(content(before), content(after))
		starts := workload.Replicas(before) == 0 && workload.Replicas(after) != 0
		if !asked(t, entry, admission.Update, before, after) && (differs || starts) {
			t.Fatalf("%v to %v: nobody is asked", before, after)
		}
	}
}

// anObject has a few fields, in all of which it may differ from the next.
func anObject(random *rand.Rand) map[string]any {
	maybe := func(in map[string]any, key string, values ...any) {
		if i := random.IntN(len(values) + 1); i < len(values) {
			in[key] = values[i]
		}
	}
	metadata, spec, annotations := map[string]any{"name": "web"}, map[string]any{}, map[string]any{}
	object := map[string]any{"metadata": metadata}
	maybe(annotations, "kubectl.kubernetes.io/last-applied-configuration", "a", "b")
	maybe(annotations, "example.com/order", "a", "b")
	maybe(metadata, "annotations", annotations)
	maybe(metadata, "labels", map[string]any{"a": "b"})
	maybe(metadata, "ownerReferences", []any{map[string]any{"name": "a"}}, []any{})
	maybe(spec, "replicas", int64(0), int64(1), int64(3), "many", 1.5, nil)
	maybe(spec, "template", map[string]any{"a": "b"}, map[string]any{}, nil)
	maybe(object, "spec", spec, spec, spec, nil)
	maybe(object, "data", "a", nil)
	maybe(object, "status", "a", "b")
	return object
}

// TestFreeIsNotAsked: what API servers need not ask about, they do not.
func TestFreeIsNotAsked(t *testing.T) {
	entry := conditions(webhooks(t, rollouts("shop"))[0])
	const before = `{metadata: {name: web}, spec: {replicas: 2, template: {a: b}}, status: {a: b}}`
	for name, test := range map[string]struct {
		reason, after string
		want          bool
	}{
		"Same": {"nothing changes", before, false},
		"Labels": {
			"they are no content", `{metadata: {name: web, labels: {a: b}}, spec: {replicas: 2, template: {a: b}}}`, false,
		},
		"Replicas": {"more of the same", `{metadata: {name: web}, spec: {replicas: 5, template: {a: b}}}`, false},
		"Status": {
			"it is looked at elsewhere", `{metadata: {name: web}, spec: {replicas: 2, template: {a: b}}, status: {}}`, false,
		},
		"Template": {"it runs something else", `{metadata: {name: web}, spec: {replicas: 2, template: {a: c}}}`, true},
		"Gone":     {"it runs nothing", `{metadata: {name: web}, spec: {replicas: 2}}`, true},
		"NewField": {"it may mean anything", `{metadata: {name: web}, spec: {replicas: 2, template: {a: b}}, data: x}`, true},
	} {
		got := asked(t, entry, admission.Update, decode(t, before), decode(t, test.after))
		if got != test.want {
			t.Errorf("%s: %s: asked %t", name, test.reason, got)
		}
	}
	if !asked(t, entry, admission.Create, nil, decode(t, before)) {
		t.Error("nobody is asked about a new one")
	}
}

// TestOrdersByStatus: a path below what is not there, or is not an object, is no error.
func TestOrdersByStatus(t *testing.T) {
	entries := webhooks(t, rollouts("shop", ".status.abort", ".status.canary.weight"))
	entry := conditions(entries[len(entries)-1])
	for name, test := range map[string]struct {
		reason, before, after string
		want                  bool
	}{
		"Order":  {"it aborts", `{status: {}}`, `{status: {abort: true}}`, true},
		"First":  {"there was no status", `{}`, `{status: {canary: {weight: 5}}}`, true},
		"Back":   {"to take it back is one too", `{status: {abort: true}}`, `{}`, true},
		"Nested": {"it has another weight", `{status: {canary: {weight: 5}}}`, `{status: {canary: {weight: 6}}}`, true},
		"Other":  {"no order", `{status: {a: b}}`, `{status: {a: c, canary: {other: 1}}}`, false},
		"None":   {"nor is nothing", `{}`, `{}`, false},
	} {
		got := asked(t, entry, admission.Update, decode(t, test.before), decode(t, test.after))
		if got != test.want {
			t.Errorf("%s: %s: asked %t", name, test.reason, got)
		}
	}
}

// TestOrdersInTheObject: where a policy says at which paths orders are given, what is written with the object is looked
// at there too.
func TestOrdersInTheObject(t *testing.T) {
	entry := conditions(webhooks(t, rollouts("shop", ".status.abort", ".status.pause.now"))[0])
	const before = `{metadata: {name: web}, spec: {replicas: 2}, status: {phase: a}}`
	for name, test := range map[string]struct {
		reason, after string
		want          bool
	}{
		"Same":  {"nothing changes", before, false},
		"Other": {"no order is given there", `{metadata: {name: web}, spec: {replicas: 2}, status: {phase: b}}`, false},
		"Order": {"it aborts", `{metadata: {name: web}, spec: {replicas: 2}, status: {phase: a, abort: true}}`, true},
		"Deep":  {"it pauses", `{metadata: {name: web}, spec: {replicas: 2}, status: {pause: {now: true}}}`, true},
	} {
		got := asked(t, entry, admission.Update, decode(t, before), decode(t, test.after))
		if got != test.want {
			t.Errorf("%s: %s: asked %t", name, test.reason, got)
		}
	}
}
