// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

// Package story plays the main story of Countersign against the running demo: with the commands that people would
// type, as the people who would type them, and with the output that they would see. Every step says what must come of
// it, and the first that comes out otherwise ends the story with an error.
package story
