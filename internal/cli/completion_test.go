// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

package cli

import (
	"testing"

	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/countersign-dev/countersign/api/v1alpha1"
)

func TestCompletion(t *testing.T) {
	open := waiting(request(t, nil, deployment("checkout:1")), v1alpha1.ReasonAwaitingApproval, missingOne)
	ended := waiting(request(t, nil, deployment("checkout:2")), v1alpha1.ReasonSuperseded, "")
	objects := []client.Object{
		open, ended, approval(open, 1, v1alpha1.DecisionApprove), approval(open, 2, v1alpha1.DecisionRevoke),
	}
	objects = append(objects, rolesOfBots()...)
	for name, args := range map[string][]string{
		"Requests":  {"__complete", "approve", ""},
		"Decisions": {"__complete", "withdraw", ""},
		"Bots":      {"__complete", "token", ""},
		"Script":    {"completion"},
	} {
		t.Run(name, func(t *testing.T) {
			b := bench{objects: objects}
			golden(t, "completion-"+name, b.run(t, args...).Out)
		})
	}
}
