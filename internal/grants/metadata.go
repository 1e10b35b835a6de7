// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

package grants

import (
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/countersign-dev/countersign/api/v1alpha1"
)

const (
	// ManagedByLabel with value ManagedBy marks what the operator makes. It leaves alone whatever does not carry it.
	ManagedByLabel = "app.kubernetes.io/managed-by"
	// ManagedBy is the value of ManagedByLabel.
	ManagedBy = "countersign"
	// RoleLabel names the PipelineRole that an object is made for.
	RoleLabel = "countersign.dev/role"
	// RoleUIDAnnotation is the UID of that role. It still tells whose an object is when the label was edited.
	RoleUIDAnnotation = "countersign.dev/role-uid"
	// GrantedByAnnotation says who last changed the role when the object was written.
	GrantedByAnnotation = "countersign.dev/granted-by"
	// OwnerAnnotation on a service account says who answers for the bot.
	OwnerAnnotation = "countersign.dev/owner"
	// MaxTokenSecondsAnnotation on a service account says how long a token of the bot may live. The guards in
	// config/policy read it, and the next two.
	MaxTokenSecondsAnnotation = "countersign.dev/max-token-seconds" //nolint:gosec // no credential
	// TokenAudiencesAnnotation lists what a token of the bot may be for, one a line. Empty: nobody knows.
	TokenAudiencesAnnotation = "countersign.dev/token-audiences" //nolint:gosec // no credential
	// PodsAnnotation says whether Pods may run as the bot.
	PodsAnnotation = "countersign.dev/pods"
)

// metadata of a generated object. It is all there is: what anybody adds to it goes.
func metadata(role *v1alpha1.PipelineRole, namespace, name string) metav1.ObjectMeta {
	annotations := map[string]string{RoleUIDAnnotation: string(role.UID)}
	if by := role.Annotations[v1alpha1.ChangedByAnnotation]; by != "" {
		annotations[GrantedByAnnotation] = by
	}
	return metav1.ObjectMeta{
		Namespace:   namespace,
		Name:        name,
		Labels:      map[string]string{ManagedByLabel: ManagedBy, RoleLabel: role.Name},
		Annotations: annotations,
	}
}

// Made tells whether the operator made the object for the role. Whoever forges the marks gets the object replaced by
// what the role says.
func Made(object metav1.Object, role *v1alpha1.PipelineRole) bool {
	return managed(object) && (labelled(object, role) || ofUID(object, role))
}

// Removable tells whether an object that the role does not ask for may be deleted as the role's. One that was made for
// another role, and only labelled for this one, is the other's to repair.
func Removable(object metav1.Object, role *v1alpha1.PipelineRole) bool {
	return managed(object) && labelled(object, role) && (role.UID == "" || ofUID(object, role))
}

// MadeForThis tells whether the operator made the object for this very role, and not for an earlier one of its name.
func MadeForThis(object metav1.Object, role *v1alpha1.PipelineRole) bool {
	return managed(object) && ofUID(object, role)
}

func managed(object metav1.Object) bool {
	return object.GetLabels()[ManagedByLabel] == ManagedBy
}

func labelled(object metav1.Object, role *v1alpha1.PipelineRole) bool {
	return object.GetLabels()[RoleLabel] == role.Name
}

func ofUID(object metav1.Object, role *v1alpha1.PipelineRole) bool {
	return role.UID != "" && object.GetAnnotations()[RoleUIDAnnotation] == string(role.UID)
}
