// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

package certs

import (
	"bytes"
	"crypto/x509"
	"maps"
	"slices"
	"time"

	"k8s.io/apimachinery/pkg/types"
	"k8s.io/client-go/util/cert"
	"sigs.k8s.io/controller-runtime/pkg/client"
)

// Gaps are where it is written down that somebody else has changed what API servers trust, and that it is put right.
type Gaps interface {
	// Changed begins a gap, unless it has begun. What names the webhooks whose caBundle is changed.
	Changed(configuration client.Object, what ...string) error
	// Restored ends it, if one has begun.
	Restored(configuration client.Object) error
}

// carried is the caBundle of each webhook as it was last seen to be right, by its configuration and its name.
type carried map[types.UID]map[string]string

// observe a configuration that is right.
func (c *carried) observe(configuration client.Object) {
	if *c == nil {
		*c = carried{}
	}
	bundles := map[string]string{}
	for name, config := range clientConfigs(configuration) {
		bundles[name] = string(config.CABundle)
	}
	(*c)[configuration.GetUID()] = bundles
}

// changedByOthers names the webhooks of a configuration, as it is stored, whose caBundle is not the one that is wanted
// since somebody else has written it, sorted. Of one that was not seen before that is known where it has Lost it, and
// where it trusts an authority that is not of the material, and that has not expired.
func (c *carried) changedByOthers(configuration client.Object, wanted []byte, m material, now time.Time) []string {
	before, lost := (*c)[configuration.GetUID()], Lost(configuration)
	var changed []string
	configs := clientConfigs(configuration)
	for _, name := range slices.Sorted(maps.Keys(configs)) {
		bundle := configs[name].CABundle
		was, seen := before[name]
		othersWrote := was != string(bundle)
		if !seen {
			othersWrote = slices.Contains(lost, name) || foreign(bundle, m.trusted, now)
		}
		if othersWrote && !bytes.Equal(bundle, wanted) {
			changed = append(changed, name+".caBundle")
		}
	}
	return changed
}

// foreign tells whether a bundle has anything in it but what is or was trusted.
func foreign(bundle []byte, trusted []*x509.Certificate, now time.Time) bool {
	if len(bundle) == 0 {
		return false
	}
	found, err := cert.ParseCertsPEM(bundle)
	return err != nil || slices.ContainsFunc(found, func(authority *x509.Certificate) bool {
		return now.Before(authority.NotAfter) && !slices.ContainsFunc(trusted, authority.Equal)
	})
}
