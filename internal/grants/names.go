// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

package grants

import (
	"strings"

	"github.com/countersign-dev/countersign/api/v1alpha1"
)

// namePrefix starts the name of every generated Role and RoleBinding.
const namePrefix = "countersign:"

// clusterRoles are the shipped ClusterRoles; the operator may bind no others.
var clusterRoles = map[v1alpha1.Capability]string{
	v1alpha1.CapabilityView:    "countersign-view",
	v1alpha1.CapabilityRequest: "countersign-request",
	v1alpha1.CapabilityBuild:   "countersign-build",
	v1alpha1.CapabilityDeploy:  "countersign-deploy",
	v1alpha1.CapabilityOperate: "countersign-operate",
	v1alpha1.CapabilityDebug:   "countersign-debug",
	v1alpha1.CapabilityApprove: "countersign-approve",
}

// ClusterRole is the shipped ClusterRole of a capability; empty where there is none.
func ClusterRole(capability v1alpha1.Capability) string { return clusterRoles[capability] }

// configuration is what capability Deploy gives besides where a policy has gate Configuration in force.
const (
	configurationClusterRole = "countersign-deploy-configuration"
	configurationSuffix      = "deploy-configuration"
)

// routing is what capability Deploy gives besides where a policy has gate Routing in force.
const (
	routingClusterRole = "countersign-deploy-routing"
	routingSuffix      = "deploy-routing"
)

// rulesSuffix ends the names of what comes of a role's rules. No capability is called so.
const rulesSuffix = "rules"

// RulesName is the name of the Role with the rules of a PipelineRole, and of the RoleBinding to it, in each namespace.
func RulesName(role string) string { return namePrefix + role + ":" + rulesSuffix }

// BindingName is the name of the RoleBinding that gives a capability of a role, in each namespace.
func BindingName(role string, capability v1alpha1.Capability) string {
	return namePrefix + role + ":" + strings.ToLower(string(capability))
}

// RoleOf is the role that a Role or RoleBinding of this name is made for; empty where it is no generated name. Labels
// can be edited, a name cannot.
func RoleOf(name string) string {
	rest, ok := strings.CutPrefix(name, namePrefix)
	if !ok {
		return ""
	}
	role, _, ok := strings.Cut(rest, ":")
	if !ok {
		return ""
	}
	return role
}
