// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

package workload

import (
	"maps"
	"slices"
	"strings"

	"k8s.io/apimachinery/pkg/runtime/schema"
)

// blockDevice is the field of a Ceph volume. What is called its image holds data, and is not pulled.
const blockDevice = "rbd"

// Images returns every image that the content names, as it is written, sorted, each once. It does not look for the
// containers that it knows: any field that is called an image counts, wherever it is, but for
// keys that people choose, such as labels.
func Images(content map[string]any) []string { return ImagesOutside(content) }

// ImagesOutside returns those of the images that the content names outside the fields, wherever such a field is: what
// is in volumes is mounted, and what is in ephemeralContainers was put there to debug.
func ImagesOutside(content map[string]any, fields ...string) []string {
	found := map[string]struct{}{}
	addImages(found, content, fields)
	return slices.Sorted(maps.Keys(found))
}

// ImagesOf the content of a resource: a ConfigMap or Secret runs nothing, whatever its keys are called.
func ImagesOf(resource schema.GroupResource, content map[string]any) []string {
	if gate, _ := Gate(resource); gate == configures || gate == rules {
		return nil
	}
	return Images(content)
}

func addImages(found map[string]struct{}, value any, outside []string) {
	switch value := value.(type) {
	case []any:
		for _, element := range value {
			addImages(found, element, outside)
		}
	case map[string]any:
		for key, element := range value {
			if slices.Contains(outside, key) {
				continue
			}
			if image := imageOf(key, element); image != "" {
				found[image] = struct{}{}
			}
			if key != blockDevice && !freeKeys(key) {
				addImages(found, element, outside)
			}
		}
	}
}

// imageOf returns the image that a field names: in itself, or as the reference of an image volume.
func imageOf(key string, value any) string {
	if !isImageField(key) {
		return ""
	}
	if volume, ok := value.(map[string]any); ok {
		value = volume["reference"]
	}
	image, _ := value.(string)
	return image
}

func isImageField(key string) bool {
	return key == "image" || key == "imageName" || strings.HasSuffix(key, "Image")
}
