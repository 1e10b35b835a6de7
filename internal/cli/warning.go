// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

package cli

import (
	"strings"

	"k8s.io/client-go/rest"
)

// ownWarning starts what the operator says of a dry-run. This plugin says it itself, in more words.
const ownWarning = "countersign: "

// warnings passes the warnings of the API server on, fit for a terminal.
type warnings struct {
	next rest.WarningHandler
}

// HandleWarningHeader implements rest.WarningHandler.
func (w warnings) HandleWarningHeader(code int, agent, text string) {
	if !strings.HasPrefix(text, ownWarning) {
		w.next.HandleWarningHeader(code, agent, safe(text))
	}
}
