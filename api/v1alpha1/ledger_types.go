// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

package v1alpha1

const (
	// LedgerName is the name of the ConfigMap, in each namespace of an environment, that lists the images whose entry
	// was approved or recorded. Only the operator writes it.
	LedgerName = "countersign-images"
	// LedgerLabel on it is the LedgerMode that the policies of the namespace come to. API servers go by it.
	LedgerLabel = "countersign.dev/ledger"
	// LedgerSeededAnnotation on it is since when it has everything that ran before anybody kept it.
	LedgerSeededAnnotation = "countersign.dev/ledger-seeded"
	// LedgerLeftOutAnnotation on it is how many images it has no room for, or cannot spell. Absent where none.
	LedgerLeftOutAnnotation = "countersign.dev/ledger-left-out"
)

// LedgerMode says what API servers do about a Pod with an image that is not on the ledger of its namespace.
//
// +kubebuilder:validation:Enum=Off;Warn;Deny
type LedgerMode string

const (
	// LedgerOff : nothing.
	LedgerOff LedgerMode = "Off"
	// LedgerWarn : they warn whoever makes it, and say so in the audit log of the cluster.
	LedgerWarn LedgerMode = "Warn"
	// LedgerDeny : they refuse it.
	LedgerDeny LedgerMode = "Deny"
)

// Ledger says what becomes of Pods whose images nobody let in.
//
// +kubebuilder:validation:MinProperties=1
// +kubebuilder:validation:XValidation:rule="self.mode != 'Off' || !has(self.injected)",fieldPath=".injected",message="says nothing with mode 'Off', where no Pod is held against the ledger"
type Ledger struct {
	// mode is Off, Warn (default) or Deny. Of several policies for a namespace the strictest holds. A policy with
	// enforcement Warn never denies, and one with enforcement Audit is as Off.
	// +optional
	// +default="Warn"
	Mode LedgerMode `json:"mode,omitempty"`

	// injected lists images that are put into Pods after their templates were judged, such as sidecars of a mesh, each
	// by digest and as it stands in the Pod: registry.example.com/mesh/proxy@sha256:…. Of several policies with the
	// mode that holds, each must list it.
	// +optional
	// +listType=set
	// +kubebuilder:validation:MinItems=1
	// +kubebuilder:validation:MaxItems=64
	// +kubebuilder:validation:items:MinLength=73
	// +kubebuilder:validation:items:MaxLength=512
	// +kubebuilder:validation:items:Pattern=`^[a-zA-Z0-9][-._/:a-zA-Z0-9]*@sha256:[0-9a-f]{64}$`
	Injected []string `json:"injected,omitempty"`
}
