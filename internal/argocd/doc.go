// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

// Package argocd reads what an Application of Argo CD says about its last sync, and writes down how one that was denied
// goes on once its changes may enter. It writes down who ordered a sync and who changed the Application, and tells who
// wrote a commit by what Argo CD reports of it. It calls nothing, and decides nothing about what may enter: to go on is
// to ask again, and the gate judges it as anything else.
package argocd
