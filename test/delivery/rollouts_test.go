// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

//go:build delivery

package delivery

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"strings"
	"testing"

	"github.com/countersign-dev/countersign/api/v1alpha1"
	"github.com/countersign-dev/countersign/hack/repo"
	"github.com/countersign-dev/countersign/test/cluster"
)

// newRollouts makes an environment that gates Rollouts as config/samples/kinds has it.
func newRollouts(t *testing.T, name string) environment {
	t.Helper()
	file, err := repo.Path("config", "samples", "kinds", "argo-rollouts.yaml")
	if err != nil {
		t.Fatal(err)
	}
	content, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	sample := strings.NewReplacer("production", "$E", "release-managers", "$E-managers").Replace(string(content))
	return newEnvironmentOf(t, name, roles, rules+trusted(sample), sample)
}

// trusted is what the sample says, in a comment, that policies which gate Workloads have to trust.
func trusted(sample string) string {
	var block strings.Builder
	for line := range strings.Lines(sample) {
		if text, found := strings.CutPrefix(line, "#   "); found {
			block.WriteString("  " + text)
		}
	}
	return block.String()
}

// rollout has half of the traffic go to a new version, and waits until somebody promotes it.
func rollout(version string) string {
	return `apiVersion: argoproj.io/v1alpha1
kind: Rollout
metadata: {name: checkout}
spec:
  replicas: 2
  selector: {matchLabels: {app: checkout}}
  strategy: {canary: {steps: [{setWeight: 50}, {pause: {}}]}}
  template:
    metadata: {labels: {app: checkout}}
    spec:
      containers:
      - name: checkout
        image: registry.example.com/shop/checkout:` + version + `
`
}

// applyRollout applies a Rollout, which is denied before somebody has approved it.
func (p terminal) applyRollout(t *testing.T, e environment, version string) {
	t.Helper()
	p.kubectl(t, rollout(version), "apply", "-f", "-").says(t, 1, "rollouts/checkout in "+e.name+" may not enter")
	request := here.AwaitOpen(t, e.name, "checkout")
	e.approve(t, []string{request.Name}, bob)
	p.kubectl(t, rollout(version), "apply", "-f", "-").says(t, 0)
	here.AwaitState(t, request, v1alpha1.ReasonEntered)
}

// order gives the controller an order as kubectl argo rollouts does. It is denied before somebody has approved it.
func (p terminal) order(t *testing.T, e environment, patch string) {
	t.Helper()
	args := []string{"patch", "rollout", "checkout", "--subresource=status", "--type=merge", "--patch=" + patch}
	p.kubectl(t, "", args...).says(t, 1, "may not")
	e.approve(t, []string{here.AwaitOpen(t, e.name, "checkout").Name}, bob)
	p.kubectl(t, "", args...).says(t, 0)
}

// awaitPhase waits until the Rollout is in a phase, and so many Pods run of each version.
func (p terminal) awaitPhase(t *testing.T, phase string, pods map[string]int) {
	t.Helper()
	cluster.Eventually(t, func(context.Context) string {
		got := p.kubectl(t, "", "get", "rollout", "checkout", "--output=json")
		var read struct {
			Status struct{ Phase, Message string }
		}
		if err := json.Unmarshal([]byte(got.text), &read); err != nil {
			return err.Error() + got.text
		}
		if read.Status.Phase != phase {
			return fmt.Sprintf("the Rollout to be %s: %+v", phase, read.Status)
		}
		images := p.kubectl(t, "", "get", "pods", "--field-selector=status.phase=Running",
			"--output=jsonpath={.items[*].spec.containers[0].image}").text
		for version, want := range pods {
			if n := strings.Count(images, ":"+version); n != want {
				return fmt.Sprintf("%d Pods of %s, got %s", want, version, images)
			}
		}
		return ""
	})
}

// TestRollouts: a Rollout is approved, and so is each order by which somebody moves it on; what its controller makes of
// it is trusted.
func TestRollouts(t *testing.T) {
	t.Parallel()
	e := newRollouts(t, "rollouts")
	her := e.person(t, alice, e.developers())
	her.applyRollout(t, e, "v1")
	her.awaitPhase(t, "Healthy", map[string]int{"v1": 2})
	her.applyRollout(t, e, "v2")
	her.awaitPhase(t, "Paused", map[string]int{"v1": 1, "v2": 1})
	her.order(t, e, `{"status":{"pauseConditions":null}}`)
	her.awaitPhase(t, "Healthy", map[string]int{"v1": 0, "v2": 2})
	her.applyRollout(t, e, "v3")
	her.awaitPhase(t, "Paused", map[string]int{"v2": 1, "v3": 1})
	her.order(t, e, `{"status":{"abort":true}}`)
	her.awaitPhase(t, "Degraded", map[string]int{"v2": 2, "v3": 0})
	her.kubectl(t, rollout("v2"), "apply", "-f", "-").says(t, 0)
	her.awaitPhase(t, "Healthy", map[string]int{"v2": 2, "v3": 0})
}
