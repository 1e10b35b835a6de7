// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

// Package evidence reads what a decision depends on: the environment, the policies and roles, and the requests and
// decisions for a change.
//
// Policies, roles, namespaces, the names of people, and what entered elsewhere come from the cache; a stale one is at
// most as old as the watch. A freeze and emergencies are read live. Requests and decisions are read one by one by name:
// their names form series without gaps (see promotion.RequestName and ApprovalName), so reading until one is missing
// reads them all. For the gate that is live and costs one round trip, where the cache knows how many there are; a
// consistent list could wait for the API server's own cache. Any error that is not "not found" is returned: what could
// not be read is not taken for absent.
package evidence
