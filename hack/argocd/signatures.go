// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

package argocd

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
)

const (
	// keysDirectory is where the repo server finds what ConfigMap argocd-gpg-keys-cm has; in a cluster the kubelet puts it
	// there.
	keysDirectory = "gpg-source"
	// keyring is where gpg keeps those keys.
	keyring = "gpg-home"
)

func (a *ArgoCD) writeKeys(context.Context) error {
	for id, key := range a.options.Keys {
		if err := os.WriteFile(a.file(keysDirectory, id), []byte(key), 0o600); err != nil {
			return err
		}
	}
	return nil
}

// copyWrappers makes the scripts runnable that Argo CD looks at signatures with. In a module no file can be run.
func (a *ArgoCD) copyWrappers(context.Context) error {
	for _, wrapper := range []string{"git-verify-wrapper.sh", "gpg-wrapper.sh"} {
		content, err := os.ReadFile(filepath.Join(a.sources, "hack", wrapper))
		if err != nil {
			return err
		}
		if err := os.WriteFile(a.file("bin", wrapper), content, 0o700); err != nil {
			return err
		}
	}
	return nil
}

// stopAgent ends what gpg left running.
func (a *ArgoCD) stopAgent(ctx context.Context) error {
	if _, err := os.Stat(a.file(keyring)); errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	cmd := exec.CommandContext(ctx, "gpgconf", "--kill", "all")
	cmd.Env = append(os.Environ(), "GNUPGHOME="+a.file(keyring))
	if out, err := cmd.CombinedOutput(); err != nil {
		return fmt.Errorf("end the programs of gpg: %w: %s", err, out)
	}
	return nil
}
