// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

// Package window says when the time windows of a policy let changes in: a pure function of the windows and the time.
//
// Without windows a policy is open. With Allow windows it is open inside of any of them only, and a Deny window closes
// it whatever they say. What cannot be read closes: a Deny window as if it lasted for ever, an Allow window as if it
// never came.
//
// A start is a time on the clock of a zone: the first moment at which that clock shows it or a later time. So a start
// that the clock skips is when the clock goes on, and of one that it shows twice the first counts. How long a window
// lasts is counted in seconds that pass.
package window
