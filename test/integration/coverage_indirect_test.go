// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

package integration

import (
	"maps"
	"slices"
	"strings"
	"testing"

	"k8s.io/apimachinery/pkg/runtime/schema"

	"github.com/countersign-dev/countersign/api/v1alpha1"
)

// TestEverythingServedIsJudged: whatever else the API server serves, and anybody can write, somebody has said who is
// asked about it and why that is enough, or why nobody needs to be. What runs by itself is TestNothingRunsUnasked's.
func TestEverythingServedIsJudged(t *testing.T) {
	served, runs := servedBy(t, discovering(t))
	rules, left, some := rulesOf(t), maps.Clone(indirectly), maps.Clone(partly)
	for _, e := range others(served, runs) {
		is, known := left[e.what]
		if !known || is.why == "" {
			t.Errorf("nobody has said whether %s %v changes what runs: name it in indirectly", e.what, e.operations)
		}
		delete(left, e.what)
		for _, name := range is.by {
			if !slices.ContainsFunc(rules, func(r askedRule) bool { return r.by == name && r.matches(e) }) {
				t.Errorf("%s is not about %s %v", name, e.what, e.operations)
			}
		}
		for _, operation := range is.unasked(e, rules) {
			if some[e.what+" "+operation] == "" {
				t.Errorf("none of %v is about %s %s: say in partly why that is enough", is.by, e.what, operation)
			}
			delete(some, e.what+" "+operation)
		}
	}
	for what := range left {
		t.Errorf("%s is not served, cannot be written, or runs something by itself", what)
	}
	for what := range some {
		t.Errorf("%s needs no reason", what)
	}
}

// unasked are the operations that none of those who are about the resource is about; none where nobody is.
func (j judged) unasked(e endpoint, rules []askedRule) []string {
	if len(j.by) == 0 {
		return nil
	}
	return slices.DeleteFunc(slices.Clone(e.operations), func(operation string) bool {
		one := e
		one.operations = []string{operation}
		return slices.ContainsFunc(rules, func(r askedRule) bool { return slices.Contains(j.by, r.by) && r.matches(one) })
	})
}

// others are the endpoints that can be written and run nothing by themselves: built in, or Countersign's own.
func others(served []endpoint, runs map[schema.GroupVersionKind]bool) []endpoint {
	needed, seen := neededIn(served, runs), map[string]bool{}
	var all []endpoint
	for _, e := range served {
		group, _, _ := strings.Cut(e.what, "/")
		if len(e.operations) == 0 || seen[e.what] || custom(group) && group != v1alpha1.GroupName {
			continue
		}
		seen[e.what] = true
		if _, runs := needed[e.what+" "+e.operations[0]]; !runs {
			all = append(all, e)
		}
	}
	return all
}
