// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

package integration

import (
	"context"
	"path/filepath"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/countersign-dev/countersign/api/v1alpha1"
	"github.com/countersign-dev/countersign/hack/operator"
	"github.com/countersign-dev/countersign/internal/audit"
)

// TestReplicas: a replica that is not the leader becomes ready and answers admission like the leader, which writes down
// what entered. When the leader goes, the other one takes over.
func TestReplicas(t *testing.T) {
	leader := leading(t)
	s := newShop(t)
	developer := s.developer(t)
	s.await(t, s.bringIn(t, deploying(developer, s.release("checkout", "v1"))).Name, v1alpha1.ReasonEntered)
	request := s.turnedAway(t, deploying(developer, s.release("checkout", "v2")))
	stop(t, leader)
	s.approve(t, request, bob)
	goesThrough(t, "bob approved", deploying(developer, s.release("checkout", "v2")))
	s.await(t, request.Name, v1alpha1.ReasonEntered)
}

// TestReplicasInGap: a leader that takes over while the gate of a namespace is open lists what came in before as well.
func TestReplicasInGap(t *testing.T) {
	leader := leading(t)
	s := newShop(t)
	developer, glass := s.developer(t), s.terminalOf(t, alice, breakGlassGroup)
	s.await(t, s.bringIn(t, deploying(developer, s.release("checkout", "v1"))).Name, v1alpha1.ReasonEntered)
	glass.countersign(t, "break-glass", s.namespace, "--reason", "INC-2294").says(t, 0)
	s.awaitIn(t, deploying(developer, s.release("checkout", "v2")))
	s.awaitGated(t, "INC-2294")
	stop(t, leader)
	goesThrough(t, "nobody is asked", deploying(developer, s.release("extra", "v1")))
	glass.countersign(t, "break-glass", s.namespace, "--end").says(t, 0)
	cameIn := []string{s.namespace + "/deployments/checkout", s.namespace + "/deployments/extra"}
	if diff := cmp.Diff(cameIn, s.awaitGap(t, audit.BreakGlassEnded).Workloads); diff != "" {
		t.Errorf("what came in: -want, +got:\n%s", diff)
	}
}

// leading is the leader of two replicas that answer in place of the operator. The other writes the operator's trail.
func leading(t *testing.T) *operator.Operator {
	t.Helper()
	leader := replica(t, operator.Options{Dir: t.TempDir(), Called: manager})
	if err := leader.Start(t.Context()); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { stop(t, leader) })
	// The address that the API server calls is in the directory.
	follower := replica(t, operator.Options{Dir: filepath.Dir(manager.LogFile())})
	stopOperator(t)
	if err := follower.Start(t.Context()); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		stop(t, follower)
		startOperator(t)
	})
	return leader
}

// replica is one of several operators.
func replica(t *testing.T, options operator.Options) *operator.Operator {
	t.Helper()
	options.LeaderElection = true
	o, err := operator.New(cluster, options)
	if err != nil {
		t.Fatal(err)
	}
	return o
}

func stop(t *testing.T, o *operator.Operator) {
	t.Helper()
	if err := o.Stop(context.WithoutCancel(t.Context())); err != nil {
		t.Error(err)
	}
}
