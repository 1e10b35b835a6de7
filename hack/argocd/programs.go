// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

package argocd

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"github.com/countersign-dev/countersign/hack/controlplane"
	"github.com/countersign-dev/countersign/hack/process"
)

// The programs of Argo CD, which are one file.
const (
	redis        = "redis-server"
	repoServer   = "argocd-repo-server"
	commitServer = "argocd-commit-server"
	controller   = "argocd-application-controller"
	server       = "argocd-server"
)

func (a *ArgoCD) program() string { return filepath.Join(a.bin, "argocd") }

func (a *ArgoCD) startPrograms(ctx context.Context) error {
	for _, start := range []func(context.Context) error{
		a.makeDirectories, a.copyWrappers, a.writeKeys, a.startRedis, a.startRepoServer, a.startCommitServer,
		a.startController, a.startServer,
	} {
		if err := start(ctx); err != nil {
			return err
		}
	}
	return nil
}

func (a *ArgoCD) makeDirectories(context.Context) error {
	for _, dir := range []string{"bin", "tmp", "tls", "ssh", keysDirectory, keyring} {
		if err := os.MkdirAll(a.file(dir), 0o700); err != nil {
			return err
		}
	}
	return nil
}

// startRedis starts one that stores nothing, with a password as in Argo CD's manifests. It reads that from a file: its
// arguments everybody on this machine can see.
func (a *ArgoCD) startRedis(ctx context.Context) error {
	configuration := fmt.Sprintf("bind 127.0.0.1\nport %s\nrequirepass %s\nsave \"\"\nappendonly no\ndir %s\n",
		process.Port(a.addresses.redis), a.redisPassword, a.file("tmp"))
	file := a.file("redis.conf")
	if err := os.WriteFile(file, []byte(configuration), 0o600); err != nil {
		return err
	}
	return a.run(ctx, process.Program{Name: redis, Path: filepath.Join(a.bin, redis), Args: []string{file}})
}

func (a *ArgoCD) startRepoServer(ctx context.Context) error {
	return a.run(ctx, a.part(repoServer,
		"--address=127.0.0.1", "--port="+process.Port(a.addresses.repoServer),
		"--metrics-address=127.0.0.1", "--metrics-port="+process.Port(a.addresses.repoServerMetrics),
		"--redis="+a.addresses.redis))
}

// startCommitServer starts what pushes for the hydrator, where there is one.
func (a *ArgoCD) startCommitServer(ctx context.Context) error {
	if !a.options.Hydrator {
		return nil
	}
	return a.run(ctx, a.part(commitServer,
		"--address=127.0.0.1", "--port="+process.Port(a.addresses.commitServer),
		"--metrics-address=127.0.0.1", "--metrics-port="+process.Port(a.addresses.commitServerMetrics)))
}

func (a *ArgoCD) startController(ctx context.Context) error {
	if err := a.logIn(ctx, controller); err != nil {
		return err
	}
	return a.run(ctx, a.part(controller,
		"--namespace="+Namespace, a.applicationNamespaces(), "--metrics-port="+process.Port(a.addresses.controllerMetrics),
		"--repo-server="+a.addresses.repoServer, "--redis="+a.addresses.redis,
		"--commit-server="+a.addresses.commitServer, a.hydrator()))
}

func (a *ArgoCD) startServer(ctx context.Context) error {
	if err := a.logIn(ctx, server); err != nil {
		return err
	}
	return a.run(ctx, a.part(server,
		"--namespace="+Namespace, a.applicationNamespaces(),
		"--address=127.0.0.1", "--port="+process.Port(a.addresses.server),
		"--metrics-address=127.0.0.1", "--metrics-port="+process.Port(a.addresses.serverMetrics),
		"--repo-server="+a.addresses.repoServer, "--redis="+a.addresses.redis, a.hydrator()))
}

func (a *ArgoCD) hydrator() string { return fmt.Sprintf("--hydrator-enabled=%t", a.options.Hydrator) }

func (a *ArgoCD) applicationNamespaces() string {
	return "--application-namespaces=" + strings.Join(a.options.ApplicationNamespaces, ",")
}

// logIn writes the kubeconfig file of a program: it is the service account of its name.
func (a *ArgoCD) logIn(ctx context.Context, program string) error {
	config, err := a.controlPlane.ServiceAccount(ctx, Namespace, program)
	if err != nil {
		return err
	}
	return controlplane.WriteKubeconfig(a.kubeconfigFile(program), config)
}

func (a *ArgoCD) kubeconfigFile(program string) string { return a.file(program + ".kubeconfig") }

func (a *ArgoCD) part(name string, args ...string) process.Program {
	return process.Program{Name: name, Path: a.program(), Args: args, Env: a.environment(name)}
}

func (a *ArgoCD) run(ctx context.Context, program process.Program) error {
	program.Dir = a.options.Dir
	p, err := process.Start(ctx, program)
	if err == nil {
		a.processes = append(a.processes, p)
	}
	return err
}
