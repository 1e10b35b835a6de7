// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

// Package configuration reads what ConfigMaps and Secrets hold, as digests, and keeps the key under which Secrets are
// sealed. A value of a Secret is in the operator's memory while its seal is computed, and is written nowhere.
//
// All is read live, in the namespaces where a policy has gate Configuration and nowhere else: the operator may not read
// others (see the controller of access). What cannot be read is an error, and lets nothing in.
package configuration
