// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

package argocd

// Metadata is what Argo CD reports of a revision in a Git repository: its RevisionMetadata, but for what nobody looks
// at. All of it but the checks is what whoever made the commit wrote into it.
// https://github.com/argoproj/argo-cd/blob/v3.6.1/pkg/apis/application/v1alpha1/types.go
type Metadata struct {
	// Author is the header of the commit: Alice <alice@example.com>.
	Author string `json:"author"`
	// Message of the commit, whole.
	Message string `json:"message"`
	// References are the commits that this one was made of by a program.
	References []Reference `json:"references"`
	// Integrity is what came of the checks that the project asks for; nil where it asks for none of this repository.
	Integrity *Integrity `json:"sourceIntegrityResult"`
}

// Reference to something that a commit was made of.
type Reference struct {
	// Commit referred to; nil where the reference is to something else.
	Commit *ReferredCommit `json:"commit"`
}

// ReferredCommit is a commit that another was made of.
type ReferredCommit struct {
	// Author of the commit: "Alice" <alice@example.com>. Where nobody was named it is <@>.
	Author string `json:"author"`
	// Body of the commit's message.
	Body string `json:"body"`
}

// Integrity is what came of the checks of a source. Argo CD names its fields in JSON as in Go.
type Integrity struct {
	Checks []Check `json:"Checks"`
}

// Check of a source.
type Check struct {
	// Name of what was checked: GIT/GPG.
	Name string `json:"Name"`
	// Problems that were found; none where the source passed.
	Problems []string `json:"Problems"`
}
