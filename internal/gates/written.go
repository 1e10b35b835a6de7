// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

package gates

import (
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"maps"
	"slices"

	admissionregistrationv1 "k8s.io/api/admissionregistration/v1"
	"k8s.io/apimachinery/pkg/api/equality"
)

// Sum tells entries from others, in sixteen hexadecimal digits. Their order does not count, nor the authority that they
// trust, which whoever issues certificates writes.
func Sum(entries []admissionregistrationv1.ValidatingWebhook) (string, error) {
	entries = slices.Clone(entries)
	for i := range entries {
		entries[i].ClientConfig.CABundle = nil
	}
	slices.SortFunc(entries, func(a, b admissionregistrationv1.ValidatingWebhook) int {
		return cmp.Compare(a.Name, b.Name)
	})
	text, err := json.Marshal(entries)
	if err != nil {
		return "", fmt.Errorf("sum up entries: %w", err)
	}
	sum := sha256.Sum256(text)
	return hex.EncodeToString(sum[:8]), nil
}

// Differing are the names of the entries that are not alike on both sides, or only on one, sorted. The authority that
// they trust does not count.
func Differing(these, those []admissionregistrationv1.ValidatingWebhook) []string {
	here, there := byName(these), byName(those)
	names := maps.Clone(here)
	maps.Copy(names, there)
	var differing []string
	for _, name := range slices.Sorted(maps.Keys(names)) {
		if !equality.Semantic.DeepEqual(here[name], there[name]) {
			differing = append(differing, name)
		}
	}
	return differing
}

func byName(entries []admissionregistrationv1.ValidatingWebhook) map[string]admissionregistrationv1.ValidatingWebhook {
	all := map[string]admissionregistrationv1.ValidatingWebhook{}
	for _, entry := range entries {
		entry.ClientConfig.CABundle = nil
		all[entry.Name] = entry
	}
	return all
}
