// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

package redteam

import (
	"context"
	"fmt"
	"os/exec"
	"path/filepath"

	"github.com/countersign-dev/countersign/hack/controlplane"
	"github.com/countersign-dev/countersign/hack/repo"
)

// uninstalled are the last attacks on their control plane: after them it has no gate.
var uninstalled = []attack{
	{
		name: "Uninstalled by an administrator", does: "make undeploy, being no member of the group",
		as: mallory, deed: undeployed(mallory), by: installationKeeps,
		right: []step{stopped, undeployed(installer)}, rightly: "by the group",
	},
	{
		name: "Environment without a gate",
		does: "deploys where the group has uninstalled Countersign, in a namespace that still has its label",
		as:   owner, call: create(deployment()), verdict: limit, limit: "Where Countersign is not installed",
		seen:  "the API server's audit log marks that the group took the gate away, before the guards went",
		trace: gateTakenAway,
	},
}

// installationKeeps is by what an uninstallation fails first.
var installationKeeps = guard{name: "policy `operator-namespace`, and policy `installation`",
	answers: "group countersign:break-glass", rule: "the group uninstalls"}

// undeployed is make undeploy by somebody.
func undeployed(as identity) step {
	return func(ctx context.Context, s *scene) error {
		config, err := as.logIn(ctx, s.cp)
		if err != nil {
			return err
		}
		login := filepath.Join(s.dir, "undeploy.kubeconfig")
		if err := controlplane.WriteKubeconfig(login, config); err != nil {
			return err
		}
		root, err := repo.Path()
		if err != nil {
			return err
		}
		kubectl := filepath.Join(root, "bin", "kubectl") + " --kubeconfig=" + login
		said, err := exec.CommandContext(ctx, "make", "--no-print-directory", "-C", root, "undeploy",
			"KUBECTL="+kubectl).CombinedOutput()
		if err != nil {
			return fmt.Errorf("make undeploy: %w: %s", err, said)
		}
		return nil
	}
}

// stopped is what a node does when its Deployment is scaled to nothing.
func stopped(ctx context.Context, s *scene) error { return s.manager.Stop(ctx) }

// gateTakenAway : the API server's audit log has, marked, who deleted the gate.
func gateTakenAway(s *scene) string {
	return auditedByServer(`"verb":"delete"`, "validatingwebhookconfigurations/countersign-gate", "installer",
		`"countersign-installation/break-glass":"let through for the group countersign:break-glass"`)(s)
}
