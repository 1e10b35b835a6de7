// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

package workload

import (
	"slices"

	"k8s.io/apimachinery/pkg/runtime/schema"
)

// What the API server makes up for one attempt is replaced, never taken out: a label that is there and one that is not
// are different contents. No replacement is a value that the API server accepts from anybody, so none can be forged.
const (
	ownUID            = "(own uid)"
	ownName           = "(own name)"
	tokenVolumeName   = tokenVolumePrefix + "*"
	tokenVolumePrefix = "kube-api-access-"
)

var (
	jobUIDLabels  = []string{"controller-uid", "batch.kubernetes.io/controller-uid"}
	jobNameLabels = []string{"job-name", "batch.kubernetes.io/job-name"}
)

// replaceGenerated makes two attempts at the same object have the same content.
func replaceGenerated(resource schema.GroupResource, content, object map[string]any) {
	switch resource {
	case jobs:
		replaceJobLabels(child(content, "spec", "selector", "matchLabels"), object)
		replaceJobLabels(child(content, "spec", "template", "metadata", "labels"), object)
	case pods:
		replaceTokenVolume(child(content, "spec"))
	case services:
		replaceAllocated(child(content, "spec"))
	}
}

// replaceJobLabels replaces the labels by which a Job finds its Pods, where they name this very Job: its UID, and its
// name if that was generated.
func replaceJobLabels(labels, object map[string]any) {
	replaceLabels(labels, jobUIDLabels, metadataString(object, "uid"), ownUID)
	if IdentityOf(jobs, "", object).GenerateName != "" {
		replaceLabels(labels, jobNameLabels, metadataString(object, "name"), ownName)
	}
}

func replaceLabels(labels map[string]any, keys []string, own, replacement string) {
	for _, key := range keys {
		if own != "" && labels[key] == own {
			labels[key] = replacement
		}
	}
}

// replaceTokenVolume renames the volume that the API server adds to a Pod for the token of its service account, and
// the mounts of that volume. The volume itself stays content, and one new name for one old name hides nothing.
func replaceTokenVolume(podSpec map[string]any) {
	volume := tokenVolume(podSpec)
	if volume == nil {
		return
	}
	generated := volume["name"]
	volume["name"] = tokenVolumeName
	for _, field := range []string{"initContainers", "containers", "ephemeralContainers"} {
		for _, container := range children(podSpec, field) {
			for _, mount := range children(container, "volumeMounts") {
				if mount["name"] == generated {
					mount["name"] = tokenVolumeName
				}
			}
		}
	}
}

// tokenVolume returns the volume with a name that the API server could have made. If there are two, either could be
// somebody's own, and none is returned; nor is one that is not projected.
func tokenVolume(podSpec map[string]any) map[string]any {
	named := slices.DeleteFunc(children(podSpec, "volumes"), func(volume map[string]any) bool {
		name, _ := volume["name"].(string)
		return !generatedFrom(tokenVolumePrefix, name)
	})
	if len(named) != 1 || child(named[0], "projected") == nil {
		return nil
	}
	return named[0]
}

// children returns the objects of a list. They are not copies.
func children(object map[string]any, field string) []map[string]any {
	list, _ := object[field].([]any)
	objects := make([]map[string]any, 0, len(list))
	for _, element := range list {
		if element, ok := element.(map[string]any); ok {
			objects = append(objects, element)
		}
	}
	return objects
}
