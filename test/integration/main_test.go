// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

// Package integration tests Countersign on a real control plane: etcd, kube-apiserver, kube-controller-manager and
// scheduler, with the manifests of config/ installed and the operator running as its own service account. People are
// client certificates, bots are tokens; nothing is faked.
package integration

import (
	"context"
	"fmt"
	"os"
	"testing"
	"time"

	"github.com/go-logr/logr"
	"k8s.io/apimachinery/pkg/runtime"
	utilruntime "k8s.io/apimachinery/pkg/util/runtime"
	clientgoscheme "k8s.io/client-go/kubernetes/scheme"
	logf "sigs.k8s.io/controller-runtime/pkg/log"

	"github.com/countersign-dev/countersign/api/v1alpha1"
	"github.com/countersign-dev/countersign/hack/controlplane"
	"github.com/countersign-dev/countersign/hack/operator"
)

// The control plane and the operator that all tests of the package share. Each test has namespaces of its own.
var (
	cluster *controlplane.ControlPlane
	manager *operator.Operator
	scheme  = runtime.NewScheme()
)

// writeTimeout is enough where nothing but the operator is asked before a change is stored.
const writeTimeout = 5 * time.Second

func init() {
	logf.SetLogger(logr.Discard()) // tests say what they have to say themselves
	utilruntime.Must(clientgoscheme.AddToScheme(scheme))
	utilruntime.Must(v1alpha1.AddToScheme(scheme))
}

func TestMain(m *testing.M) {
	code, err := run(context.Background(), m)
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		code = 1
	}
	os.Exit(code)
}

func run(ctx context.Context, m *testing.M) (code int, err error) {
	if cluster, err = controlplane.Start(ctx, controlplane.Options{Nodes: 2}); err != nil {
		return 0, fmt.Errorf("start the control plane: %w", err)
	}
	defer func() {
		if stopped := cluster.Stop(ctx); err == nil {
			err = stopped
		}
	}()
	dir, err := os.MkdirTemp("", "countersign-operator-")
	if err != nil {
		return 0, err
	}
	defer func() {
		if code == 0 && err == nil { // what it wrote is looked at where a test failed
			err = os.RemoveAll(dir)
		}
	}()
	if manager, err = operator.New(cluster, operator.Options{Dir: dir, WriteTimeout: writeTimeout}); err != nil {
		return 0, err
	}
	if err := manager.Install(ctx); err != nil {
		return 0, fmt.Errorf("install: %w", err)
	}
	if err := manager.Start(ctx); err != nil {
		return 0, fmt.Errorf("start the operator: %w", err)
	}
	defer func() {
		if stopped := manager.Stop(ctx); err == nil {
			err = stopped
		}
	}()
	return m.Run(), nil
}
