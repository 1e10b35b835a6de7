// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

package workload_test

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"k8s.io/apimachinery/pkg/runtime/schema"

	"github.com/countersign-dev/countersign/internal/workload"
)

var resourceNamed = schema.ParseGroupResource

var (
	key      = bytes.Repeat([]byte{7}, 32)
	otherKey = bytes.Repeat([]byte{8}, 32)
)

const storedSecret = `
apiVersion: v1
kind: Secret
metadata: {name: db, namespace: shop, annotations: {note: ignored}}
type: Opaque
data: {password: aHVudGVyMg==, user: YWRtaW4=}`

func sealedDigest(t *testing.T, key []byte, text string) string {
	t.Helper()
	return string(digest(t, secrets, workload.Seal(key, secrets, decode(t, text))))
}

func TestSealTellsSecretsApart(t *testing.T) {
	same := sealedDigest(t, key, storedSecret)
	for name, test := range map[string]struct {
		reason, old, new string
		key              []byte
		same             bool
	}{
		"Same":     {"it is the same", "", "", key, true},
		"Metadata": {"it holds the same", "ignored", "other", key, true},
		"Value":    {"another value", "aHVudGVyMg==", "aHVudGVyMw==", key, false},
		"Key":      {"the value under another key", "user:", "name:", key, false},
		"Type":     {"another type", "Opaque", "kubernetes.io/basic-auth", key, false},
		"Less":     {"a key less", ", user: YWRtaW4=", "", key, false},
		"Seal":     {"another seal", "", "", otherKey, false},
	} {
		got := sealedDigest(t, test.key, strings.Replace(storedSecret, test.old, test.new, 1))
		if (got == same) != test.same {
			t.Errorf("%s: %s: same digest %t", name, test.reason, got == same)
		}
	}
}

// TestSealIsBoundToItsPlace : who sees two requests cannot tell from them that two Secrets hold the same.
func TestSealIsBoundToItsPlace(t *testing.T) {
	seals := map[string]string{}
	for where, text := range map[string]string{
		"here":      `{metadata: {name: db, namespace: shop}, data: {a: eA==, b: eA==}}`,
		"name":      `{metadata: {name: other, namespace: shop}, data: {a: eA==}}`,
		"namespace": `{metadata: {name: db, namespace: bank}, data: {a: eA==}}`,
	} {
		data, _ := workload.Seal(key, secrets, decode(t, text))["data"].(map[string]any)
		for name, value := range data {
			seal, _ := value.(string)
			if other, found := seals[seal]; found {
				t.Errorf("%s and %s/%s have one seal", other, where, name)
			}
			seals[seal] = where + "/" + name
		}
	}
}

// TestSealLeavesNothing : nothing of a value is in what is kept, whatever field holds it.
func TestSealLeavesNothing(t *testing.T) {
	object := decode(t, storedSecret)
	object["stringData"] = map[string]any{"password": "hunter2"}
	object["fromTheFuture"] = map[string]any{"deep": []any{"hunter2", "aHVudGVyMg=="}}
	sealed := workload.Seal(key, secrets, object)
	raw, err := json.Marshal(sealed)
	if err != nil {
		t.Fatal(err)
	}
	for _, value := range []string{"hunter2", "aHVudGVyMg==", base64.StdEncoding.EncodeToString([]byte("admin"))} {
		if bytes.Contains(raw, []byte(value)) {
			t.Errorf("%s is in %s", value, raw)
		}
	}
	if diff := cmp.Diff(decode(t, storedSecret)["data"], object["data"]); diff != "" {
		t.Errorf("the object itself was changed: %s", diff)
	}
}

func TestSealOfOthers(t *testing.T) {
	object := decode(t, `{data: {a: b}}`)
	for _, resource := range []schema.GroupResource{
		resourceNamed("configmaps"), resourceNamed("secrets.example.com"), deployments,
	} {
		if diff := cmp.Diff(object, workload.Seal(key, resource, object)); diff != "" {
			t.Errorf("%s was sealed: %s", resource, diff)
		}
	}
	if got := workload.Seal(key, secrets, nil); got != nil {
		t.Errorf("no object became %v", got)
	}
}

// TestDiffOfConfiguration : all of a ConfigMap is shown, and of a Secret that something changed.
func TestDiffOfConfiguration(t *testing.T) {
	before := content(t, secrets, workload.Seal(key, secrets, decode(t, storedSecret)))
	after := content(t, secrets, workload.Seal(key, secrets,
		decode(t, strings.Replace(storedSecret, "aHVudGVyMg==", "aHVudGVyMw==", 1))))
	want := []workload.Difference{{
		Path: "data.password", Type: workload.Changed, Old: "(sealed)", New: "(sealed)", Executes: true,
	}}
	if diff := cmp.Diff(want, workload.Diff(configMaps, before, after)); diff != "" {
		t.Errorf("Secret (-want +got):\n%s", diff)
	}
	for name, test := range map[string]struct {
		before, after map[string]any
		want          workload.Difference
	}{
		"Made": {nil, after, workload.Difference{Type: workload.Added, New: "(sealed)"}},
		"Gone": {before, nil, workload.Difference{Type: workload.Removed, Old: "(sealed)"}},
	} {
		test.want.Path, test.want.Executes = "data.password", true
		if got := workload.Diff(configMaps, test.before, test.after); !slices.Contains(got, test.want) {
			t.Errorf("%s: %+v", name, got)
		}
	}
	script := strings.Repeat("echo hello\n", 40)
	shown := workload.Diff(configMaps, nil, map[string]any{"data": map[string]any{"run.sh": script}})
	if len(shown) != 1 || !shown[0].Executes || !strings.Contains(shown[0].New, strings.Repeat(`echo hello\n`, 40)) {
		t.Errorf("a script in a ConfigMap is not shown whole: %+v", shown)
	}
}

// TestSealOfStrangeValues : what no API server sends is told apart, too.
func TestSealOfStrangeValues(t *testing.T) {
	seals := map[any]int{}
	for i, value := range []any{
		"x", "y", map[string]any{"k": []any{"a b"}}, map[string]any{"k": []any{"a", "b"}},
		struct{ v int }{1}, struct{ v int }{2},
	} {
		seal := workload.Seal(key, secrets, map[string]any{"data": value})["data"]
		if values, ok := seal.(map[string]any); ok {
			seal = values["k"]
		}
		if other, found := seals[seal]; found {
			t.Errorf("values %d and %d have one seal: %v", other, i, seal)
		}
		seals[seal] = i
	}
}

// TestDiffOfBinaryData : it may be a program.
func TestDiffOfBinaryData(t *testing.T) {
	binary := func(text string) map[string]any { return map[string]any{"binaryData": map[string]any{"run": text}} }
	for name, pair := range map[string][2]map[string]any{
		"Made": {nil, binary("eA==")}, "Changed": {binary("eA=="), binary("eQ==")}, "Gone": {binary("eA=="), nil},
	} {
		if got := workload.Diff(configMaps, pair[0], pair[1]); len(got) != 1 || !got[0].Executes {
			t.Errorf("%s: %+v", name, got)
		}
	}
}
