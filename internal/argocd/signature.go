// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

package argocd

import (
	"errors"
	"fmt"
	"slices"
)

// Commits says which commits are believed to name their authors.
type Commits string

const (
	// CommitsAll : any commit.
	CommitsAll Commits = "All"
	// CommitsSigned : commits whose signature Argo CD found good.
	CommitsSigned Commits = "Signed"
)

// signatures is the name of the check of signatures, as Argo CD has it since 3.5.
const signatures = "GIT/GPG"

// whyUnsigned says why the commit does not count as signed; nil where it does: Argo CD checked its signature, found it
// good and by a key that the project lists, and found nothing wrong by any other check. That the project asks for no
// check, or that gpg is switched off, is seen by there being no result: silence is no signature. The older
// signatureInfo is not looked at: it is a sentence, and has an author's own words in it.
func whyUnsigned(integrity *Integrity) error {
	if integrity == nil || !slices.ContainsFunc(integrity.Checks, func(c Check) bool { return c.Name == signatures }) {
		return errors.New("its signature was not checked by Argo CD: the project has to ask for it, under sourceIntegrity")
	}
	for _, check := range integrity.Checks {
		if len(check.Problems) > 0 {
			return fmt.Errorf("its signature does not count: %s: %s", check.Name, check.Problems[0])
		}
	}
	return nil
}
