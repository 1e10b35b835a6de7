// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

// Package forecast tells what would be stored, were an object applied as Argo CD applies it. It has the API server try,
// by a dry-run, with all defaulting and mutation, so that the answer has the content that the gate will see. Nothing is
// ever written: the operator may not do that (config/policy/operator_writes.yaml).
package forecast
