// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

//go:build delivery

package delivery

import (
	"context"
	"errors"
	"fmt"
	"os"
	"testing"

	"github.com/go-logr/logr"
	"k8s.io/apimachinery/pkg/runtime"
	utilruntime "k8s.io/apimachinery/pkg/util/runtime"
	clientgoscheme "k8s.io/client-go/kubernetes/scheme"
	logf "sigs.k8s.io/controller-runtime/pkg/log"

	"github.com/countersign-dev/countersign/api/v1alpha1"
)

var (
	// here is what all tests share. Each test has an environment of its own.
	here   = &site{}
	scheme = runtime.NewScheme()
)

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
	defer func() { err = errors.Join(err, here.stop(ctx, code == 0 && err == nil)) }()
	if err := here.start(ctx); err != nil {
		return 1, err
	}
	return m.Run(), nil
}
