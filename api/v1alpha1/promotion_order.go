// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

package v1alpha1

// SourceMatch says how many of several sources content must have run in.
//
// +kubebuilder:validation:Enum=All;Any
type SourceMatch string

const (
	// SourceMatchAll : in every one.
	SourceMatchAll SourceMatch = "All"
	// SourceMatchAny : in one at least.
	SourceMatchAny SourceMatch = "Any"
)

// PromotionOrder says where content must have run before it may enter.
type PromotionOrder struct {
	// match is All (default) or Any of the sources.
	// +optional
	// +default="All"
	Match SourceMatch `json:"match,omitempty"`

	// sources are the environments that content has to come from.
	// +required
	// +listType=map
	// +listMapKey=environment
	// +kubebuilder:validation:MinItems=1
	// +kubebuilder:validation:MaxItems=8
	Sources []PromotionSource `json:"sources,omitempty"`
}

// PromotionSource is an environment that the same images must have entered, as the same workload.
type PromotionSource struct {
	// environment that the images must have entered.
	// +required
	Environment EnvironmentName `json:"environment,omitempty"`

	// soakSeconds is how long the workload must have been available there without interruption. Without it, to have
	// entered is enough.
	// +optional
	// +kubebuilder:validation:Minimum=1
	// +kubebuilder:validation:Maximum=2592000
	SoakSeconds int32 `json:"soakSeconds,omitempty"`

	// workloads lists those that have another name in the source. The others have the same there as here.
	// +optional
	// +listType=map
	// +listMapKey=name
	// +kubebuilder:validation:MinItems=1
	// +kubebuilder:validation:MaxItems=64
	Workloads []WorkloadMapping `json:"workloads,omitempty"`
}

// WorkloadMapping says what a workload is called in the source.
type WorkloadMapping struct {
	// name of the workload here.
	// +required
	// +kubebuilder:validation:MinLength=1
	// +kubebuilder:validation:MaxLength=253
	Name string `json:"name,omitempty"`

	// sourceName is its name in the source.
	// +required
	// +kubebuilder:validation:MinLength=1
	// +kubebuilder:validation:MaxLength=253
	SourceName string `json:"sourceName,omitempty"`
}
