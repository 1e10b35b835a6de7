// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

// Package v1alpha1 holds the kinds of the countersign.dev API group: who may do what in an environment
// (PipelineRole), what a change needs before it may enter one (PromotionPolicy), the change itself and its history
// (PromotionRequest), and what a separate person said of it (Approval).
//
// +kubebuilder:object:generate=true
// +groupName=countersign.dev
package v1alpha1

import (
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/runtime/schema"
)

// GroupName is the API group of all Countersign kinds.
const GroupName = "countersign.dev"

var (
	// SchemeGroupVersion is the group and version of the kinds in this package.
	SchemeGroupVersion = schema.GroupVersion{Group: GroupName, Version: "v1alpha1"}

	// SchemeBuilder collects the functions that add the kinds to a scheme.
	SchemeBuilder = runtime.NewSchemeBuilder(addKnownTypes)

	// AddToScheme adds the kinds to a scheme.
	AddToScheme = SchemeBuilder.AddToScheme
)

func addKnownTypes(scheme *runtime.Scheme) error {
	scheme.AddKnownTypes(SchemeGroupVersion,
		&PipelineRole{}, &PipelineRoleList{},
		&PromotionPolicy{}, &PromotionPolicyList{},
		&PromotionRequest{}, &PromotionRequestList{},
		&Approval{}, &ApprovalList{},
		&Freeze{}, &FreezeList{},
		&Emergency{}, &EmergencyList{},
		&ReleaseGate{}, &ReleaseGateList{},
	)
	metav1.AddToGroupVersion(scheme, SchemeGroupVersion)
	return nil
}
