// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

// Command manager is the Countersign operator.
package main

import (
	"context"
	"flag"
	"fmt"
	"io"
	"os"

	"k8s.io/utils/clock"
	ctrl "sigs.k8s.io/controller-runtime"
	"sigs.k8s.io/controller-runtime/pkg/log/zap"

	"github.com/countersign-dev/countersign/internal/audit"
	"github.com/countersign-dev/countersign/internal/manager"
)

func main() {
	var options manager.Options
	options.BindFlags(flag.CommandLine)
	logging := zap.Options{}
	logging.BindFlags(flag.CommandLine)
	flag.Parse()
	ctrl.SetLogger(zap.New(zap.UseFlagOptions(&logging), zap.WriteTo(os.Stderr)))
	if err := run(ctrl.SetupSignalHandler(), options); err != nil {
		ctrl.Log.Error(err, "Stopped")
		os.Exit(1)
	}
}

// run serves until the context ends. The audit trail goes to standard output, the log to standard error.
func run(ctx context.Context, options manager.Options) error {
	writers := []io.Writer{os.Stdout}
	if options.AuditLogFile != "" {
		file, err := os.OpenFile(options.AuditLogFile, os.O_APPEND|os.O_CREATE|os.O_WRONLY, 0o600)
		if err != nil {
			return fmt.Errorf("open the audit log: %w", err)
		}
		defer func() { _ = file.Close() }() // every event is written through; nothing is buffered
		writers = append(writers, file)
	}
	config, err := ctrl.GetConfig()
	if err != nil {
		return fmt.Errorf("find the API server: %w", err)
	}
	trail := audit.New(clock.RealClock{}, ctrl.Log.WithName("audit"), writers...)
	mgr, err := manager.New(ctx, config, options, trail)
	if err != nil {
		return err
	}
	return mgr.Start(ctx)
}
