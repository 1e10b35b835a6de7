// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

// Package gates says about which changes API servers are to ask, beyond those of workloads: a pure function of the
// policies. What runs is asked about in every environment, by a configuration that is installed and never changes. The
// rest is asked about only where a policy gates it, so that nobody's Services wait for the operator unless somebody
// wanted them to.
package gates
