// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

package controlplane

import (
	"fmt"
	"os"
	"path/filepath"

	"github.com/countersign-dev/countersign/hack/repo"
)

// Options say what control plane to start. The zero value is a control plane without nodes, which ends with this
// process.
type Options struct {
	// Dir keeps everything the control plane writes. It is made where it is missing, and must not hold another control
	// plane. Where it is empty, a temporary one is made.
	Dir string
	// BinDir holds the programs. It is bin/ of the project where it is empty.
	BinDir string
	// Nodes is how many nodes kwok plays the part of. Without them there is no scheduler, and Pods stay pending.
	Nodes int
	// Scheduler is there without them too: for nodes that are real.
	Scheduler bool
	// Detached lets the control plane outlive this process, until something stops what Attach finds in Dir.
	Detached bool
	// AuditLog lets the API server write an audit log to AuditLogFile, without bodies of requests but for
	// SubjectAccessReviews.
	AuditLog bool
	// Args are flags to add, by program. The last of two equal flags counts; lists are joined.
	Args map[string][]string
}

// complete fills in what was left empty, and makes the directories.
func (o Options) complete() (Options, error) {
	if o.BinDir == "" {
		bin, err := repo.Bin()
		if err != nil {
			return o, err
		}
		o.BinDir = bin
	}
	if o.Dir == "" {
		dir, err := os.MkdirTemp("", "countersign-")
		if err != nil {
			return o, err
		}
		o.Dir = dir
	}
	for _, program := range o.programs() {
		if _, err := os.Stat(filepath.Join(o.BinDir, program)); err != nil {
			return o, fmt.Errorf("%w (go run ./hack/build builds it)", err)
		}
	}
	return o, os.MkdirAll(filepath.Join(o.Dir, pkiDir), 0o700)
}

// programs are the programs that run, in the order of their start.
func (o Options) programs() []string {
	programs := []string{etcd, apiServer, controllerManager}
	if o.scheduled() {
		programs = append(programs, scheduler)
	}
	if o.Nodes > 0 {
		programs = append(programs, kwok)
	}
	return programs
}

// scheduled tells whether somebody gives Pods a node.
func (o Options) scheduled() bool { return o.Scheduler || o.Nodes > 0 }
