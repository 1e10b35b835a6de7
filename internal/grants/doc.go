// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

// Package grants says which Roles, RoleBindings and service accounts a PipelineRole comes to: a pure function of the
// role, the namespaces and the time.
//
// A role that is not as its schema says still grants nothing that the schema rules out: an expired member, a member or
// capability of an unknown sort and a name of the system get nothing, and a bot never approves. Nothing in the role's
// own labels and annotations reaches what is made from it but who changed the role last.
package grants
