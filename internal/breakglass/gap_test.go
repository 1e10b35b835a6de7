// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

package breakglass

import (
	"encoding/json"
	"maps"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/countersign-dev/countersign/api/v1alpha1"
)

var now = time.Date(2026, 9, 14, 16, 5, 7, 0, time.UTC)

func TestEnds(t *testing.T) {
	for name, test := range map[string]struct {
		reason       string
		since, until time.Duration
		over         bool
	}{
		"Now":       {"it has just begun", 0, time.Hour, false},
		"Over":      {"its time is over", -time.Hour, 0, true},
		"Most":      {"as long as a gap may last", -time.Hour, Most - time.Hour, false},
		"TooLong":   {"longer than that", 0, Most + time.Second, true},
		"FastClock": {"a clock may be ahead", skew, time.Hour, false},
		"Future":    {"but no more than a little", skew + time.Second, time.Hour, true},
	} {
		gap := Gap{Open: true, Since: now.Add(test.since), Until: now.Add(test.until)}
		if over := !now.Before(gap.Ends(now)); over != test.over {
			t.Errorf("%s: %s: over %t, want %t", name, test.reason, over, test.over)
		}
	}
	if unread := (Gap{Open: true, Until: now.Add(time.Minute)}); now.Before(unread.Ends(now)) {
		t.Error("a gap that does not say since when is not over")
	}
}

func TestBegan(t *testing.T) {
	longAgo := time.Unix(0, 0)
	for name, test := range map[string]struct {
		reason string
		gap    Gap
		want   time.Time
	}{
		"Said":      {"a clock may be ahead", Gap{Since: now}, now.Add(-skew)},
		"FastClock": {"it is, by a little", Gap{Since: now.Add(skew)}, now},
		"Future":    {"that is no time to go by", Gap{Since: now.Add(skew + time.Second)}, longAgo},
		"Unread":    {"it does not say", Gap{}, longAgo},
		"Before":    {"another was before it", Gap{Since: now, Before: []string{"an hour ago"}}, longAgo},
	} {
		if got := test.gap.Began(now); !got.Equal(test.want) {
			t.Errorf("%s: %s: %s, want %s", name, test.reason, got, test.want)
		}
	}
}

// TestStory writes what happens to a namespace, patch by patch, and reads it.
func TestStory(t *testing.T) {
	ns := &corev1.Namespace{ObjectMeta: metav1.ObjectMeta{
		Name: "shop", Labels: map[string]string{"team": "a"}, Annotations: map[string]string{"own": "b"},
	}}
	apply := func(text []byte, err error) {
		t.Helper()
		merge(t, ns, text, err)
	}
	is := func(want Gap, there bool) {
		t.Helper()
		got, found := Of(ns)
		if diff := cmp.Diff(want, got); diff != "" || found != there {
			t.Errorf("found %t, want %t; -want, +got:\n%s", found, there, diff)
		}
	}
	is(Gap{}, false)
	apply(Opening(ns, "alice", "INC-1", now, time.Hour))
	first := Gap{Open: true, By: "alice", Reason: "INC-1", Since: now, Until: now.Add(time.Hour)}
	is(first, true)
	apply(Recording(ns, now))
	first.Recorded = true
	is(first, true)
	apply(Ending(ns, "bob", now.Add(time.Minute)))
	first.Open, first.Ended, first.EndedBy = false, now.Add(time.Minute), "bob"
	is(first, true)

	apply(Opening(ns, "carol", "INC-2", now.Add(time.Hour), time.Minute))
	second := Gap{
		Open: true, By: "carol", Reason: "INC-2", Since: now.Add(time.Hour), Until: now.Add(time.Hour + time.Minute),
		Before: []string{"2026-09-14T16:05:07Z to 2026-09-14T16:06:07Z by alice: INC-1"},
	}
	is(second, true)
	apply(Ending(ns, "carol", now.Add(2*time.Hour)))
	apply(Opening(ns, "carol", "INC-3", now.Add(3*time.Hour), time.Minute))
	third, _ := Of(ns)
	if len(third.Before) != 2 || third.Before[0] != second.Before[0] {
		t.Errorf("earlier gaps: %v", third.Before)
	}
	apply(Ending(ns, "", now.Add(4*time.Hour)))
	fourth, _ := Of(ns)
	if fourth.Open || fourth.EndedBy != "" || !fourth.Ended.Equal(now.Add(4*time.Hour)) {
		t.Errorf("nobody ended it: %+v", fourth)
	}
	apply(Clearing(ns))
	is(Gap{}, false)
	if diff := cmp.Diff(map[string]string{"own": "b"}, ns.Annotations); diff != "" || len(ns.Labels) != 1 {
		t.Errorf("the rest of the namespace is not as it was: %v, %s", ns.Labels, diff)
	}
}

// merge a patch into the labels and annotations of a namespace.
func merge(t *testing.T, ns *corev1.Namespace, text []byte, err error) {
	t.Helper()
	var patch struct {
		Metadata struct{ Labels, Annotations map[string]*string }
	}
	if err == nil {
		err = json.Unmarshal(text, &patch)
	}
	if err != nil {
		t.Fatal(err)
	}
	for into, from := range map[*map[string]string]map[string]*string{
		&ns.Labels: patch.Metadata.Labels, &ns.Annotations: patch.Metadata.Annotations,
	} {
		written := maps.Clone(*into)
		for key, value := range from {
			if delete(written, key); value != nil {
				written[key] = *value
			}
		}
		*into = written
	}
}

// TestLabelAlone: the label opens the gate, whoever set it and whatever they did not say.
func TestLabelAlone(t *testing.T) {
	ns := &corev1.Namespace{ObjectMeta: metav1.ObjectMeta{Labels: map[string]string{v1alpha1.BreakGlassLabel: ""}}}
	if gap, there := Of(ns); !there || !gap.Open || now.Before(gap.Ends(now)) {
		t.Errorf("want an open gap that is over: %+v, %t", gap, there)
	}
}
