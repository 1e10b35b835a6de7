// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

// Package intake bounds how much of what is sent to the webhooks is held at once, so that nobody has the operator run
// out of memory: by many large objects, which anybody can try who may write one, or by bodies that never end. What
// there is no room for is turned away, and so lets nothing in.
package intake
