// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

package controller

import (
	"testing"
	"time"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime/schema"
	utiljson "k8s.io/apimachinery/pkg/util/json"
	"sigs.k8s.io/yaml"

	"github.com/countersign-dev/countersign/api/v1alpha1"
)

// reduced is an object as the cache has it.
func reduced(t *testing.T, resource schema.GroupResource, text string) *unstructured.Unstructured {
	t.Helper()
	object := &unstructured.Unstructured{}
	written, err := yaml.YAMLToJSON([]byte(text))
	if err != nil {
		t.Fatal(err)
	}
	if err := utiljson.Unmarshal(written, &object.Object); err != nil {
		t.Fatal(err)
	}
	kept, err := Reduce(resource)(object)
	if err != nil {
		t.Fatal(err)
	}
	return kept.(*unstructured.Unstructured)
}

// TestConfirmed : what the status of a workload counts, its Pods have to say of themselves.
func TestConfirmed(t *testing.T) {
	pod := func(image, rest string) unstructured.Unstructured {
		return *reduced(t, schema.GroupResource{Resource: "pods"}, `
metadata: {generation: 1`+rest+`}
spec: {containers: [{name: web, image: `+image+`}, {name: proxy, image: proxy}]}
status: {phase: Running}`)
	}
	over := func(image, phase string) unstructured.Unstructured {
		ended := pod(image, "")
		ended.Object[phaseKey] = phase
		return ended
	}
	const leaving = `, deletionTimestamp: "2026-03-02T12:00:00Z"`
	mine, other := pod("good", ""), pod("evil", "")
	for name, tc := range map[string]struct {
		reason    string
		pods      []unstructured.Unstructured
		confirmed bool
		completed bool
	}{
		"All":         {"both run it", []unstructured.Unstructured{mine, mine}, true, false},
		"More":        {"three run it", []unstructured.Unstructured{mine, mine, mine}, true, false},
		"None":        {"no Pod has been seen", nil, false, false},
		"Few":         {"one has not been seen", []unstructured.Unstructured{mine}, false, false},
		"Other":       {"one was found", []unstructured.Unstructured{mine, other}, false, false},
		"Another":     {"one of three was found", []unstructured.Unstructured{mine, mine, other}, false, false},
		"Leaving":     {"one is on its way out", []unstructured.Unstructured{mine, pod("good", leaving)}, false, false},
		"OtherLeaves": {"it may be counted yet", []unstructured.Unstructured{mine, mine, pod("evil", leaving)}, false, false},
		"OtherOver":   {"it was evicted", []unstructured.Unstructured{mine, mine, over("evil", "Failed")}, true, false},
		"Succeeded": {
			"they have come to their end", []unstructured.Unstructured{over("good", "Succeeded"), over("good", "Succeeded")},
			false, true,
		},
		"OtherSucceeded": {
			"one was found that had", []unstructured.Unstructured{over("good", "Succeeded"), over("evil", "Succeeded")},
			false, false,
		},
		"Failed": {
			"one has failed", []unstructured.Unstructured{over("good", "Succeeded"), over("good", "Failed")}, false, false,
		},
	} {
		t.Run(name, func(t *testing.T) {
			const template = `template: {spec: {containers: [{name: web, image: good}]}}`
			deployment := reduced(t, deployments, `spec: {replicas: 2, `+template+`}`)
			if got := confirmed(deployment, tc.pods); got != tc.confirmed {
				t.Errorf("%s: a Deployment is confirmed: %t", tc.reason, got)
			}
			job := reduced(t, jobs, `{spec: {`+template+`}, status: {succeeded: 2}}`)
			if got := completed(job, tc.pods); got != tc.completed {
				t.Errorf("%s: a Job is completed: %t", tc.reason, got)
			}
		})
	}
}

// TestNothingIsConfirmed : a Job of no Pods has run nothing.
func TestNothingIsConfirmed(t *testing.T) {
	const none = `{spec: {completions: 0, template: {spec: {containers: [{name: web, image: good}]}}}}`
	if completed(reduced(t, jobs, none), nil) || confirmed(reduced(t, jobs, none), nil) {
		t.Error("it is said to have run")
	}
}

// TestCompletedBefore : what has been seen of a Job counts for that very Job.
func TestCompletedBefore(t *testing.T) {
	job := reduced(t, jobs, `{metadata: {uid: "1"}}`)
	since := metav1.NewTime(time.Date(2026, 3, 2, 12, 0, 0, 0, time.UTC))
	open := &v1alpha1.Availability{StartTime: since}
	for name, tc := range map[string]struct {
		reason       string
		uid          string
		availability *v1alpha1.Availability
		want         bool
	}{
		"Seen":     {"its Pods may have been cleaned up", "1", open, true},
		"Never":    {"its Pods have to be seen once", "1", nil, false},
		"Other":    {"it was made anew", "2", open, false},
		"NotSince": {"it was not", "1", &v1alpha1.Availability{StartTime: since, EndTime: &since}, false},
	} {
		view := &requestView{request: &v1alpha1.PromotionRequest{}}
		view.request.Status.Entry = &v1alpha1.Entry{ObjectUID: tc.uid, Availability: tc.availability}
		if got := view.completedBefore(job); got != tc.want {
			t.Errorf("%s: %s: %t, want %t", name, tc.reason, got, tc.want)
		}
	}
}

// TestLookAgain : soon, as long as caches may lag behind, and then less often.
func TestLookAgain(t *testing.T) {
	noon := time.Date(2026, 3, 2, 12, 0, 0, 0, time.UTC)
	for name, tc := range map[string]struct {
		reason    string
		available bool
		age, want time.Duration
	}{
		"New":       {"its Pods may be shown any moment", false, time.Second, lookAtFirst},
		"Older":     {"less often", false, 5 * time.Minute, 30 * time.Second},
		"Old":       {"but at times", false, 24 * time.Hour, lookAtLast},
		"Available": {"what was wrong must have been shown by then", true, 10 * time.Second, 20 * time.Second},
		"Settled":   {"nothing is to be expected", true, time.Hour, 0},
	} {
		then := metav1.NewTime(noon.Add(-tc.age))
		view := &requestView{request: &v1alpha1.PromotionRequest{}, now: noon}
		view.request.Status.Entry = &v1alpha1.Entry{Time: then, Availability: &v1alpha1.Availability{StartTime: then}}
		if got := view.lookAgain(tc.available); got != tc.want {
			t.Errorf("%s: %s: after %s, want %s", name, tc.reason, got, tc.want)
		}
	}
}
