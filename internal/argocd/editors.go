// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

package argocd

import (
	"errors"

	"github.com/countersign-dev/countersign/api/v1alpha1"
	"github.com/countersign-dev/countersign/internal/identity"
)

// Editors are who changed the sources of an Application, but for their revision, since it last deployed them whole:
// they wrote what a sync brings as much as who wrote its commits. Of deliveries that is who wrote what they brought.
// Which commit it is of is no change, as that has authors of its own.
//
// An error says why there may be others: nobody is to be taken for no author then. Those that are named are authors all
// the same. What a hydrator deployed says nothing of the sources that it made it of: of those all changes count.
func Editors(application map[string]any) ([]v1alpha1.Author, []Delivery, error) {
	sources, err := sourcesOf(application)
	if err != nil {
		return nil, nil, err
	}
	deployed, err := lastDeployed(application)
	if err != nil || deployed == sources {
		return nil, nil, err
	}
	known := editsOf(application)
	found := named{evidence: v1alpha1.AuthorApplication}
	if !known.reaches(sources) {
		found.miss("nobody saw who made the sources of the Application what they are")
	}
	known = known.since(deployed)
	if !known.all {
		found.miss("nobody saw all who changed the sources of the Application since it last deployed them whole")
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

// edited by whoever has the user name. Behind a service account is somebody else, whom nobody knows.
func (n *named) edited(username string) {
	switch {
	case username == "":
		n.miss("nobody saw who changed the sources of the Application")
	case !identity.Directory{}.IsPerson(username):
		n.miss("%s, which is not a person, changed the sources of the Application", clip(username))
	default:
		n.list("who changed the sources of the Application", username)
	}
}
