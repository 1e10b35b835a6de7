// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

package grants

import (
	"cmp"
	"slices"
	"strings"
	"time"

	rbacv1 "k8s.io/api/rbac/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/countersign-dev/countersign/api/v1alpha1"
)

// memberSubjects are the members who hold the role now.
func memberSubjects(role *v1alpha1.PipelineRole, now time.Time) []rbacv1.Subject {
	var subjects []rbacv1.Subject
	for _, member := range role.Spec.Members {
		if isPerson(member) && member.HoldsAt(now) {
			subjects = append(subjects, rbacv1.Subject{
				APIGroup: rbacv1.GroupName, Kind: string(member.Kind), Name: member.Name,
			})
		}
	}
	return inOrder(subjects)
}

// isPerson tells a person or group from what no schema lets in. A name of the system is nobody's.
func isPerson(member v1alpha1.Member) bool {
	return (member.Kind == v1alpha1.MemberUser || member.Kind == v1alpha1.MemberGroup) &&
		member.Name != "" && !strings.HasPrefix(member.Name, "system:")
}

// NextChange is when the next membership begins or ends; nil where none will.
func NextChange(role *v1alpha1.PipelineRole, now time.Time) *time.Time {
	var next *time.Time
	for _, member := range role.Spec.Members {
		if !isPerson(member) {
			continue
		}
		for _, moment := range []*metav1.Time{member.StartTime, member.ExpireTime} {
			if moment != nil && now.Before(moment.Time) && (next == nil || moment.Time.Before(*next)) {
				next = &moment.Time
			}
		}
	}
	return next
}

func botSubjects(bots []v1alpha1.Bot) []rbacv1.Subject {
	subjects := make([]rbacv1.Subject, 0, len(bots))
	for _, bot := range bots {
		subjects = append(subjects, rbacv1.Subject{
			Kind: rbacv1.ServiceAccountKind, Namespace: bot.Namespace, Name: bot.Name,
		})
	}
	return inOrder(subjects)
}

// Describe names a subject in messages, status and audit events: User:name, Group:name, ServiceAccount:namespace/name.
func Describe(subject rbacv1.Subject) string {
	if subject.Namespace != "" {
		return subject.Kind + ":" + subject.Namespace + "/" + subject.Name
	}
	return subject.Kind + ":" + subject.Name
}

// inOrder sorts, so that a role whose lists were reordered asks for the same binding.
func inOrder(subjects []rbacv1.Subject) []rbacv1.Subject {
	slices.SortFunc(subjects, func(a, b rbacv1.Subject) int {
		return cmp.Or(cmp.Compare(a.Kind, b.Kind), cmp.Compare(a.Namespace, b.Namespace), cmp.Compare(a.Name, b.Name))
	})
	return slices.Compact(subjects)
}
