// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

package node

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"

	"github.com/countersign-dev/countersign/hack/process"
)

// Registry serves images on loopback, without a login: whoever runs on this machine may push.
type Registry struct {
	// address is its host and port.
	address    string
	crane, dir string
	process    *process.Process
	// listener is whom its images speak to.
	listener *Listener
}

func startRegistry(ctx context.Context, bin, dir string, listener *Listener) (*Registry, error) {
	r := &Registry{crane: filepath.Join(bin, "crane"), dir: dir, listener: listener}
	err := process.ChooseAddresses(&r.address)
	if err != nil {
		return nil, err
	}
	r.process, err = process.Start(ctx, process.Program{
		Name: "registry", Path: r.crane, Args: []string{"registry", "serve", "--address", r.address}, Dir: dir,
	})
	if err != nil {
		return nil, err
	}
	return r, process.Await(ctx, []*process.Process{r.process}, "http://"+r.address+"/v2/")
}

func (r *Registry) stop(ctx context.Context) error { return r.process.Stop(ctx, 0) }

// Reference is the full name of what has one in the registry, with a tag or a digest.
func (r *Registry) Reference(name string) string { return r.address + "/" + name }

// do runs crane, and returns what it says.
func (r *Registry) do(ctx context.Context, args ...string) (string, error) {
	cmd := exec.CommandContext(ctx, r.crane, args...)
	cmd.Env = append(os.Environ(), "DOCKER_CONFIG="+r.dir) // it needs no login, and is not to look for one
	var says bytes.Buffer
	cmd.Stderr = &says
	out, err := cmd.Output()
	if err != nil {
		return "", fmt.Errorf("crane %s: %w\n%s", strings.Join(args, " "), err, says.Bytes())
	}
	return string(out), nil
}

// digest is what a tag stands for now.
func (r *Registry) digest(ctx context.Context, name string) (string, error) {
	digest, err := r.do(ctx, "digest", r.Reference(name))
	return strings.TrimSpace(digest), err
}
