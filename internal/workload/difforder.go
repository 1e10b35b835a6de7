// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

package workload

import (
	"slices"
	"strings"
)

// unordered are the lists of named elements whose order decides nothing that runs. That of any other may: an init
// container does what an earlier one left it to do, and what a custom kind lists may be steps.
var unordered = []string{
	"containers", "ephemeralContainers", "volumes", "volumeMounts", "volumeDevices", "volumeClaimTemplates", "ports",
	"imagePullSecrets", "httpHeaders", "items", "tolerations", "matchExpressions", "resourceClaims", "claims", "sysctls",
	"ownerReferences", "parentRefs", "backendRefs", "approvals", "members", "bots", "trustedControllers", "windows",
}

// addOrder adds the order of the elements of a list, unless it goes without saying: what stays is as it was, and one
// element has come behind it. Of lists whose order decides nothing, also several that are sorted.
func (d *differ) addOrder(at path, before, after []string, refers bool) {
	kept := among(before, after, true)
	added := among(after, before, false)
	slices.Sort(added)
	decides := orderDecides(at, refers)
	if slices.Equal(after, slices.Concat(kept, added)) && (len(added) < 2 || !decides) {
		return
	}
	found := ranked{danger: dangerNone, Difference: Difference{
		Path: at.String(), Type: Reordered, New: listOf(after), Executes: decides,
	}}
	if len(kept) > 0 {
		found.Old = listOf(kept)
	}
	if decides {
		found.danger = dangerOrder
	}
	d.found = append(d.found, found)
}

// orderDecides tells whether the order of the list may change what runs. Environment variables come in no order, save
// where one refers to another.
func orderDecides(at path, refers bool) bool {
	key := ""
	if len(at) > 0 {
		key = at[len(at)-1].key
	}
	if key == "env" {
		return refers
	}
	return !slices.Contains(unordered, key)
}

// refersBack tells whether an environment variable in the list refers to another, as $(HOST) does.
func refersBack(elements []any) bool {
	return slices.ContainsFunc(elements, func(element any) bool {
		value, _ := fieldsOf(element)["value"].(string)
		return strings.Contains(value, "$(")
	})
}

// namesIn returns the names of the elements of a list, in order.
func namesIn(elements []any, key string) []string {
	names := make([]string, len(elements))
	for i, element := range elements {
		names[i], _ = fieldsOf(element)[key].(string)
	}
	return names
}

// among returns those of the names that are among others, or those that are not.
func among(names, others []string, are bool) []string {
	return slices.DeleteFunc(slices.Clone(names), func(name string) bool { return slices.Contains(others, name) != are })
}

func listOf(names []string) string {
	quoted := make([]string, len(names))
	for i, name := range names {
		quoted[i] = literal(name)
	}
	return "[" + strings.Join(quoted, ", ") + "]"
}
