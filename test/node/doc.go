// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

// Package node tests Countersign on a real node: a kubelet that runs Pods as containers, on the control plane of the
// other tests. It shows what gets round any admission control, because it goes past the API server, or is not in what
// that is given; and what traces that leaves.
//
// The tests have the build tag node, because they need Linux, and to be root: `go test ./...` passes over them, and
// `make test-node` builds what they need and runs them. Linters look at them always.
package node
