// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

package workload_test

import (
	"encoding/json"
	"fmt"
	"maps"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/runtime/schema"
	utiljson "k8s.io/apimachinery/pkg/util/json"

	"github.com/countersign-dev/countersign/api/v1alpha1"
	"github.com/countersign-dev/countersign/internal/workload"
)

// samples are objects of every gated kind with something in most of their corners.
func samples(t *testing.T) map[schema.GroupResource]map[string]any {
	t.Helper()
	podSpec := read(t, "objects", "podspec.yaml")
	metadata := map[string]any{
		"name":        "web",
		"labels":      map[string]any{"app": "web", "controller-uid": "not-its-own"},
		"annotations": map[string]any{"a": "b"},
	}
	template := map[string]any{"metadata": metadata, "spec": podSpec}
	objects := map[schema.GroupResource]map[string]any{}
	rollouts := schema.GroupResource{Group: "argoproj.io", Resource: "rollouts"}
	for _, resource := range append(workload.Resources(v1alpha1.GateWorkloads), rollouts) {
		object := map[string]any{
			"metadata": map[string]any{"name": "web", "uid": "u-1"},
			"spec":     map[string]any{"replicas": int64(2), "paused": true, "template": template},
		}
		switch resource.Resource {
		case "pods":
			object = template
		case "podtemplates":
			object = map[string]any{"metadata": map[string]any{"name": "web"}, "template": template}
		case "controllerrevisions":
			object = map[string]any{"metadata": map[string]any{"name": "web"}, "data": template, "revision": int64(1)}
		case "cronjobs":
			job := map[string]any{"spec": map[string]any{"template": template}}
			object["spec"] = map[string]any{"schedule": "@daily", "jobTemplate": job}
		}
		objects[resource] = runtime.DeepCopyJSON(object)
	}
	return objects
}

// notContent is this test's own list of what may change without a new digest.
func notContent(resource schema.GroupResource, path string) bool {
	switch path {
	case "metadata uid":
		return true
	case "spec replicas":
		return !slices.Contains([]string{"daemonsets", "jobs", "cronjobs"}, resource.Resource)
	}
	return false
}

func TestAnyLeafChangesTheDigest(t *testing.T) {
	for resource, object := range samples(t) {
		before, count := digest(t, resource, object), 0
		for _, leaf := range leaves(object, nil) {
			count++
			changed := runtime.DeepCopyJSON(object)
			change(changed, leaf)
			same := digest(t, resource, changed) == before
			if same != notContent(resource, leaf.String()) {
				t.Errorf("%s: %s: the digest stayed the same: %t", resource, leaf, same)
			}
		}
		if count < 100 {
			t.Errorf("%s: only %d leaves were tried", resource, count)
		}
	}
}

func TestAnyLeafShowsInTheDiff(t *testing.T) {
	for resource, object := range samples(t) {
		old := content(t, resource, object)
		for _, leaf := range leaves(old, nil) {
			changed := runtime.DeepCopyJSON(old)
			change(changed, leaf)
			if len(workload.Diff(deployments, old, changed)) == 0 || len(workload.Diff(deployments, changed, old)) == 0 {
				t.Errorf("%s: %s: the difference is not shown", resource, leaf)
			}
		}
	}
}

func TestContentLeavesItsInputAlone(t *testing.T) {
	for resource, object := range samples(t) {
		before := runtime.DeepCopyJSON(object)
		got := content(t, resource, object)
		for _, leaf := range leaves(got, nil) {
			change(got, leaf)
		}
		if diff := cmp.Diff(before, object); diff != "" {
			t.Errorf("%s: the object was changed (-before +after):\n%s", resource, diff)
		}
	}
}

func TestOrderOfKeysDoesNotCount(t *testing.T) {
	random := rand.New(rand.NewPCG(1, 2))
	for resource, object := range samples(t) {
		want := digest(t, resource, object)
		for range 50 {
			var shuffled map[string]any
			if err := utiljson.Unmarshal([]byte(shuffle(random, object)), &shuffled); err != nil {
				t.Fatal(err)
			}
			if got := digest(t, resource, shuffled); got != want {
				t.Fatalf("%s: %s in another order of keys, want %s", resource, got, want)
			}
		}
	}
}

func TestCanonicalIsOneToOne(t *testing.T) {
	random := rand.New(rand.NewPCG(3, 4))
	seen := map[string]map[string]any{}
	for range 20_000 {
		value := map[string]any{"v": randomValue(random, 3)}
		text, err := workload.Canonical(value)
		if err != nil {
			t.Fatal(err)
		}
		if other, found := seen[string(text)]; found && !cmp.Equal(other, value) {
			t.Fatalf("%v and %v are both %s", other, value, text)
		}
		seen[string(text)] = value
	}
}

func TestDiffIsEmptyOnlyForEqualContents(t *testing.T) {
	random := rand.New(rand.NewPCG(5, 6))
	for range 20_000 {
		old := map[string]any{"v": randomValue(random, 3)}
		new := map[string]any{"v": randomValue(random, 3)}
		if differs := len(workload.Diff(deployments, old, new)) > 0; differs == cmp.Equal(old, new) {
			t.Fatalf("differs: %t\n%v\n%v", differs, old, new)
		}
	}
}

// leaf leads to one value that holds no other: keys of objects and indexes of lists.
type leaf []any

func (l leaf) String() string {
	return strings.Trim(fmt.Sprint([]any(l)), "[]")
}

func leaves(value any, at leaf) []leaf {
	var found []leaf
	switch value := value.(type) {
	case map[string]any:
		for _, key := range slices.Sorted(maps.Keys(value)) {
			found = append(found, leaves(value[key], append(slices.Clip(at), key))...)
		}
	case []any:
		for i, element := range value {
			found = append(found, leaves(element, append(slices.Clip(at), i))...)
		}
	}
	if len(found) == 0 {
		return []leaf{at}
	}
	return found
}

// change changes one leaf of the value, in place where there is a place.
func change(value any, at leaf) any {
	if len(at) > 0 {
		switch value := value.(type) {
		case map[string]any:
			key := at[0].(string)
			value[key] = change(value[key], at[1:])
		case []any:
			i := at[0].(int)
			value[i] = change(value[i], at[1:])
		}
		return value
	}
	switch value := value.(type) {
	case string:
		return value + "x"
	case int64:
		return value + 1
	case bool:
		return !value
	}
	return "something"
}

// shuffle writes JSON with the keys of every object in random order.
func shuffle(random *rand.Rand, value any) string {
	switch value := value.(type) {
	case map[string]any:
		keys := slices.Collect(maps.Keys(value))
		random.Shuffle(len(keys), func(i, j int) { keys[i], keys[j] = keys[j], keys[i] })
		var fields []string
		for _, key := range keys {
			fields = append(fields, fmt.Sprintf("%q:%s", key, shuffle(random, value[key])))
		}
		return "{" + strings.Join(fields, ",") + "}"
	case []any:
		var elements []string
		for _, element := range value {
			elements = append(elements, shuffle(random, element))
		}
		return "[" + strings.Join(elements, ",") + "]"
	}
	text, err := json.Marshal(value)
	if err != nil {
		panic(err)
	}
	return string(text)
}

// randomValue makes small values of few letters, so that equal ones and near misses come up often.
func randomValue(random *rand.Rand, depth int) any {
	scalars := []any{nil, true, false, "", "a", "1", "true", "null", "{}", int64(0), int64(1), 0.5}
	kinds := 2
	if depth > 0 {
		kinds = 4
	}
	switch random.IntN(kinds) {
	case 2:
		list := []any{}
		for range random.IntN(3) {
			list = append(list, randomValue(random, depth-1))
		}
		return list
	case 3:
		object := map[string]any{}
		for range random.IntN(3) {
			object[[]string{"name", "a", "b", "key"}[random.IntN(4)]] = randomValue(random, depth-1)
		}
		return object
	}
	return scalars[random.IntN(len(scalars))]
}
