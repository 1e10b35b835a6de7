// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

package workload

import (
	"regexp"

	"github.com/countersign-dev/countersign/api/v1alpha1"
)

// restartedAt is how kubectl and Argo CD ask for a restart: they set the time in the template.
const restartedAt = "kubectl.kubernetes.io/restartedAt"

// RestartTime is what that time looks like: as in RFC 3339, section 5.6, with nanoseconds at most. Admission must not
// take any other text for one (see config/webhook).
const RestartTime = `^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}([.][0-9]{1,9})?(Z|[+-][0-9]{2}:[0-9]{2})$`

var restartTime = regexp.MustCompile(RestartTime)

// ignore takes out of a content what does not change what runs. This is the whole list:
//   - spec.replicas of what can be scaled, where it is a number: how many run is decided elsewhere
//   - the restart annotation of the Pod template
//   - a null creationTimestamp in the metadata of templates: older API servers write it, newer ones do not
//   - of what routes traffic and of custom kinds, the annotation in which kubectl keeps what was applied: nobody acts
//     on it
//   - of custom kinds, annotations in which their controllers count, and empty resources of containers (see custom.go)
func ignore(where shape, content map[string]any) {
	if where.gate != runs {
		ignoreAnnotations(where, content)
	}
	if where.scalable {
		ignoreReplicas(child(content, "spec"))
	}
	if where.whole && empty(content["spec"]) {
		delete(content, "spec") // as if it had never held a number of replicas
	}
	if where.template != nil {
		ignoreRestart(child(content, where.template...))
	}
	if !where.raw {
		ignoreNullTimestamps(content)
	}
	if where.gate == v1alpha1.GateResource {
		ignoreEmptyResources(content)
	}
}

// lastApplied is where kubectl apply keeps what was applied, to tell later what has been taken out.
const lastApplied = "kubectl.kubernetes.io/last-applied-configuration"

func ignoreAnnotations(where shape, content map[string]any) {
	metadata := child(content, "metadata")
	annotations := child(metadata, "annotations")
	delete(annotations, lastApplied)
	if where.gate == v1alpha1.GateResource {
		ignoreCounters(annotations)
	}
	if len(annotations) == 0 {
		delete(metadata, "annotations")
	}
	if metadata != nil && len(metadata) == 0 {
		delete(content, "metadata")
	}
}

func ignoreReplicas(spec map[string]any) {
	switch spec["replicas"].(type) {
	case int64, float64:
		delete(spec, "replicas")
	}
}

// ignoreRestart takes out the time of a restart. Anything but a time stays: a container can read its annotations, and
// what it reads could be a command.
func ignoreRestart(template map[string]any) {
	annotations := child(template, "metadata", "annotations")
	if value, _ := annotations[restartedAt].(string); !restartTime.MatchString(value) {
		return
	}
	delete(annotations, restartedAt)
	if len(annotations) == 0 {
		delete(child(template, "metadata"), "annotations")
	}
}

func ignoreNullTimestamps(value any) {
	switch value := value.(type) {
	case map[string]any:
		metadata := child(value, "metadata")
		if created, found := metadata["creationTimestamp"]; found && created == nil {
			delete(metadata, "creationTimestamp")
		}
		for _, nested := range value {
			ignoreNullTimestamps(nested)
		}
	case []any:
		for _, nested := range value {
			ignoreNullTimestamps(nested)
		}
	}
}
