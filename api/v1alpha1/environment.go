// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

package v1alpha1

// EnvironmentLabel on a namespace makes it a member of the environment that its value names. Nothing else does.
// Setting, changing or removing it needs verb "assign" on environments.countersign.dev/<value>.
const EnvironmentLabel = "countersign.dev/environment"

// EnvironmentName names an environment: the value of EnvironmentLabel.
//
// +kubebuilder:validation:MinLength=1
// +kubebuilder:validation:MaxLength=63
// +kubebuilder:validation:Pattern=`^[a-z0-9]([-a-z0-9]*[a-z0-9])?$`
type EnvironmentName string

// RoleName names a PipelineRole.
//
// +kubebuilder:validation:MinLength=1
// +kubebuilder:validation:MaxLength=63
// +kubebuilder:validation:Pattern=`^[a-z0-9]([-a-z0-9]*[a-z0-9])?$`
type RoleName string

// RulesEnvironment is the environment of the rules themselves. It has no namespaces: requests for changes of rules lie
// in the operator's own, which carries no label, so that nothing there is gated.
const RulesEnvironment EnvironmentName = "countersign"
