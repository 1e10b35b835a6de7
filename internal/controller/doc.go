// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

// Package controller keeps the cluster as the objects of Countersign say: grants for PipelineRoles, and the status of
// policies, requests and approvals. It decides nothing about entry: what it writes into a status informs people, or
// records what happened; the gate judges by what it reads itself.
package controller
