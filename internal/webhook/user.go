// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

package webhook

import (
	authenticationv1 "k8s.io/api/authentication/v1"

	"github.com/countersign-dev/countersign/api/v1alpha1"
)

// userReference is who the API server says makes the call.
func userReference(user authenticationv1.UserInfo) v1alpha1.UserReference {
	return v1alpha1.UserReference{Username: user.Username, UID: user.UID, Groups: user.Groups}
}
