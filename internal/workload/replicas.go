// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

package workload

// Replicas returns how many Pods an object asks for. Where spec.replicas is absent, a workload has the API's default
// of one; a Scale has none, because it does not write a zero.
func Replicas(object map[string]any) int64 {
	value := child(object, "spec")["replicas"]
	if value == nil && object["kind"] != "Scale" {
		return 1
	}
	switch value := value.(type) {
	case int64:
		return value
	case float64:
		return int64(value)
	}
	return 0
}
