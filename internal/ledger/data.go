// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

package ledger

import (
	"maps"
	"regexp"
	"slices"
	"strings"
)

const (
	// MostBytes is how much a ledger holds, keys and values: some 1,500 images by digest. API servers take in the whole of
	// it for each Pod, some milliseconds for so many (test/bench), though they look up but one key.
	MostBytes = 256 * 1024
	// longest image that is listed: what a request has room for.
	longest = 1024
	// keyLength is that of a SHA-256 in hexadecimal, with which an image ends that is named by digest.
	keyLength = 64
)

// spelling of an image that is listed: nothing that a key cannot hold, but for the marks that Key replaces.
var spelling = regexp.MustCompile(`^[-._a-zA-Z0-9/:@\[\]]+$`)

// marks of an image that keys of a ConfigMap cannot have.
var marks = strings.NewReplacer("/", "_", ":", "_", "@", "_", "[", "_", "]", "_")

// Listable tells whether a ledger can hold the image. What it cannot spell no runtime can pull either.
func Listable(image string) bool {
	if len(image) > longest || !spelling.MatchString(image) {
		return false
	}
	key := Key(image)
	return key != "." && !strings.HasPrefix(key, "..")
}

// Key under which an image is listed, among others that end alike: its last 64 characters. It is computed the same way
// in config/policy/pod_images.yaml, since CEL has no hash.
func Key(image string) string {
	return marks.Replace(image[max(0, len(image)-keyLength):])
}

// Data is what a ConfigMap holds that lists the images: by key, one a line, sorted.
func Data(images []string) map[string]string {
	data := make(map[string]string, len(images))
	for _, image := range distinct(images) {
		key := Key(image)
		if listed, ok := data[key]; ok {
			image = listed + "\n" + image
		}
		data[key] = image
	}
	return data
}

// Images that the data of a ConfigMap lists, sorted.
func Images(data map[string]string) []string {
	images := make([]string, 0, len(data))
	for _, lines := range data {
		images = append(images, strings.Split(lines, "\n")...)
	}
	return distinct(images)
}

// Lists tells whether the data of a ConfigMap lists the image.
func Lists(data map[string]string, image string) bool {
	return slices.Contains(strings.Split(data[Key(image)], "\n"), image)
}

// distinct are the same, sorted, each once.
func distinct(images []string) []string {
	sorted := slices.Sorted(slices.Values(images))
	return slices.Compact(sorted)
}

// fit are as many of the images as a ledger holds, those that are on it first, and how many are not among them.
func fit(known, wanted map[string]bool) (images []string, leftOut int) {
	room := MostBytes
	for _, first := range []bool{true, false} {
		for _, image := range slices.Sorted(maps.Keys(wanted)) {
			if known[image] != first {
				continue
			}
			if size := len(Key(image)) + len(image) + 1; Listable(image) && size <= room {
				room -= size
				images = append(images, image)
			} else {
				leftOut++
			}
		}
	}
	slices.Sort(images)
	return images, leftOut
}
