// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

package argocd

import (
	"strings"

	"k8s.io/apimachinery/pkg/types"

	"github.com/countersign-dev/countersign/internal/identity"
)

// By is who changes an Application. It is written down as the user name, and of a delivery by a service account as
// "NAME of NAMESPACE/APPLICATION PROJECT REVISION,…", with "hydrated" at the end where its sources are.
type By struct {
	Username string
	// Delivery that the user carries out; nil where it is not known for sure that they do.
	Delivery *Delivery
}

// Delivery is a sync of an Application that delivers another one.
type Delivery struct {
	Application types.NamespacedName
	Sync        Sync
}

// DeliveryOf the sync that runs of an Application; nil where it brings more than the work of who wrote its commits, or
// that is not known.
func DeliveryOf(name types.NamespacedName, application map[string]any) *Delivery {
	sync, err := SyncOf(application)
	if err != nil {
		return nil
	}
	editors, deliveries, err := Editors(application)
	if err != nil || len(editors)+len(deliveries) > 0 {
		return nil
	}
	return &Delivery{Application: name, Sync: sync}
}

const (
	ofDelivery = " of "
	isHydrated = "hydrated"
)

// String is as it is written down.
func (b By) String() string {
	if b.Delivery == nil {
		return b.Username
	}
	of := b.Delivery
	words := []string{of.Application.String(), of.Sync.Project, strings.Join(of.Sync.Revisions, ",")}
	if of.Sync.Hydrated {
		words = append(words, isHydrated)
	}
	return b.Username + ofDelivery + strings.Join(words, " ")
}

// byOf what is written down. A person never comes in a delivery, whatever their name.
func byOf(text string) By {
	if !identity.IsServiceAccount(text) {
		return By{Username: text}
	}
	username, rest, _ := strings.Cut(text, ofDelivery)
	words := strings.Split(rest, " ")
	hydrated := len(words) == 4 && words[3] == isHydrated
	if len(words) != 3 && !hydrated {
		return By{Username: username}
	}
	namespace, name, _ := strings.Cut(words[0], "/")
	return By{Username: username, Delivery: &Delivery{
		Application: types.NamespacedName{Namespace: namespace, Name: name},
		Sync:        Sync{Project: words[1], Revisions: strings.Split(words[2], ","), Hydrated: hydrated},
	}}
}
