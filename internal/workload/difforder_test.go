// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

package workload_test

import (
	"maps"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"k8s.io/apimachinery/pkg/runtime"

	"github.com/countersign-dev/countersign/internal/workload"
)

func TestOrderOfLists(t *testing.T) {
	const decides, other = true, false
	order := func(path, old, new string, executes bool) []workload.Difference {
		return []workload.Difference{{Path: path, Type: workload.Reordered, Old: old, New: new, Executes: executes}}
	}
	for name, tc := range map[string]struct {
		reason   string
		old, new string
		want     []workload.Difference
	}{
		"Before": {
			"it runs before what was there",
			`initContainers: [{name: verify}]`, `initContainers: [{name: evil}, {name: verify}]`,
			order("initContainers", `["verify"]`, `["evil", "verify"]`, decides),
		},
		"Behind": {
			"where one expects it", `initContainers: [{name: verify}]`, `initContainers: [{name: verify}, {name: evil}]`, nil,
		},
		"SeveralBehind": {
			"which of them is first", `initContainers: [{name: a}]`, `initContainers: [{name: a}, {name: b}, {name: c}]`,
			order("initContainers", `["a"]`, `["a", "b", "c"]`, decides),
		},
		"New": {
			"one after the other", ``, `initContainers: [{name: verify}, {name: evil}]`,
			order("initContainers", "", `["verify", "evil"]`, decides),
		},
		"NewOtherwise": {
			"one after the other", ``, `initContainers: [{name: evil}, {name: verify}]`,
			order("initContainers", "", `["evil", "verify"]`, decides),
		},
		"ReferredBefore": {
			"what referred to it found it", `env: [{name: A, value: "$(B)"}, {name: B, value: x}]`,
			`env: [{name: B, value: x}, {name: A, value: "$(B)"}]`, order("env", `["A", "B"]`, `["B", "A"]`, decides),
		},
		"OnlyOne": {"there is no other order", ``, `initContainers: [{name: evil}]`, nil},
		"Removed": {
			"the rest is as it was", `steps: [{name: a}, {name: b}, {name: c}]`, `steps: [{name: a}, {name: c}]`, nil,
		},
		"Gone": {"nothing is left to be in order", `steps: [{name: b}, {name: a}]`, ``, nil},
		"Steps": {
			"nobody knows here what it is for", `steps: [{name: a}, {name: b}]`, `steps: [{name: b}, {name: a}]`,
			order("steps", `["a", "b"]`, `["b", "a"]`, decides),
		},
		"VariableBefore": {
			"what refers to it finds it", `env: [{name: URL, value: "https://$(HOST)/"}]`,
			`env: [{name: HOST, value: h}, {name: URL, value: "https://$(HOST)/"}]`,
			order("env", `["URL"]`, `["HOST", "URL"]`, decides),
		},
		"VariableBehind": {
			"what refers to it does not find it", `env: [{name: URL, value: "https://$(HOST)/"}]`,
			`env: [{name: URL, value: "https://$(HOST)/"}, {name: HOST, value: h}]`, nil,
		},
		"NewVariables": {
			"nothing refers to anything, and they are sorted", ``, `env: [{name: A, value: a}, {name: B, value: b}]`, nil,
		},
		"UnsortedVariables": {
			"it decides nothing, and is told", ``, `env: [{name: B, value: b}, {name: A, value: a}]`,
			order("env", "", `["B", "A"]`, other),
		},
		"Containers": {
			"they run beside each other", `containers: [{name: a}, {name: b}]`, `containers: [{name: b}, {name: a}]`,
			order("containers", `["a", "b"]`, `["b", "a"]`, other),
		},
		"EnvFrom": {
			"the last wins; without names the places are told",
			`envFrom: [{configMapRef: {name: a}}]`, `envFrom: [{configMapRef: {name: b}}, {configMapRef: {name: a}}]`,
			nil,
		},
	} {
		t.Run(name, func(t *testing.T) {
			var got []workload.Difference
			for _, one := range workload.Diff(deployments, decode(t, "{"+tc.old+"}"), decode(t, "{"+tc.new+"}")) {
				if one.Type == workload.Reordered {
					got = append(got, one)
				}
			}
			if diff := cmp.Diff(tc.want, got); diff != "" {
				t.Errorf("%s (-want +got):\n%s", tc.reason, diff)
			}
		})
	}
}

// TestAnyOrderShows : whatever there was before, two contents that differ in nothing but the order of a list are never
// shown alike.
func TestAnyOrderShows(t *testing.T) {
	random := rand.New(rand.NewPCG(7, 8))
	moved := 0
	for range 4000 {
		one := orderly(random)
		other := runtime.DeepCopyJSON(one)
		reorder(random, other)
		var before map[string]any
		if random.IntN(3) > 0 {
			before = orderly(random)
		}
		same := sum(t, one) == sum(t, other)
		if !same {
			moved++
		}
		if shown, instead := render(t, before, one), render(t, before, other); (shown == instead) != same {
			t.Fatalf("the same: %t\nbefore %v\n%v\n%v\n%s", same, before, one, other, shown)
		}
	}
	if moved < 1000 {
		t.Errorf("only %d times another order was tried", moved)
	}
}

// FuzzOrder : any content in another order is shown otherwise, save for what is masked or cut.
func FuzzOrder(f *testing.F) {
	seed(f, func(text string) {
		f.Add(text, "{}", uint64(1))
		f.Add(text, text, uint64(2))
	})
	f.Fuzz(func(t *testing.T, text, before string, at uint64) {
		one, ok := parse(text)
		old, okay := parse(before)
		if !ok || !okay {
			return
		}
		other := runtime.DeepCopyJSON(one)
		reorder(rand.New(rand.NewPCG(at, 1)), other)
		shown, instead := render(t, old, one), render(t, old, other)
		hidden := strings.Contains(shown, " characters)") || strings.Contains(shown, "(sealed)")
		if shown == instead && !hidden && sum(t, one) != sum(t, other) {
			t.Fatalf("two orders are shown alike: %s\n%v\n%v", shown, one, other)
		}
	})
}

func render(t *testing.T, old, new map[string]any) string {
	t.Helper()
	var text strings.Builder
	if err := workload.Render(&text, workload.Diff(deployments, old, new)); err != nil {
		t.Fatal(err)
	}
	return text.String()
}

// orderly makes a content of lists whose elements have names, or paths, or both.
func orderly(random *rand.Rand) map[string]any {
	content := map[string]any{}
	for _, field := range []string{"initContainers", "containers", "env", "envFrom", "volumeMounts", "steps", "args"} {
		list := []any{}
		for range random.IntN(4) {
			list = append(list, orderlyElement(random, field))
		}
		if len(list) > 0 || random.IntN(4) == 0 {
			content[field] = list
		}
	}
	return content
}

func orderlyElement(random *rand.Rand, field string) any {
	word := func(words ...string) string { return words[random.IntN(len(words))] }
	switch field {
	case "args":
		return word("a", "b", "c")
	case "env":
		return map[string]any{"name": word("A", "B", "C", "LD_PRELOAD"), "value": word("v", "w", "$(A)")}
	case "envFrom":
		return map[string]any{"configMapRef": map[string]any{"name": word("a", "b", "c")}}
	case "volumeMounts":
		return map[string]any{"name": word("v", "w"), "mountPath": word("/a", "/b", "/c")}
	}
	element := map[string]any{"name": word("a", "b", "c", "d", "1")}
	if random.IntN(2) == 0 {
		element["image"] = word("i", "j")
	}
	if random.IntN(4) == 0 {
		element["env"] = []any{orderlyElement(random, "env"), orderlyElement(random, "env")}
	}
	return element
}

// reorder shuffles some of the lists in a value, in place.
func reorder(random *rand.Rand, value any) {
	switch value := value.(type) {
	case map[string]any:
		for _, key := range slices.Sorted(maps.Keys(value)) {
			reorder(random, value[key])
		}
	case []any:
		for _, element := range value {
			reorder(random, element)
		}
		if random.IntN(2) == 0 {
			random.Shuffle(len(value), func(i, j int) { value[i], value[j] = value[j], value[i] })
		}
	}
}

// TestOrderOfReferences: it decides where a variable refers to another, before or after.
func TestOrderOfReferences(t *testing.T) {
	const one, other = `env: [{name: A, value: "$(B)"}, {name: B}]`, `env: [{name: B}, {name: A, value: z}]`
	for _, pair := range [][2]string{{one, other}, {other, one}} {
		found := workload.Diff(deployments, decode(t, pair[0]), decode(t, pair[1]))
		if !slices.ContainsFunc(found, func(d workload.Difference) bool {
			return d.Type == workload.Reordered && d.Executes
		}) {
			t.Errorf("from %s to %s the order decides: %+v", pair[0], pair[1], found)
		}
	}
}

// TestOrderFirst: what decides what is executed is shown before what does not.
func TestOrderFirst(t *testing.T) {
	found := workload.Diff(deployments, decode(t, `{a: {b: 1}, initContainers: [{name: p}, {name: q}]}`),
		decode(t, `{a: {b: 2}, initContainers: [{name: q}, {name: p}]}`))
	if len(found) != 2 || found[0].Type != workload.Reordered {
		t.Errorf("shown in the order %+v", found)
	}
}

// TestAnnotationsAlone: a list of annotations that is empty is shown like any.
func TestAnnotationsAlone(t *testing.T) {
	found := workload.Diff(deployments, decode(t, `{metadata: {a: b}}`), decode(t, `{metadata: {a: b, annotations: {}}}`))
	if len(found) != 1 || found[0].Path != "metadata.annotations" {
		t.Errorf("%+v", found)
	}
}
