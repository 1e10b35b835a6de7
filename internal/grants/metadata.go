// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

package grants

import (
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/countersign-dev/countersign/api/v1alpha1"
)

const (
	// ManagedByLabel with value ManagedBy marks what the operator makes.
	ManagedByLabel = "app.kubernetes.io/managed-by"
	// ManagedBy is the value of ManagedByLabel.
	ManagedBy = "countersign"
	// RoleLabel names the PipelineRole that an object is made for.
	RoleLabel = "countersign.dev/role"
	// RoleUIDAnnotation is the UID of that role. It tells an object that lost its labels from one that somebody else
	// made.
	RoleUIDAnnotation = "countersign.dev/role-uid"
	// GrantedByAnnotation says who last changed the role when the object was written.
	GrantedByAnnotation = "countersign.dev/granted-by"
	// OwnerAnnotation on a service account says who answers for the bot.
	OwnerAnnotation = "countersign.dev/owner"
	// ChangedByAnnotation on a PipelineRole says who last changed it. The webhook stamps it.
	ChangedByAnnotation = "countersign.dev/changed-by"
)

// metadata of a generated object. It is all there is: what anybody adds to it goes.
func metadata(role *v1alpha1.PipelineRole, namespace, name string) metav1.ObjectMeta {
	annotations := map[string]string{RoleUIDAnnotation: string(role.UID)}
	if by := role.Annotations[ChangedByAnnotation]; by != "" {
		annotations[GrantedByAnnotation] = by
	}
	return metav1.ObjectMeta{
		Namespace:   namespace,
		Name:        name,
		Labels:      map[string]string{ManagedByLabel: ManagedBy, RoleLabel: role.Name},
		Annotations: annotations,
	}
}

// Made tells whether the operator made the object for the role. It is asked only of objects with a name that the role
// calls for. Whoever forges the marks gets the object replaced by what the role says.
func Made(object metav1.Object, role *v1alpha1.PipelineRole) bool {
	return labelled(object, role.Name) || ofUID(object, role)
}

func labelled(object metav1.Object, role string) bool {
	return object.GetLabels()[ManagedByLabel] == ManagedBy && object.GetLabels()[RoleLabel] == role
}

func ofUID(object metav1.Object, role *v1alpha1.PipelineRole) bool {
	return role.UID != "" && object.GetAnnotations()[RoleUIDAnnotation] == string(role.UID)
}

// Removable tells whether an object that carries the role's labels, and that the role does not ask for, may be
// deleted. Labels can be edited: one that was made for another role is that role's to repair.
func Removable(object metav1.Object, role *v1alpha1.PipelineRole) bool {
	return labelled(object, role.Name) && (role.UID == "" || ofUID(object, role))
}
