// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

// Package manager puts the operator together: caches, webhooks, controllers, certificates, probes.
//
// It is ready when it can decide: the caches have been filled, the webhook server serves a certificate that the API
// server trusts, and the audit trail can be written. Every replica serves the webhooks; with leader election one of
// them writes status and grants.
package manager
