// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

package workload

// Session is the content of a request for sessions: who wants in, and how. What is typed in a session is not known
// when it is opened, so an approval is for the person and not for a command.
func Session(username, subresource string) map[string]any {
	return map[string]any{"user": username, "subresource": subresource}
}
