// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

package main

import "fmt"

// enough is how many of a hundred mutants the tests of a package must notice.
const enough = 90

// verdict is what a run says in the end: how many survivors nobody has explained, and of how many packages the tests
// notice too little.
type verdict struct{ unexplained, bad int }

// add a package. It tells whether there is nothing against it.
func (v *verdict) add(unexplained int, f figures) bool {
	v.unexplained += unexplained
	if !f.enough() {
		v.bad++
	}
	return unexplained == 0 && f.enough()
}

func (v *verdict) err() error {
	if *v == (verdict{}) {
		return nil
	}
	return fmt.Errorf("%d survivors are not explained in hack/mutate/survivors.md, and the tests of %d packages notice "+
		"less than %d %%", v.unexplained, v.bad, enough)
}

// faults are why the figures of a package do not hold that its tests notice enough of the mutants that are found in it
// now, of which so many are explained. Nothing is run for it: mutants that came since are taken for ones that survive,
// and an explanation that is none of a survivor that was measured for an excuse.
func (f figures) faults(found, explained int) []string {
	var faults []string
	survived := f.mutants - f.noticed
	switch {
	case f == figures{}:
		faults = append(faults, "it was never measured")
	case !f.enough():
		faults = append(faults, fmt.Sprintf("of %d mutants its tests noticed %d", f.mutants, f.noticed))
	case !(figures{found, f.noticed}).enough():
		faults = append(faults, fmt.Sprintf("it has %d mutants by now, and was measured when it had %d", found, f.mutants))
	}
	if explained > survived {
		faults = append(faults, fmt.Sprintf("%d survivors are explained, and %d were measured", explained, survived))
	}
	if !(figures{found, found - explained}).enough() {
		faults = append(faults, fmt.Sprintf("of %d mutants %d are explained away", found, explained))
	}
	return faults
}
