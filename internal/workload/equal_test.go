// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

package workload_test

import (
	"strings"
	"testing"

	"k8s.io/apimachinery/pkg/runtime/schema"

	"github.com/countersign-dev/countersign/api/v1alpha1"
	"github.com/countersign-dev/countersign/internal/workload"
)

// TestSameOrAnother: pairs of objects at the border of what counts.
func TestSameOrAnother(t *testing.T) {
	rollouts := schema.GroupResource{Group: "argoproj.io", Resource: "rollouts"}
	pod := func(metadata string) string { return "{metadata: {name: a, " + metadata + "}, spec: {}}" }
	const restart = "kubectl.kubernetes.io/restartedAt"
	for name, test := range map[string]struct {
		reason     string
		resource   schema.GroupResource
		one, other string
		same       bool
	}{
		"NoOwners": {"an empty list is none", pods, pod("ownerReferences: []"), pod("labels: {}"), true},
		"PodApplied": {"a container can read it", pods,
			pod("annotations: {kubectl.kubernetes.io/last-applied-configuration: x}"), pod("labels: {}"), false},
		"PodRestart": {"no template: nothing restarts it", pods,
			pod("annotations: {" + restart + ": '2026-01-01T00:00:00Z'}"), pod("labels: {}"), false},
		"PodRestarts": {"each time is another", pods,
			pod("annotations: {" + restart + ": '2026-01-01T00:00:00Z'}"),
			pod("annotations: {" + restart + ": '2026-01-01T00:00:01Z'}"), false},
		"LongestTime": {"nanoseconds and a zone", deployments,
			"{metadata: {name: a}, spec: {template: {metadata: {annotations: {" + restart +
				": '2026-11-23T11:32:53.123456789+01:00'}}}}}", "{metadata: {name: a}, spec: {template: {metadata: {}}}}", true},
		"LongerTime": {"more digits than a clock has", deployments,
			"{metadata: {name: a}, spec: {template: {metadata: {annotations: {" + restart +
				": '2026-11-23T11:32:53.1234567890+01:00'}}}}}", "{metadata: {name: a}, spec: {template: {metadata: {}}}}", false},
		"OnlyReplicas": {"as if it had never held a number of them", rollouts,
			"{metadata: {name: a}, spec: {replicas: 2}}", "{metadata: {name: a}}", true},
		"CounterOfRollouts": {"their controller counts", rollouts,
			"{metadata: {name: a, annotations: {rollout.argoproj.io/revision: '5'}}}", "{metadata: {name: a}}", true},
		"TokenOf": {"Kubernetes writes the token of another", secrets,
			"{metadata: {name: a, annotations: {kubernetes.io/service-account.name: a}}}",
			"{metadata: {name: a, annotations: {kubernetes.io/service-account.name: b}}}", false},
		"TokenOfUID": {"Kubernetes deletes it", secrets,
			"{metadata: {name: a, annotations: {kubernetes.io/service-account.uid: a}}}",
			"{metadata: {name: a}}", false},
		"AnnotatedSecret": {"no other annotation of a Secret counts", secrets,
			"{metadata: {name: a, annotations: {a: b}}}", "{metadata: {name: a}}", true},
		"LabelledSecret": {"nor does a label", secrets,
			"{metadata: {name: a, labels: {kubernetes.io/service-account.name: a}}}", "{metadata: {name: a}}", true},
		"CounterOfServices": {"nobody counts there", services,
			"{metadata: {name: a, annotations: {rollout.argoproj.io/revision: '5'}}, spec: {}}",
			"{metadata: {name: a}, spec: {}}", false},
	} {
		one, other := digest(t, test.resource, decode(t, test.one)), digest(t, test.resource, decode(t, test.other))
		if (one == other) != test.same {
			t.Errorf("%s: %s: the same: %t", name, test.reason, one == other)
		}
	}
}

// TestNoJSON: a value that no JSON decoder makes is refused wherever it is content.
func TestNoJSON(t *testing.T) {
	for at, object := range map[string]map[string]any{
		"spec":                      {"spec": map[string]any{"a": []any{1}}},
		"metadata: annotations":     {"spec": map[string]any{}, "metadata": map[string]any{"annotations": 1}},
		"metadata: ownerReferences": {"spec": map[string]any{}, "metadata": map[string]any{"ownerReferences": []any{1}}},
		"metadata.labels": {"spec": map[string]any{}, "metadata": map[string]any{"labels": map[string]any{
			"service.kubernetes.io/service-proxy-name": 1,
		}}},
	} {
		if got, err := workload.Content(services, object); err == nil || !strings.Contains(err.Error(), at) {
			t.Errorf("%s: %v, %v", at, got, err)
		}
	}
	broken := map[string]any{"status": map[string]any{"abort": 1}}
	for _, states := range [][2]map[string]any{{broken, {}}, {{}, broken}} {
		if got, err := workload.Order(states[0], states[1], []string{".status.abort"}); err == nil {
			t.Errorf("an order of %v: %v", states, got)
		}
	}
}

// TestOrderOfNumbers: 5 is 5, however JSON writes it.
func TestOrderOfNumbers(t *testing.T) {
	state := func(weight any) map[string]any { return map[string]any{"status": map[string]any{"weight": weight}} }
	got, err := workload.Order(state(5.0), state(int64(5)), []string{".status.weight"})
	if err != nil || got != nil {
		t.Errorf("an order: %v, %v", got, err)
	}
}

// TestOrdersBelow: an order about all of something is one about each part of it.
func TestOrdersBelow(t *testing.T) {
	content := decode(t, "{status: {canary: none}}")
	for at, want := range map[string]bool{
		".status.canary.weight": true, ".status.canary": true, ".status": true, ".status.other": false, ".spec": false,
	} {
		if got := workload.Orders(content, at); got != want {
			t.Errorf("%s: %t", at, got)
		}
	}
}

// TestGeneratedNamesAreBound: two prefixes are two identities.
func TestGeneratedNamesAreBound(t *testing.T) {
	seen := map[v1alpha1.Digest]bool{}
	for _, prefix := range []string{"a-", "b-"} {
		id := checkout
		id.Name, id.GenerateName = "", prefix
		digest, err := workload.Digest(v1alpha1.OperationApply, id, map[string]any{})
		if err != nil || seen[digest] {
			t.Errorf("%s: %s, %v", prefix, digest, err)
		}
		seen[digest] = true
	}
}

// TestLargeNumbers: beyond what fits, a number stays what it is.
func TestLargeNumbers(t *testing.T) {
	for text, value := range map[string]float64{
		"-1e+19": -1e19, "1e+19": 1e19, "-9223372036854775808": -1 << 63, "9.223372036854776e+18": 1 << 63,
	} {
		got, err := workload.Canonical(map[string]any{"a": value})
		if err != nil || string(got) != `{"a":`+text+"}" {
			t.Errorf("%g is %s, %v", value, got, err)
		}
	}
}

// TestNoRevision: a resource version that is no number, or too large to be one, tells nothing.
func TestNoRevision(t *testing.T) {
	for version, want := range map[string]int64{"7": 7, "x": 0, "": 0, "99999999999999999999": 0} {
		if got := workload.Revision(services, 3, version); got != want {
			t.Errorf("%q: %d", version, got)
		}
	}
	if got := workload.Revision(deployments, 3, "7"); got != 3 {
		t.Errorf("of what runs the generation counts, and not %d", got)
	}
}

// TestLongTexts: nothing that differs hides behind what a terminal has room for.
func TestLongTexts(t *testing.T) {
	long := strings.Repeat("a ", 150)
	for name, test := range map[string]struct{ reason, old, new, wantOld, wantNew string }{
		"New":     {"there is nothing like it", "", long + "z", "", `"` + long + `z"`},
		"Changed": {"what both have is left out", long + "x" + long, long + "y" + long, "x", "y"},
		"Twice": {"what is between two changes is not", long + "x" + long + "x", long + "y" + long + "y",
			"x" + long + `x"`, "y" + long + `y"`},
		"Repeated": {"what ends as it begins is not left out twice", long, long + long, "a " + `"`, long},
	} {
		of := func(text string) map[string]any {
			if text == "" {
				return map[string]any{"a": "b"}
			}
			return map[string]any{"a": "b", "schedule": text}
		}
		got := workload.Diff(deployments, of(test.old), of(test.new))
		if len(got) != 1 || !strings.Contains(got[0].Old, test.wantOld) || !strings.Contains(got[0].New, test.wantNew) {
			t.Errorf("%s: %s: %+v", name, test.reason, got)
		}
		if name == "Changed" && len(got[0].New) > 100 {
			t.Errorf("%s: %s: %+v", name, test.reason, got)
		}
	}
	whole := func(reason, old, new string) {
		got := workload.Diff(deployments, map[string]any{"schedule": old}, map[string]any{"schedule": new})
		if len(got) != 1 || got[0].Old != `"`+old+`"` || got[0].New != `"`+new+`"` {
			t.Errorf("%s: %+v", reason, got)
		}
	}
	whole("with quotes it is no longer than that", long[:157]+"x", long[:157]+"y")
	around := long[:39]
	whole("so much around a change is shown", around+strings.Repeat("x", 99)+around, around+strings.Repeat("y", 99)+around)
	list := decode(t, `loadBalancerSourceRanges: [`+strings.Repeat("10.0.0.0/8, ", 100)+`0.0.0.0/0]`)
	if got := workload.Diff(deployments, nil, list); !strings.HasSuffix(got[0].New, `"0.0.0.0/0"]`) {
		t.Errorf("the end of a list is not shown: %+v", got)
	}
}

// TestCustomKinds: nobody knows what of them is executed.
func TestCustomKinds(t *testing.T) {
	object := decode(t, `spec: {run: "token=x; y", steps: [{name: password, value: x}]}`)
	for _, difference := range workload.Diff(schema.GroupResource{Group: "example.com", Resource: "runs"}, nil, object) {
		if strings.Contains(difference.New, "masked") {
			t.Errorf("%+v", difference)
		}
	}
}
