// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

package workload

import (
	"maps"
	"slices"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/runtime/schema"
)

// tokenOf are the annotations by which a Secret says whose token Kubernetes is to write into it. Where they name an
// account that is not there, or another than its token is of, Kubernetes deletes the Secret.
var tokenOf = []string{corev1.ServiceAccountNameKey, corev1.ServiceAccountUIDKey}

// tokenKeys are what Kubernetes writes into such a Secret.
var tokenKeys = []string{
	corev1.ServiceAccountTokenKey, corev1.ServiceAccountRootCAKey, corev1.ServiceAccountNamespaceKey,
}

// TokenAccount is the service account whose token Kubernetes writes into the Secret that has the content. False where
// it is no such Secret.
func TokenAccount(resource schema.GroupResource, content map[string]any) (string, bool) {
	if resource != secrets || content["type"] != string(corev1.SecretTypeServiceAccountToken) {
		return "", false
	}
	account, _ := child(content, "metadata", "annotations")[corev1.ServiceAccountNameKey].(string)
	return account, true
}

// beforeToken are what the content of a Secret may have been before Kubernetes wrote the token into it, the UID of the
// account, or both.
func beforeToken(content map[string]any) []map[string]any {
	bare, uid := leaveOut(content, tokenKeys, "data"), []string{corev1.ServiceAccountUIDKey}
	return []map[string]any{
		bare, leaveOut(content, uid, "metadata", "annotations"), leaveOut(bare, uid, "metadata", "annotations"),
	}
}

// leaveOut returns the object without the keys of what is at the path, and without what is empty for want of them. The
// object is left as it is.
func leaveOut(object map[string]any, keys []string, path ...string) map[string]any {
	rest := make(map[string]any, len(object))
	maps.Copy(rest, object)
	if len(path) == 0 {
		maps.DeleteFunc(rest, func(key string, _ any) bool { return slices.Contains(keys, key) })
		return rest
	}
	if rest[path[0]] = leaveOut(child(object, path[0]), keys, path[1:]...); empty(rest[path[0]]) {
		delete(rest, path[0])
	}
	return rest
}
