// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

package workload

import (
	"crypto/hmac"
	"crypto/sha256"
	"fmt"
	"regexp"

	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime/schema"
)

// seals are what takes the place of a Secret's values: an HMAC under a key that the operator alone has. It tells one
// value from another, and nothing else: a plain hash of a password can be tried out, and this cannot.
var seals = regexp.MustCompile(`^hmac-sha256:[0-9a-f]{64}$`)

// Seal returns a Secret with a seal in place of every value; any other object as it is. The seal is bound to where the
// value is, so that the same one elsewhere cannot be told to be the same. The object is left as it is.
func Seal(key []byte, resource schema.GroupResource, object map[string]any) map[string]any {
	if resource != secrets || object == nil {
		return object
	}
	sealed := make(map[string]any, len(object))
	for field, value := range object {
		switch field {
		case "apiVersion", "kind", "metadata", "type", "immutable":
			sealed[field] = value
		default:
			sealed[field] = sealAll(key, place(object)+"\x00"+field, value)
		}
	}
	return sealed
}

// place of a Secret. One whose name is still to be made cannot be in use, and is not asked for.
func place(object map[string]any) string {
	metadata := unstructured.Unstructured{Object: object}
	return metadata.GetNamespace() + "\x00" + metadata.GetName()
}

// sealAll seals the values of a map one by one, and anything else as a whole.
func sealAll(key []byte, where string, value any) any {
	values, ok := value.(map[string]any)
	if !ok {
		return sealOne(key, where, value)
	}
	sealed := make(map[string]any, len(values))
	for name, element := range values {
		sealed[name] = sealOne(key, where+"\x00"+name, element)
	}
	return sealed
}

func sealOne(key []byte, where string, value any) string {
	text, err := appendValue(nil, value)
	if err != nil {
		text = fmt.Appendf(nil, "%T %v", value, value) // of no JSON value, which no API server sends
	}
	// No name of an object or a key holds a zero, so that no two places read alike.
	mac := hmac.New(sha256.New, key)
	mac.Write(fmt.Appendf(nil, "countersign.dev/secret\x00%s\x00%s", where, text))
	return fmt.Sprintf("hmac-sha256:%x", mac.Sum(nil))
}

// sealed tells whether a value is a seal.
func sealed(value any) bool {
	text, ok := value.(string)
	return ok && seals.MatchString(text)
}
