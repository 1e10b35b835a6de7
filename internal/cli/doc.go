// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

// Package cli is the kubectl plugin: it shows requests, takes what people decide about them, and asks for changes.
//
// It has no rights and no judgement of its own. Everything is read and written as the caller, and what a change needs
// is said by the operator; the plugin says it in plain words, with the command that moves it on. It never claims more
// than it has read. Whatever is shown was written by somebody: text is made safe for terminals before it is printed
// (see safe).
package cli
