// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

// Package certs keeps the webhook server's certificate: it issues it, has API servers trust it, and replaces it before
// it expires, all without one failed call.
//
// A Secret is the source of truth. The leader writes it and the caBundle of the webhook configurations; every replica
// watches it and serves from memory, so that nothing is mounted and no file lags behind. A new authority is trusted
// first and signs later: it is added to the caBundle of every configuration, API servers get time to notice, and only
// then a certificate that it signed is served. The old authority stays in the caBundle until it expires, which is after
// all that it signed.
//
// The package is the project's own because open-policy-agent/cert-controller replaces the caBundle at once when its
// authority is due, before replicas serve what the new one signed, so that calls fail. It also needs a Secret that is
// mounted and was created by somebody else, and watches the webhook configurations of the whole cluster.
//
// Where cert-manager issues the certificate, nothing of this package runs: the webhook server reads files, and
// cert-manager's CA injector keeps the caBundle.
package certs
