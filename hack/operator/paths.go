// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

package operator

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"github.com/countersign-dev/countersign/hack/process"
)

// AuditLogFile is where the operator writes its audit trail.
func (o *Operator) AuditLogFile() string { return filepath.Join(o.options.Dir, "audit.jsonl") }

// LogFile is where the operator's log and, in between, its audit trail go.
func (o *Operator) LogFile() string { return filepath.Join(o.options.Dir, program+".log") }

// Metrics is the address at which the operator serves its metrics.
func (o *Operator) Metrics() string { return o.addresses.Metrics }

// Webhook is the address at which the operator serves admission reviews.
func (o *Operator) Webhook() string { return o.addresses.Webhook }

// Health is the address at which the operator serves its probes.
func (o *Operator) Health() string { return o.addresses.Health }

func (o *Operator) kubeconfigFile() string {
	return filepath.Join(o.options.Dir, program+".kubeconfig")
}

// addresses are where the operator listens. They are kept in a file: the webhook configurations name one of them.
type addresses struct {
	Webhook, Health, Metrics string
}

// addressesIn reads the addresses that were chosen for a directory before, or chooses some.
func addressesIn(dir string) (addresses, error) {
	file := filepath.Join(dir, "addresses.json")
	content, err := os.ReadFile(file)
	if errors.Is(err, fs.ErrNotExist) {
		return chooseAddresses(file)
	}
	if err != nil {
		return addresses{}, err
	}
	var read addresses
	if err := json.Unmarshal(content, &read); err != nil {
		return addresses{}, fmt.Errorf("read %s: %w", file, err)
	}
	return read, nil
}

func chooseAddresses(file string) (chosen addresses, err error) {
	if err := process.ChooseAddresses(&chosen.Webhook, &chosen.Health, &chosen.Metrics); err != nil {
		return chosen, err
	}
	content, err := json.Marshal(chosen)
	if err != nil {
		return chosen, err
	}
	return chosen, os.WriteFile(file, content, 0o600)
}
