// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

package v1alpha1

// UserReference says who somebody is, as the API server authenticated them. Countersign stamps it; a client that
// sends another identity than its own is refused.
type UserReference struct {
	// username is the name under which the API server knows the user.
	// +required
	// +kubebuilder:validation:MinLength=1
	// +kubebuilder:validation:MaxLength=512
	Username string `json:"username,omitempty"`

	// uid tells apart two users who had the same name at different times. Empty where the authenticator gives none.
	// +optional
	// +kubebuilder:validation:MinLength=1
	// +kubebuilder:validation:MaxLength=256
	UID string `json:"uid,omitempty"`

	// groups the user was in when the API server authenticated the call. They are kept because Kubernetes cannot look
	// them up later.
	// +optional
	// +listType=atomic
	// +kubebuilder:validation:MinItems=1
	// +kubebuilder:validation:MaxItems=1000
	// +kubebuilder:validation:items:MinLength=1
	// +kubebuilder:validation:items:MaxLength=1024
	Groups []string `json:"groups,omitempty"`
}
