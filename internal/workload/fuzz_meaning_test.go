// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

package workload_test

import (
	"fmt"
	"math/rand/v2"
	"strconv"
	"strings"
	"testing"

	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/runtime/schema"
	utiljson "k8s.io/apimachinery/pkg/util/json"

	"github.com/countersign-dev/countersign/api/v1alpha1"
	"github.com/countersign-dev/countersign/internal/workload"
)

// FuzzMeaning : one object written in another way has the same digest, and one that says something else in any one
// place has another.
func FuzzMeaning(f *testing.F) {
	seed(f, func(text string) {
		for _, at := range []uint64{0, 7, 1 << 40} {
			f.Add(text, at)
		}
	})
	f.Add(`{"spec":{"a":"\u0061\ud83d\ude00","b":[1,1.5,-0,1e3,9007199254740993],"c":{"":null,"\u0000":{}}}}`, uint64(3))
	deployments := schema.GroupResource{Group: "apps", Resource: "deployments"}
	f.Fuzz(func(t *testing.T, text string, at uint64) {
		object, ok := parse(text)
		if !ok {
			return
		}
		content, err := workload.Content(deployments, object)
		if err != nil {
			return
		}
		random := rand.New(rand.NewPCG(at, 1))
		again, ok := parse(rewritten(random, object))
		if !ok {
			t.Fatalf("written in another way it is no JSON: %s", rewritten(random, object))
		}
		other, err := workload.Content(deployments, again)
		if err != nil || sum(t, content) != sum(t, other) {
			t.Fatalf("written in another way it has another digest: %v\n%v\n%v", err, content, other)
		}
		all := leaves(content, nil)
		changed := runtime.DeepCopyJSON(content)
		changed, _ = change(changed, all[at%uint64(len(all))]).(map[string]any)
		if changed == nil || sum(t, content) == sum(t, changed) {
			t.Fatalf("something else has the same digest:\n%v\n%v", content, changed)
		}
	})
}

func sum(t *testing.T, content map[string]any) v1alpha1.Digest {
	t.Helper()
	digest, err := workload.Digest(v1alpha1.OperationApply, workload.Identity{
		Group: "apps", Resource: "deployments", Namespace: "shop", Name: "web",
	}, content)
	if err != nil {
		t.Fatal(err)
	}
	return digest
}

// rewritten is the same JSON with the keys in another order, space between all, and letters written as numbers.
func rewritten(random *rand.Rand, value any) string {
	switch value := value.(type) {
	case map[string]any:
		var fields []string
		for key, element := range value { // in an order of Go's own
			fields = append(fields, rewritten(random, key)+" :\t"+rewritten(random, element))
		}
		return "{ " + strings.Join(fields, ",\n") + "}"
	case []any:
		var elements []string
		for _, element := range value {
			elements = append(elements, rewritten(random, element))
		}
		return "[" + strings.Join(elements, " ,") + "\r]"
	case string:
		return spelt(random, value)
	case int64:
		return strconv.FormatInt(value, 10)
	case float64:
		return strconv.FormatFloat(value, "eg"[random.IntN(2)], -1, 64)
	}
	text, err := utiljson.Marshal(value)
	if err != nil {
		panic(err)
	}
	return string(text)
}

func spelt(random *rand.Rand, text string) string {
	var b strings.Builder
	for _, r := range text {
		switch {
		case r > 0xFFFF:
			high, low := (r-0x10000)>>10+0xD800, (r-0x10000)&0x3FF+0xDC00
			fmt.Fprintf(&b, "\\u%04x\\u%04X", high, low)
		case r < ' ' || r == '"' || r == '\\' || random.IntN(2) == 0:
			fmt.Fprintf(&b, "\\u%04X", r)
		default:
			b.WriteRune(r)
		}
	}
	return `"` + b.String() + `"`
}
