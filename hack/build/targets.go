// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

package main

import (
	"fmt"
	"path/filepath"
	"slices"
	"time"
)

// target is a program to build.
type target struct {
	// name is the program's file in bin/.
	name string
	// module is the directory of the module that pins it. Where it is empty, the program is the project's own.
	module string
	pkg    string
	// ldflags are for the linker.
	ldflags string
	// usual is how long the first build takes on two cores, in the order of targets.
	usual time.Duration
	// onDemand is what is built only where it is named.
	onDemand bool
	// static is built without cgo, so that it runs in a container with nothing else in it.
	static bool
}

const (
	stripped          = "-s -w"
	kubernetesVersion = "1.37.2"
	kubernetesFlags   = stripped +
		" -X k8s.io/component-base/version.gitVersion=v" + kubernetesVersion +
		" -X k8s.io/component-base/version.gitMajor=1" +
		" -X k8s.io/component-base/version.gitMinor=37" +
		" -X k8s.io/client-go/pkg/version.gitVersion=v" + kubernetesVersion
	argoCDVersion     = "3.6.1"
	containerdVersion = "2.4.2"
	helmVersion       = "4.3.2"
	kustomizeVersion  = "5.8.3"
)

// targets are all programs. The first of Kubernetes' programs takes the longest: the others share its packages.
var targets = []target{
	kubernetes("kube-apiserver", 315*time.Second),
	kubernetes("kubectl", 35*time.Second),
	kubernetes("kube-controller-manager", 105*time.Second),
	kubernetes("kube-scheduler", 10*time.Second),
	{
		name: "etcd", module: tools("etcd"), pkg: "go.etcd.io/etcd/server/v3",
		ldflags: stripped, usual: 55 * time.Second,
	},
	{
		name: "kwok", module: tools("kwok"), pkg: "sigs.k8s.io/kwok/cmd/kwok",
		ldflags: stripped, usual: 80 * time.Second,
	},
	{
		name: "argocd", module: tools("argocd"), pkg: "github.com/argoproj/argo-cd/v3/cmd",
		ldflags: stripped + " -X github.com/argoproj/argo-cd/v3/common.version=" + argoCDVersion,
		usual:   325 * time.Second, onDemand: true,
	},
	{
		name: "helm", module: tools("helm"), pkg: "helm.sh/helm/v4/cmd/helm",
		ldflags: stripped + " -X helm.sh/helm/v4/internal/version.version=v" + helmVersion,
		usual:   2 * time.Minute, onDemand: true,
	},
	{
		name: "kustomize", module: tools("kustomize"), pkg: "sigs.k8s.io/kustomize/kustomize/v5",
		ldflags: stripped + " -X sigs.k8s.io/kustomize/api/provenance.version=kustomize/v" + kustomizeVersion,
		usual:   time.Minute, onDemand: true,
	},
	flux("kustomize-controller", 190*time.Second),
	flux("source-controller", 90*time.Second),
	{
		name: "rollouts-controller", module: tools("rollouts"),
		pkg:     "github.com/argoproj/argo-rollouts/cmd/rollouts-controller",
		ldflags: stripped, usual: 4 * time.Minute, onDemand: true,
	},
	onDemand(kubernetes("kubelet", 40*time.Second)),
	containerd("containerd", 70*time.Second),
	containerd("containerd-shim-runc-v2", 5*time.Second),
	containerd("ctr", 10*time.Second),
	{
		name: "crane", module: tools("crane"), pkg: "github.com/google/go-containerregistry/cmd/crane",
		ldflags: stripped, usual: 10 * time.Second, onDemand: true,
	},
	{name: "manager", pkg: "./cmd"},
	{name: "kubectl-countersign", pkg: "./cmd/kubectl-countersign"},
}

func kubernetes(name string, usual time.Duration) target {
	return target{
		name: name, module: tools("kubernetes"), pkg: "k8s.io/kubernetes/cmd/" + name,
		ldflags: kubernetesFlags, usual: usual,
	}
}

func onDemand(t target) target {
	t.onDemand = true
	return t
}

// containerd is one of its programs. The first takes longer: the others share its packages.
func containerd(name string, usual time.Duration) target {
	return target{
		name: name, module: tools("containerd"), pkg: "github.com/containerd/containerd/v2/cmd/" + name,
		ldflags: stripped + " -X github.com/containerd/containerd/v2/version.Version=v" + containerdVersion,
		usual:   usual, onDemand: true, static: true,
	}
}

// flux is a controller of Flux. The first takes longer: the other shares its packages.
func flux(name string, usual time.Duration) target {
	return target{
		name: name, module: tools("flux"), pkg: "github.com/fluxcd/" + name,
		ldflags: stripped, usual: usual, onDemand: true,
	}
}

func tools(name string) string { return filepath.Join("hack", "tools", name) }

// named are the targets of some names, or where there are no names all that are not built on demand.
func named(names []string) ([]target, error) {
	if len(names) == 0 {
		return slices.DeleteFunc(slices.Clone(targets), func(t target) bool { return t.onDemand }), nil
	}
	var chosen []target
	for _, name := range names {
		i := slices.IndexFunc(targets, func(t target) bool { return t.name == name })
		if i < 0 {
			return nil, fmt.Errorf("there is no program %q to build", name)
		}
		chosen = append(chosen, targets[i])
	}
	return chosen, nil
}
