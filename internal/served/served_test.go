// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

package served_test

import (
	"errors"
	"testing"
	"time"

	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"k8s.io/apimachinery/pkg/api/meta"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/client-go/discovery"
	testclock "k8s.io/utils/clock/testing"

	"github.com/countersign-dev/countersign/internal/served"
)

// server serves group shop.example.com in versions v1, which it prefers, and v1beta1.
type server struct {
	discovery.ServerResourcesInterface
	// rollouts are the versions that have resource rollouts.
	rollouts map[string]bool
	fails    error
}

func (s *server) ServerGroups() (*metav1.APIGroupList, error) {
	version := func(name string) metav1.GroupVersionForDiscovery {
		return metav1.GroupVersionForDiscovery{GroupVersion: "shop.example.com/" + name, Version: name}
	}
	return &metav1.APIGroupList{Groups: []metav1.APIGroup{{
		Name: "shop.example.com", PreferredVersion: version("v1"),
		Versions: []metav1.GroupVersionForDiscovery{version("v1beta1"), version("v1")},
	}}}, s.fails
}

func (s *server) ServerResourcesForGroupVersion(version string) (*metav1.APIResourceList, error) {
	if !s.rollouts[version] {
		return nil, apierrors.NewNotFound(schema.GroupResource{}, version)
	}
	return &metav1.APIResourceList{APIResources: []metav1.APIResource{
		{Name: "rollouts/status", Kind: "Other"}, {Name: "rollouts", Kind: "Rollout", Namespaced: true},
	}}, nil
}

func TestPreferred(t *testing.T) {
	rollouts := schema.GroupResource{Group: "shop.example.com", Resource: "rollouts"}
	clock := testclock.NewFakePassiveClock(time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC))
	s := &server{rollouts: map[string]bool{}}
	kinds := served.Kinds{Discovery: s, Resources: s, Clock: clock}
	if _, err := kinds.Preferred(rollouts); !meta.IsNoMatchError(err) {
		t.Errorf("not installed: %v", err)
	}
	for _, step := range []struct {
		reason, serves, want string
		later                time.Duration
	}{
		{"a part of the versions", "v1beta1", "v1beta1", 0},
		{"it was asked a moment ago", "v1", "v1beta1", 500 * time.Millisecond},
		{"the preferred one is there now", "v1", "v1", time.Second},
	} {
		s.rollouts["shop.example.com/"+step.serves] = true
		clock.SetTime(clock.Now().Add(step.later))
		kind, err := kinds.Preferred(rollouts)
		if err != nil || kind.Version != step.want || kind.Kind != "Rollout" || !kind.Namespaced {
			t.Errorf("%s: got %v, %v, want version %s", step.reason, kind, err, step.want)
		}
	}
	s.fails = errors.New("away")
	clock.SetTime(clock.Now().Add(time.Hour))
	if _, err := kinds.Preferred(rollouts); err == nil || meta.IsNoMatchError(err) {
		t.Errorf("nobody answered, and it says %v", err)
	}
}
