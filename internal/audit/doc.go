// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

// Package audit writes the trail: who asked, who approved, what was let in or turned away and why, and who was given
// which rights. One event is one line of JSON of a versioned form.
//
// The trail says that something happened and never carries what was in it: no content of objects, no values, no
// secrets. Text in it may come from anybody, so it is bounded, and every character that does not print is escaped. An
// event that could not be written is counted and reported, never lost in silence.
package audit
