// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

package v1alpha1

// InteractiveMode says whether people may open sessions in what runs: exec, attach, port-forward, proxy.
//
// +kubebuilder:validation:Enum=Allow;RequireApproval;Deny
type InteractiveMode string

const (
	// InteractiveAllow lets everybody whom RBAC lets, on record.
	InteractiveAllow InteractiveMode = "Allow"
	// InteractiveRequireApproval lets one person into one Pod for a time, once somebody else has approved it.
	InteractiveRequireApproval InteractiveMode = "RequireApproval"
	// InteractiveDeny lets nobody. An emergency still does.
	InteractiveDeny InteractiveMode = "Deny"
)

// Interactive is the rule for sessions in what runs.
type Interactive struct {
	// mode is Allow, RequireApproval or Deny.
	// +required
	Mode InteractiveMode `json:"mode,omitempty"`

	// sessionSeconds is how long after an approval sessions may be opened. One that is open stays open. Default 3600.
	// +optional
	// +default=3600
	// +kubebuilder:validation:Minimum=60
	// +kubebuilder:validation:Maximum=86400
	SessionSeconds int32 `json:"sessionSeconds,omitempty"`
}
