// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

package bench

import (
	"testing"
	"time"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/watch"

	"github.com/countersign-dev/countersign/api/v1alpha1"
)

// BenchmarkConverge measures how long it takes until what a role says is so: from just before a call, or from a moment
// that the role names, to the watch event of the last RoleBinding that had to be written. Each role has three
// capabilities in ten namespaces, and is alone.
//
//	go test ./test/bench -run '^$' -bench Converge -benchtime 50x
func BenchmarkConverge(b *testing.B) {
	c := startConverge(b)
	b.ResetTimer()
	for i := range b.N {
		c.round(b, roleName(i))
	}
	b.StopTimer()
	c.report(b)
}

const (
	// inhabited is how many namespaces the environment has, and late one that joins and leaves.
	inhabited = 10
	late      = "converge-late"
	// intruder is whom somebody binds by hand, and starter is a member for a time.
	intruder = "intruder@example.com"
	starter  = "starter@example.com"
	// ahead is how long before it begins a membership is written, and how long it lasts, at the most.
	ahead = 2 * time.Second
)

// round is the life of one role.
func (c *converge) round(b *testing.B, name string) {
	role := newRole(name)
	all := inhabited * len(given)
	c.measure(b, "created", role, all, is(watch.Added), c.create)
	c.measure(b, "member", role, all, binds(joiner, true), c.add(user(joiner)))
	c.measure(b, "labelled", role, len(given), is(watch.Added), c.label(`"`+environment+`"`))
	c.measure(b, "unlabelled", role, len(given), is(watch.Deleted), c.label("null"))
	c.measure(b, "deleted-by-hand", role, 1, is(watch.Added), c.deleteOne)
	c.measure(b, "edited-by-hand", role, 1, binds(intruder, false), c.editOne)
	c.membership(b, role, all)
	c.measure(b, "removed", role, all, is(watch.Deleted), c.remove)
}

// membership begins and ends at moments that it names.
func (c *converge) membership(b *testing.B, role *v1alpha1.PipelineRole, all int) {
	b.Helper()
	begins := metav1.NewTime(time.Now().Add(ahead).Truncate(time.Second))
	ends := metav1.NewTime(begins.Add(ahead))
	timed := user(starter)
	timed.StartTime, timed.ExpireTime = &begins, &ends
	check(b, c.add(timed)(b.Context(), role))
	c.await(b, "begins", begins.Time, all, binds(starter, true))
	c.await(b, "ends", ends.Time, all, binds(starter, false))
}

func newRole(name string) *v1alpha1.PipelineRole {
	return &v1alpha1.PipelineRole{
		ObjectMeta: metav1.ObjectMeta{Name: name},
		Spec: v1alpha1.PipelineRoleSpec{
			Environments: []v1alpha1.EnvironmentName{environment}, Capabilities: given,
			Members: []v1alpha1.Member{{Kind: v1alpha1.MemberGroup, Name: name}},
		},
	}
}

func user(name string) v1alpha1.Member { return v1alpha1.Member{Kind: v1alpha1.MemberUser, Name: name} }
