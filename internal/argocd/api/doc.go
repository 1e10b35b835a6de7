// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

// Package api asks Argo CD's API server what is not in an Application: who wrote a revision, and what it renders to. It
// only reads, as an account that may get Applications and nothing else. It does not trust what it hears: an answer has
// a size that is not exceeded, and what it means is for others to judge.
package api
