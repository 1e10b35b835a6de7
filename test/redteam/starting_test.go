// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

package redteam

import (
	"context"
	"encoding/base64"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"github.com/countersign-dev/countersign/hack/operator"
)

// startedWithout restarts the operator, and does a step while it cannot read a resource. It has a certificate from
// elsewhere, with which it serves before it knows anything: its own it would have to read first.
func startedWithout(resource string, do step) step {
	return func(ctx context.Context, s *scene) error {
		if err := s.manager.Stop(ctx); err != nil {
			return err
		}
		early, err := s.certified(ctx)
		if err != nil {
			return err
		}
		s.between.hold(resource)
		started := make(chan error, 1)
		go func() { started <- early.Start(ctx) }()
		answer := s.answered(ctx, do)
		select {
		case err := <-started:
			return fmt.Errorf("the operator says that it is ready: %w", err)
		default:
		}
		s.between.hold("")
		return errors.Join(answer, s.replaced(ctx, early, <-started))
	}
}

// certified is the operator with a certificate from elsewhere, which is the one that it has issued itself.
func (s *scene) certified(ctx context.Context) (*operator.Operator, error) {
	secret, err := s.say(ctx, installer, read("Secret countersign-system/countersign-webhook-cert"))
	if err != nil {
		return nil, err
	}
	options := s.options
	options.CertDir = filepath.Join(s.dir, "certificates")
	if err := os.MkdirAll(options.CertDir, 0o700); err != nil {
		return nil, err
	}
	for _, name := range []string{"tls.crt", "tls.key"} {
		content, err := base64.StdEncoding.DecodeString(at(secret, "data", name))
		if err != nil {
			return nil, err
		}
		if err := os.WriteFile(filepath.Join(options.CertDir, name), content, 0o600); err != nil {
			return nil, err
		}
	}
	return operator.New(s.cp, options)
}

// replaced has the operator of the site run again in place of another.
func (s *scene) replaced(ctx context.Context, early *operator.Operator, started error) error {
	if started != nil {
		return fmt.Errorf("the operator did not start: %w", started)
	}
	if err := early.Stop(ctx); err != nil {
		return err
	}
	return s.manager.Start(ctx)
}

// answered does a step until the operator says something about it.
func (s *scene) answered(ctx context.Context, do step) error {
	var answer error
	err := eventually(ctx, func(ctx context.Context) string {
		answer = do(ctx, s)
		if answer != nil && strings.Contains(answer.Error(), "failed calling webhook") {
			return answer.Error()
		}
		return ""
	})
	return errors.Join(answer, err)
}
