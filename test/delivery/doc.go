// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

// Package delivery tests Countersign together with what delivers without Argo CD: a real Helm, a real Flux
// (source-controller and kustomize-controller) and a real Argo Rollouts, on the control plane of the other tests.
//
// The tests have the build tag delivery, because these programs take minutes to build: `go test ./...` passes over
// them, and `make test-delivery` builds what they need and runs them. Linters look at them always.
package delivery
