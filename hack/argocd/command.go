// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

package argocd

import (
	"context"
	"os/exec"
)

// Command runs Argo CD's command line as the user, and returns what it says. The error tells its exit code.
func (s *Session) Command(ctx context.Context, args ...string) (string, error) {
	args = append(args, "--server="+s.argo.addresses.server, "--auth-token="+s.token, "--insecure")
	cmd := exec.CommandContext(ctx, s.argo.program(), args...)
	cmd.Env = s.argo.environment("argocd")
	out, err := cmd.CombinedOutput()
	return string(out), err
}
