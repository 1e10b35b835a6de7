// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

package v1alpha1

// DigestMode says whether images have to be named by digest.
//
// +kubebuilder:validation:Enum=Optional;Required
type DigestMode string

const (
	// DigestOptional lets images be named by tag, which may come to mean another image.
	DigestOptional DigestMode = "Optional"
	// DigestRequired asks for a digest (name@sha256:…), which means one image for ever.
	DigestRequired DigestMode = "Required"
)

// ImageSource is a registry, or repositories in it.
//
// +kubebuilder:validation:XValidation:rule="self.registry == 'localhost' || self.registry.contains('.') || self.registry.contains(':')",fieldPath=".registry",message="must have a dot or a port, or be localhost: other first words of an image are users of docker.io"
// +kubebuilder:validation:XValidation:rule="self.registry != 'index.docker.io'",fieldPath=".registry",message="is another name of docker.io; write that"
type ImageSource struct {
	// registry is a host in lower case, with its port where images name one (registry.example.com:5000). Images that name
	// no registry are from docker.io.
	// +required
	// +kubebuilder:validation:MinLength=1
	// +kubebuilder:validation:MaxLength=255
	// +kubebuilder:validation:Pattern=`^([a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*|\[[0-9a-f:]+\])(:[0-9]{1,5})?$`
	Registry string `json:"registry,omitempty"`

	// repositories of the registry, without its name: shop/checkout. A segment * stands for any one, ** at the end for one
	// or more; part of a segment is no pattern. Without it, all repositories.
	// +optional
	// +listType=set
	// +kubebuilder:validation:MinItems=1
	// +kubebuilder:validation:MaxItems=64
	// +kubebuilder:validation:items:MinLength=1
	// +kubebuilder:validation:items:MaxLength=255
	// +kubebuilder:validation:items:Pattern=`^(\*\*|([a-z0-9]+((\.|_|__|-+)[a-z0-9]+)*|\*)(/([a-z0-9]+((\.|_|__|-+)[a-z0-9]+)*|\*))*(/\*\*)?)$`
	Repositories []string `json:"repositories,omitempty"`
}

// ImageRules say which images may enter. Every image of the content counts: of init, ephemeral and sidecar containers,
// and of image volumes.
//
// +kubebuilder:validation:MinProperties=1
// +kubebuilder:validation:XValidation:rule="has(self.allowed) || self.digests == 'Required'",message="says nothing: set `allowed`, or `digests: Required`, or leave it out"
type ImageRules struct {
	// digests is Optional (default) or Required.
	// +optional
	// +default="Optional"
	Digests DigestMode `json:"digests,omitempty"`

	// allowed lists where images may come from. Without it, from anywhere.
	// +optional
	// +listType=map
	// +listMapKey=registry
	// +kubebuilder:validation:MinItems=1
	// +kubebuilder:validation:MaxItems=32
	Allowed []ImageSource `json:"allowed,omitempty"`
}
