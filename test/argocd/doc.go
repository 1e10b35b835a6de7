// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

// Package argocd tests Countersign together with a real Argo CD: its application controller, repo server, API server
// and Redis, on the control plane of the other tests, with a Git repository that several people commit to. Nothing is
// faked; only that nobody's browser is there, so that people call Argo CD's API.
//
// The tests have the build tag argocd, because Argo CD takes minutes to build: `go test ./...` passes over them, and
// `make test-argocd` builds what they need and runs them. Linters look at them always.
package argocd
