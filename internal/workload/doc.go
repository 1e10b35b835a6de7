// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

// Package workload says what a workload runs, where an object that routes traffic sends it, and what a ConfigMap or
// Secret holds: which fields of an object are gated, which images and which ConfigMaps and Secrets they name, the
// digest that an approval is bound to, and the difference between two contents as a person should read it.
//
// Of a custom kind, which nobody here knows, everything is content but metadata and status: see custom.go.
//
// Content is cut out of raw JSON, and all of it counts but for what this package names and explains. So a field that
// was added to Kubernetes after this was compiled changes the digest like any other. Which parts of an object are cut
// out is in resources.go; what of them is left out, or replaced because the API server makes it up anew for every
// attempt, is in ignored.go, generated.go and allocated.go, and nowhere else. What Kubernetes writes into a stored
// Secret is in token.go; text of which nobody can tell what it is, in garbled.go. What a Pod has executed of what its
// template says is in execution.go.
//
// The package knows nothing of requests, approvals or policies, and it reads nothing from a cluster.
package workload
