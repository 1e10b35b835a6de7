// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

package grants

import (
	"cmp"
	"slices"
	"strconv"
	"strings"

	corev1 "k8s.io/api/core/v1"

	"github.com/countersign-dev/countersign/api/v1alpha1"
)

const (
	// defaultTokenSeconds, mostTokenSeconds are those of the schema.
	defaultTokenSeconds = 3600
	mostTokenSeconds    = 86400
)

// Account is the service account of a bot, with its limits on it. No Pod gets its token unasked.
func Account(role *v1alpha1.PipelineRole, bot v1alpha1.Bot, apiAudiences []string) *corev1.ServiceAccount {
	meta := metadata(role, bot.Namespace, bot.Name)
	meta.Annotations[OwnerAnnotation] = bot.Owner
	meta.Annotations[MaxTokenSecondsAnnotation] = strconv.Itoa(int(MaxTokenSeconds(bot)))
	meta.Annotations[TokenAudiencesAnnotation] = strings.Join(Audiences(bot, apiAudiences), "\n")
	meta.Annotations[PodsAnnotation] = string(cmp.Or(bot.Pods, v1alpha1.BotPodsDeny))
	return &corev1.ServiceAccount{ObjectMeta: meta, AutomountServiceAccountToken: new(false)}
}

// MaxTokenSeconds is how long a token of the bot may live.
func MaxTokenSeconds(bot v1alpha1.Bot) int32 {
	return min(cmp.Or(bot.MaxTokenSeconds, defaultTokenSeconds), mostTokenSeconds)
}

// Audiences are what a token of the bot may be for: its own or else the API server's. One that holds a line break
// would become two.
func Audiences(bot v1alpha1.Bot, apiAudiences []string) []string {
	wanted := bot.Audiences
	if len(wanted) == 0 {
		wanted = apiAudiences
	}
	return slices.DeleteFunc(slices.Clone(wanted), func(audience string) bool {
		return audience == "" || strings.Contains(audience, "\n")
	})
}
