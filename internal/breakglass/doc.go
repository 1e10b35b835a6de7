// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

// Package breakglass says what the label and the annotations of a namespace tell of a gap in its gate: who opened it,
// why, and until when. It decides nothing about entry: while the label is there, API servers ask nobody.
package breakglass
