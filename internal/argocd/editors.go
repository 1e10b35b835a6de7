// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

package argocd

import (
	"errors"

	"github.com/countersign-dev/countersign/api/v1alpha1"
	"github.com/countersign-dev/countersign/internal/identity"
)

// Editors are who changed what an Application deploys, but for the revision, since it last deployed all of that: they
// wrote what a sync brings as much as who wrote its commits. Of deliveries that is who wrote what they brought. Which
// commit it is of is no change, as that has authors of its own.
//
// An error says why there may be others: nobody is to be taken for no author then. Those that are named are authors all
// the same.
func Editors(application map[string]any) ([]v1alpha1.Author, []Delivery, error) {
	spec, err := digestOfSpec(application)
	if err != nil {
		return nil, nil, err
	}
	known, found := editsOf(application), named{evidence: v1alpha1.AuthorApplication}
	if !known.reach(spec) {
		found.miss("nobody saw who made the Application what it is")
	}
	if known.since == "" {
		found.miss("nobody saw all who changed the Application since it last deployed all that it names")
	}
	if changedMeanwhile(application) {
		found.miss("somebody has changed the Application since its sync was ordered")
	}
	var deliveries []Delivery
	for _, made := range known.made {
		if made.by.Delivery == nil {
			found.edited(made.by.Username)
			continue
		}
		deliveries = append(deliveries, *made.by.Delivery)
	}
	return found.authors, deliveries, errors.Join(found.missing...)
}

// changedMeanwhile : what is synced was ordered for another Application than it is now, or nobody can tell.
func changedMeanwhile(application map[string]any) bool {
	operation, runs := field(application, "operation")
	fields, _ := operation.(map[string]any)
	return runs && changedSince(application, stampOn(fields))
}

// edited by whoever has the user name. Behind a service account is somebody else, whom nobody knows.
func (n *named) edited(username string) {
	switch {
	case username == "":
		n.miss("nobody saw who changed the Application")
	case !identity.Directory{}.IsPerson(username):
		n.miss("%s, which is not a person, changed the Application", clip(username))
	default:
		n.list("who changed the Application", username)
	}
}
