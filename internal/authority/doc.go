// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

// Package authority asks the API server whether somebody holds what a PipelineRole would give: nobody gets a right
// through Countersign that its author does not have (as in RBAC itself, see "Privilege escalation prevention" there).
//
// The author is told to the API server as it told us, with uid, groups and extra: an authorizer may go by any of them.
// Whoever may use verb escalate on the PipelineRole gives what they like. A capability needs verb bind on its
// ClusterRole, or every right in it; capability Approve needs verb approve on the policies of the environments. The
// number of questions is bounded: what would need more is refused, and says so.
package authority
