// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

// Package certs_test tests on a real API server that admission keeps working while certificates come and go. Replicas
// run as the operator's service account, with its rights and under the guards of config/, but with certificates that
// live for seconds and webhooks that admit everything.
package certs_test

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"github.com/go-logr/logr"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/client-go/rest"
	logf "sigs.k8s.io/controller-runtime/pkg/log"

	"github.com/countersign-dev/countersign/hack/controlplane"
	"github.com/countersign-dev/countersign/hack/install"
	"github.com/countersign-dev/countersign/hack/operator"
)

// Who does what.
var (
	// installer may change the webhook configurations.
	installer *rest.Config
	// account is the operator's own.
	account *rest.Config
)

func TestMain(m *testing.M) {
	logf.SetLogger(logr.Discard())
	code, err := run(context.Background(), m)
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		code = 1
	}
	os.Exit(code)
}

func run(ctx context.Context, m *testing.M) (code int, err error) {
	cluster, err := controlplane.Start(ctx, controlplane.Options{})
	if err != nil {
		return 0, fmt.Errorf("start the control plane: %w", err)
	}
	defer func() {
		if stopped := cluster.Stop(ctx); err == nil {
			err = stopped
		}
	}()
	if installer, err = operator.Installer(cluster); err != nil {
		return 0, err
	}
	if err := applyManifests(ctx); err != nil {
		return 0, fmt.Errorf("install: %w", err)
	}
	account, err = cluster.ServiceAccount(ctx, namespace, "countersign-controller-manager")
	if err != nil {
		return 0, err
	}
	return m.Run(), nil
}

// applyManifests installs everything but the webhook configurations, in whose place each test has its own.
func applyManifests(ctx context.Context) error {
	objects, err := install.Render(ctx, filepath.Join("config", "default"))
	if err != nil {
		return err
	}
	objects = slices.DeleteFunc(objects, func(object *unstructured.Unstructured) bool {
		return object.GroupVersionKind().Group == "admissionregistration.k8s.io" &&
			(object.GetName() == stamp || object.GetName() == gate)
	})
	if err := install.Beside(objects, ""); err != nil {
		return err
	}
	return install.Apply(ctx, installer, objects...)
}
