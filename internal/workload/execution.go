// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

package workload

import (
	"slices"
	"strings"

	"k8s.io/apimachinery/pkg/runtime/schema"
)

// Execution is what a Pod, or the template of one, says that containers execute: a short digest of each part, sorted,
// with spaces between. It is small, as the cache has one of every Pod. Empty where nothing is known to be executed.
//
// Parts are what a container starts (its image, by digest where it is named by one, its command, arguments and working
// directory, as one part), each hook, each variable and source of variables, and the images in each volume. What else a
// volume holds is left out: a StatefulSet puts its claims in the place of volumes.
type Execution string

// Asked is what the Pods of an object are to execute, as its template says; of a Pod, as its spec says.
func Asked(resource schema.GroupResource, object map[string]any) Execution {
	if resource == pods {
		return executionOf(child(object, "spec"), everyContainer)
	}
	return executionOf(child(object, "spec", "template", "spec"), everyContainer)
}

// Executed is what a Pod has executed since it was made. An image that was changed since counts where the status of the
// container names it: init containers do not run again, and what has ended does not either.
func Executed(pod map[string]any) Execution {
	if number(pod, "metadata", "generation") == 1 {
		return Asked(pods, pod)
	}
	return executionOf(child(pod, "spec"), func(field string, container map[string]any) bool {
		return slices.ContainsFunc(children(child(pod, "status"), statusesOf[field]), func(status map[string]any) bool {
			return status["name"] == container["name"] && runsImage(status, container)
		})
	})
}

// Within tells whether all that is executed is among the other. What is added to a Pod, such as a container or a
// variable, takes nothing from what it was made from. Nothing is within anything where nothing is known.
func (e Execution) Within(other Execution) bool {
	parts, others := strings.Fields(string(e)), strings.Fields(string(other))
	return len(parts) > 0 && !slices.ContainsFunc(parts, func(part string) bool {
		_, found := slices.BinarySearch(others, part)
		return !found
	})
}

// statusesOf are the fields of a Pod's status by those of its spec.
var statusesOf = map[string]string{
	"initContainers": "initContainerStatuses", "containers": "containerStatuses",
}

func everyContainer(string, map[string]any) bool { return true }

// runsImage tells whether a container's status names the image of its spec, by digest.
func runsImage(status, container map[string]any) bool {
	image, _ := container["image"].(string)
	_, digest, pinned := strings.Cut(image, "@")
	for _, field := range []string{"imageID", "image"} {
		ran, _ := status[field].(string)
		if _, ranDigest, ok := strings.Cut(ran, "@"); ok && pinned && ranDigest == digest {
			return true
		}
	}
	return false
}
