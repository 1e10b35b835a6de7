// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

package integration

import (
	"context"
	"path/filepath"
	"testing"

	"github.com/countersign-dev/countersign/api/v1alpha1"
	"github.com/countersign-dev/countersign/hack/operator"
)

// TestReplicas: a replica that is not the leader becomes ready and answers admission like the leader, which writes down
// what entered. When the leader goes, the other one takes over.
func TestReplicas(t *testing.T) {
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

	s := newShop(t)
	developer := s.developer(t)
	s.await(t, s.bringIn(t, deploying(developer, s.release("checkout", "v1"))).Name, v1alpha1.ReasonEntered)
	request := s.turnedAway(t, deploying(developer, s.release("checkout", "v2")))
	stop(t, leader)
	s.approve(t, request, bob)
	goesThrough(t, "bob approved", deploying(developer, s.release("checkout", "v2")))
	s.await(t, request.Name, v1alpha1.ReasonEntered)
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
