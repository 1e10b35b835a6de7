// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

package loosening

import "github.com/countersign-dev/countersign/api/v1alpha1"

// ledgerModes by how strict they are: what becomes of a Pod whose images nobody let in. What is not said is Warn.
var ledgerModes = map[v1alpha1.LedgerMode]int{
	v1alpha1.LedgerOff: 0, v1alpha1.LedgerWarn: 1, "": 1, v1alpha1.LedgerDeny: 2,
}

func ledger(c policyChange) (f findings) {
	before, after := c.before.Ledger, c.after.Ledger
	known, ok := ledgerModes[after.Mode]
	if !ok || known < ledgerModes[before.Mode] {
		f.addf("ledger.mode: %s -> %s", before.Mode, after.Mode)
	}
	added(&f, "ledger.injected", before.Injected, after.Injected)
	return f
}
