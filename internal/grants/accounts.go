// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

package grants

import (
	corev1 "k8s.io/api/core/v1"

	"github.com/countersign-dev/countersign/api/v1alpha1"
)

// Account is the service account of a bot. No Pod gets its token unasked.
func Account(role *v1alpha1.PipelineRole, bot v1alpha1.Bot) *corev1.ServiceAccount {
	meta := metadata(role, bot.Namespace, bot.Name)
	meta.Annotations[OwnerAnnotation] = bot.Owner
	return &corev1.ServiceAccount{ObjectMeta: meta, AutomountServiceAccountToken: new(false)}
}
