// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

package workload

import (
	"regexp"
	"strings"

	"k8s.io/apimachinery/pkg/runtime/schema"

	"github.com/countersign-dev/countersign/api/v1alpha1"
)

// custom is the shape of every custom kind, whichever policy gates it: the digest of a change must not be another for
// another policy. Annotations count, as operators take orders from them.
var custom = shape{gate: v1alpha1.GateResource, whole: true, metadata: annotated, scalable: true}

// Custom tells whether a group is of custom kinds: a CRD's has a dot. What is reserved for Kubernetes is not custom,
// and Countersign's own kinds are no content.
func Custom(group string) bool {
	return strings.Contains(group, ".") && !under(group, "k8s.io") && !under(group, "countersign.dev")
}

func under(group, domain string) bool { return group == domain || strings.HasSuffix(group, "."+domain) }

// shapeOf a resource; false where nothing can gate it.
func shapeOf(resource schema.GroupResource) (shape, bool) {
	if where, known := shapes[resource]; known || !Custom(resource.Group) {
		return where, known
	}
	return custom, true
}

// topLevel are the fields at the top of an object that are not taken whole.
var topLevel = map[string]bool{"apiVersion": true, "kind": true, "metadata": true, "status": true}

// remaining are the fields of an object that are its content where all of it is.
func remaining(object map[string]any) []string {
	var fields []string
	for field := range object {
		if !topLevel[field] {
			fields = append(fields, field)
		}
	}
	return fields
}

// counters are annotations in which a controller counts what it has made. Nobody acts on them, and with one of them in
// it no content could ever return.
var counters = []string{"rollout.argoproj.io/revision"}

var count = regexp.MustCompile(`^[0-9]{1,10}$`)

func ignoreCounters(annotations map[string]any) {
	for _, key := range counters {
		if value, ok := annotations[key].(string); ok && count.MatchString(value) {
			delete(annotations, key)
		}
	}
}

// ignoreEmptyResources takes `resources: {}` out of whatever looks like a container. Controllers that write Kubernetes'
// own types, as Argo Rollouts does to count, write it to every container that says nothing there.
func ignoreEmptyResources(value any) {
	switch value := value.(type) {
	case map[string]any:
		_, named := value["name"].(string)
		_, runs := value["image"].(string)
		if named && runs && empty(value["resources"]) {
			delete(value, "resources")
		}
		for _, nested := range value {
			ignoreEmptyResources(nested)
		}
	case []any:
		for _, nested := range value {
			ignoreEmptyResources(nested)
		}
	}
}

// Field is what an object, or a content, has at a path like .spec.template; false where it has nothing there.
func Field(object map[string]any, at string) (any, bool) {
	steps := strings.Split(strings.TrimPrefix(at, "."), ".")
	last := len(steps) - 1
	value, found := child(object, steps[:last]...)[steps[last]]
	return value, found && value != nil
}
