// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

// Package guards knows the guards that are installed with config/, from the manifests themselves, and tells what of one
// is not as it should be. The operator restores them by it. It calls nothing.
package guards
