// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

package argocd

import (
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"

	"github.com/countersign-dev/countersign/api/v1alpha1"
)

// Initiator is who began a sync; no user where nobody did.
type Initiator struct {
	User v1alpha1.UserReference
	// Evidence of that; empty where the API server authenticated them.
	Evidence v1alpha1.RequesterEvidence
}

// Began tells who began the sync that an Application is in; nobody where it is in none. An operation says by whom it
// was initiated, which counts where admission saw somebody write it who is trusted to say so; whoever else wrote it
// began it themselves, but for Argo CD's controllers, which began it for nobody. What nobody saw being written, or was
// written for other sources of the Application, is a claim.
func (t Trust) Began(application map[string]any) Initiator {
	operation, found, err := unstructured.NestedMap(application, carriedOut(application)...)
	if err != nil || !found {
		return Initiator{}
	}
	claimed, by := claimedBy(operation), stampOn(operation)
	switch {
	case t.copies(by.username):
		return Initiator{}
	case by.username != "" && !t.trusts(by.username):
		return by.themselves(application)
	case claimed.Username == "":
		return Initiator{}
	case by.username == "" || changedSince(application, by):
		return Initiator{User: claimed, Evidence: v1alpha1.RequesterClaimed}
	default:
		return Initiator{User: claimed, Evidence: v1alpha1.RequesterArgoCD}
	}
}

// themselves : who wrote the operation began the sync, unless it deploys something else by now.
func (w writer) themselves(application map[string]any) Initiator {
	began := Initiator{User: v1alpha1.UserReference{Username: w.username, UID: w.uid}}
	if changedSince(application, w) {
		began.Evidence = v1alpha1.RequesterClaimed
	}
	return began
}

// changedSince : what the Application deploys is not what it did when the operation was written, or nobody can tell.
func changedSince(application map[string]any, by writer) bool {
	sources, err := digestOfSources(application)
	return err != nil || sources != by.sources
}

// claimedBy is whom an operation says it was initiated by; nobody where Argo CD did so by itself.
func claimedBy(operation map[string]any) v1alpha1.UserReference {
	automated, _, err := unstructured.NestedBool(operation, "initiatedBy", "automated")
	if err != nil || automated {
		return v1alpha1.UserReference{}
	}
	username, _, err := unstructured.NestedString(operation, "initiatedBy", "username")
	if err != nil {
		return v1alpha1.UserReference{}
	}
	return v1alpha1.UserReference{Username: username}
}
