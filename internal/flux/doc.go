// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

// Package flux reads what a Kustomization of Flux says about its last reconciliation, and tells when one that was
// denied is to be tried again, since its changes may enter. It calls nothing, and decides nothing about what may
// enter: to try again is to ask again, and the gate judges it as anything else.
package flux
