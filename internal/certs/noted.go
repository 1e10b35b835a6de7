// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

package certs

import (
	"maps"
	"slices"
	"strings"

	"sigs.k8s.io/controller-runtime/pkg/client"
)

// notedAnnotation names the webhooks of a configuration that had a caBundle when the operator wrote it. It is written
// with what it is about, so that neither a leader that has just come up nor one that has not looked yet takes a webhook
// that has lost its caBundle for one that is new.
const notedAnnotation = "countersign.dev/trusting"

// Note writes into a configuration, which the operator is to store, which webhooks have a caBundle. Those stay noted
// that have Lost it. It says whether that is another note than before.
func Note(configuration client.Object) bool {
	var trusting []string
	lost := Lost(configuration)
	for name, config := range clientConfigs(configuration) {
		if len(config.CABundle) > 0 || slices.Contains(lost, name) {
			trusting = append(trusting, name)
		}
	}
	slices.Sort(trusting)
	note := strings.Join(trusting, ",")
	annotations := maps.Clone(configuration.GetAnnotations())
	if annotations[notedAnnotation] == note {
		return false
	}
	if annotations == nil {
		annotations = map[string]string{}
	}
	annotations[notedAnnotation] = note
	if note == "" { // as it is installed
		delete(annotations, notedAnnotation)
	}
	configuration.SetAnnotations(annotations)
	return true
}

// Lost names the webhooks of a configuration, as it is stored, that have no caBundle and had one when the operator
// wrote it, sorted.
func Lost(configuration client.Object) []string {
	noted := strings.Split(configuration.GetAnnotations()[notedAnnotation], ",")
	var lost []string
	for name, config := range clientConfigs(configuration) {
		if len(config.CABundle) == 0 && slices.Contains(noted, name) {
			lost = append(lost, name)
		}
	}
	slices.Sort(lost)
	return lost
}
