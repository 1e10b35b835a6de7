// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

// Package controller keeps the cluster as the objects of Countersign say: grants for PipelineRoles, what API servers
// ask about for policies, the ledgers of images, the status of all kinds, the syncs of Argo CD that wait or were turned
// away, and the end of freezes, emergencies and gaps in the gate. It decides nothing about entry: what it writes into a
// status informs people, or records what happened: that something entered, ran, or was reviewed. The gate judges by
// such records, and by what it reads itself.
package controller
