// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

package workload

import (
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"slices"
	"strings"
)

// executionKey is another one in each process, so that nobody can look for two parts with the same short digest.
var executionKey = rand.Text()

// executionSize is how many bytes of a digest are kept.
const executionSize = 8

// executionOf the spec of a Pod; empty where it cannot be read.
func executionOf(spec map[string]any, runs func(field string, container map[string]any) bool) Execution {
	var parts []any
	for field := range statusesOf {
		for _, container := range children(spec, field) {
			if runs(field, container) {
				parts = append(parts, partsOf(field, container)...)
			}
		}
	}
	for _, volume := range children(spec, "volumes") {
		if images := Images(volume); len(images) > 0 {
			parts = append(parts, []any{"volumes", volume["name"], digested(images)})
		}
	}
	return pack(parts)
}

// partsOf a container; the first is all that it starts with.
func partsOf(field string, container map[string]any) []any {
	name := container["name"]
	image, _ := container["image"].(string)
	parts := []any{[]any{
		field, name, digested([]string{image}), container["command"], container["args"], container["workingDir"],
		container["restartPolicy"],
	}}
	for hook, does := range child(container, "lifecycle") {
		parts = append(parts, []any{field, name, hook, does})
	}
	for _, list := range []string{"env", "envFrom"} {
		for _, element := range elementsOf(container[list]) {
			parts = append(parts, []any{field, name, list, element})
		}
	}
	return parts
}

// digested are the images by their digests, where they have one: a webhook may have them pulled from a mirror.
func digested(images []string) []any {
	all := make([]any, len(images))
	for i, image := range images {
		if _, digest, ok := strings.Cut(image, "@"); ok {
			image = digest
		}
		all[i] = image
	}
	return all
}

func pack(parts []any) Execution {
	digests := make([]string, len(parts))
	for i, part := range parts {
		text, err := appendValue(nil, part)
		if err != nil {
			return ""
		}
		mac := hmac.New(sha256.New, []byte(executionKey))
		mac.Write(text)
		digests[i] = base64.RawStdEncoding.EncodeToString(mac.Sum(nil)[:executionSize])
	}
	slices.Sort(digests)
	return Execution(strings.Join(slices.Compact(digests), " "))
}
