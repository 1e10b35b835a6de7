// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

package promotion

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/countersign-dev/countersign/api/v1alpha1"
	"github.com/countersign-dev/countersign/internal/identity"
)

// How much text the fields of a status hold, in characters.
const (
	maxWaitingFor  = 4096
	maxRequirement = 4096
	maxNotCounted  = 512
)

// clip cuts a text to so many characters.
func clip(text string, length int) string {
	runes := []rune(text)
	if len(runes) <= length {
		return text
	}
	return string(runes[:length-1]) + "…"
}

// named writes a name, or a text with names in it, into a message: as it is where every character is plain to see, and
// otherwise quoted in ASCII, so that it can neither pass for another nor break or reorder the line.
func named(name string) string {
	if identity.CheckName(name) != nil {
		return strconv.QuoteToASCII(name)
	}
	return name
}

// comment that somebody gave with a decision, quoted.
func comment(decision v1alpha1.Approval) string {
	if decision.Spec.Comment == "" {
		return ""
	}
	return ": " + strconv.Quote(decision.Spec.Comment)
}

// command of the plugin about a request or a decision.
func command(verb, name, namespace string) string {
	return fmt.Sprintf("kubectl countersign %s %s -n %s", verb, name, namespace)
}

// distinct texts in the order they came.
type distinct []string

func (l *distinct) add(text string) {
	if text != "" && !slices.Contains(*l, text) {
		*l = append(*l, text)
	}
}

func (l *distinct) join(separator string) string { return strings.Join(*l, separator) }
