// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

package repo

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
)

// Sources is the directory with the sources of a module, in the version that a module under hack/tools pins. Nothing in
// it can be written.
func Sources(ctx context.Context, tools, module string) (string, error) {
	dir, err := Path("hack", "tools", tools)
	if err != nil {
		return "", err
	}
	cmd := exec.CommandContext(ctx, "go", "mod", "download", "-json", module)
	cmd.Dir = dir
	cmd.Env = append(os.Environ(), "GOWORK=off", "GOTOOLCHAIN=auto")
	out, err := cmd.Output()
	if err != nil {
		return "", fmt.Errorf("find %s: %w", module, err)
	}
	var found struct{ Dir string }
	if err := json.Unmarshal(out, &found); err != nil {
		return "", fmt.Errorf("find %s: %w", module, err)
	}
	return found.Dir, nil
}
