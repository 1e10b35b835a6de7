// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

package bench

import (
	"context"
	"flag"
	"fmt"
	"testing"
	"time"

	"github.com/countersign-dev/countersign/api/v1alpha1"
	"github.com/countersign-dev/countersign/hack/operator"
)

var (
	namespaces = flag.Int("namespaces", 1000, "how many namespaces BenchmarkScale has")
	roles      = flag.Int("roles", 20, "how many roles BenchmarkScale has")
	writers    = flag.Int("writers", 32, "how many calls the floor makes at a time: as the operator does")
)

// given are the capabilities of each role.
var given = []v1alpha1.Capability{v1alpha1.CapabilityDeploy, v1alpha1.CapabilityRequest, v1alpha1.CapabilityView}

// BenchmarkScale measures what many roles in many namespaces cost: API calls, time, and the operator's memory. The
// floor is a loop that makes the same RoleBindings under names of its own, with the rights of the operator, in the same
// order.
//
//	go test ./test/bench -run '^$' -bench Scale -benchtime 1x -timeout 60m
//	go test ./test/bench -run '^$' -bench Scale -benchtime 1x -namespaces 20 -roles 3
func BenchmarkScale(b *testing.B) {
	s := startScale(b)
	var sums spent
	b.ResetTimer()
	for i := range b.N {
		for _, p := range s.phases(i) {
			sums.add(s.measure(b, p))
		}
	}
	b.StopTimer()
	sums.report(b, "total")
	b.ReportMetric(s.peakMemory(b), "peak-rss-MB")
	b.ReportMetric(0, "ns/op")
}

// phase is one change to the roles or to where they hold, and the same done by hand.
type phase struct {
	name     string
	operator func(*testing.B)
	floor    func(context.Context) error
}

// phases of a round. Each leaves behind what the next one starts from.
func (s *scale) phases(round int) []phase {
	later := fmt.Sprintf("scale-later-%d", round)
	return []phase{
		{"created", s.createRoles, func(ctx context.Context) error { return s.floor.create(ctx, *roles, s.namespaces) }},
		{"member", s.changeMember, func(ctx context.Context) error { return s.floor.update(ctx, s.namespaces) }},
		{
			"namespace",
			func(b *testing.B) { s.addNamespace(b, later) },
			func(ctx context.Context) error { return s.floor.create(ctx, *roles, []string{later}) },
		},
		{"removed", s.removeRoles, func(ctx context.Context) error { return s.floor.remove(ctx, *roles, s.namespaces) }},
	}
}

// spent is what the operator and the floor needed for the same.
type spent struct {
	calls, floorCalls int
	took, floorTook   time.Duration
}

// measure lets the operator do it, and then the floor. What the operator does while the floor works, such as looking at
// its own writes once more, is counted too.
func (s *scale) measure(b *testing.B, p phase) spent {
	b.Helper()
	calls, floorCalls := s.calls(b), s.floor.calls.Load()
	began := time.Now()
	p.operator(b)
	took := time.Since(began)
	began = time.Now()
	check(b, p.floor(b.Context()))
	floorTook := time.Since(began)
	all := spent{s.calls(b) - calls, int(s.floor.calls.Load() - floorCalls), took, floorTook}
	all.report(b, p.name)
	return all
}

func (s *spent) add(more spent) {
	s.calls += more.calls
	s.floorCalls += more.floorCalls
	s.took += more.took
	s.floorTook += more.floorTook
}

func (s *spent) report(b *testing.B, name string) {
	b.ReportMetric(float64(s.calls), name+"-calls")
	b.ReportMetric(float64(s.calls)/float64(s.floorCalls), name+"-calls-ratio")
	b.ReportMetric(s.took.Seconds(), name+"-s")
	b.ReportMetric(s.took.Seconds()/s.floorTook.Seconds(), name+"-time-ratio")
}

// startScale starts everything, with namespaces and no roles.
func startScale(b *testing.B) *scale {
	b.Helper()
	dir := b.TempDir()
	cluster, manager := launch(b, operator.Options{Dir: dir})
	s := &scale{dir: dir, metrics: "https://" + manager.Metrics() + "/metrics"}
	s.admin = clientAs(b, cluster, "admin", "system:masters")
	s.makeNamespaces(b)
	s.logIn(b, cluster)
	return s
}
