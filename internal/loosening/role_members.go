// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

package loosening

import (
	"slices"
	"strings"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/countersign-dev/countersign/api/v1alpha1"
	"github.com/countersign-dev/countersign/internal/grants"
)

// members : nobody may hold the role now who did not before, nor at another time.
func members(c roleChange) (f findings) {
	for _, member := range c.after.Members {
		if !holdsThen(c.before.Members, member) {
			f.addf("members: %s added, or for longer", describe(member))
		}
	}
	return append(f, freed(c)...)
}

// freed are members who are taken out of a role that conflicts with others. Who held both approved by neither.
func freed(c roleChange) (f findings) {
	if len(c.conflicts) == 0 {
		return nil
	}
	for _, member := range c.before.Members {
		if !holdsThen(c.after.Members, member) {
			f.addf("members: %s removed, or for less time: %s conflicted with this role", describe(member),
				strings.Join(c.conflicts, ", "))
		}
	}
	return f
}

// holdsThen tells whether the member is among the others for all of that time.
func holdsThen(others []v1alpha1.Member, member v1alpha1.Member) bool {
	return slices.ContainsFunc(others, func(other v1alpha1.Member) bool {
		return other.Kind == member.Kind && other.Name == member.Name && noLater(other.StartTime, member.StartTime) &&
			noSooner(other.ExpireTime, member.ExpireTime)
	})
}

// noLater : nothing begins at once.
func noLater(a, b *metav1.Time) bool { return a == nil || b != nil && !a.After(b.Time) }

// noSooner : nothing never ends.
func noSooner(a, b *metav1.Time) bool { return a == nil || b != nil && !a.Time.Before(b.Time) }

// bots : owner is who answers for one. It decides nothing.
func bots(c roleChange) (f findings) {
	for _, after := range c.after.Bots {
		name := "bots[" + after.Namespace + "/" + after.Name + "]"
		i := slices.IndexFunc(c.before.Bots, func(before v1alpha1.Bot) bool {
			return before.Namespace == after.Namespace && before.Name == after.Name
		})
		if i < 0 {
			f.addf("%s: added", name)
			continue
		}
		f = append(f, limits(c.before.Bots[i], after).under(name)...)
	}
	return f
}

// limits of a bot. Which audiences it has without any in the role, the API server alone knows.
func limits(before, after v1alpha1.Bot) (f findings) {
	f.higher(".maxTokenSeconds", grants.MaxTokenSeconds(before), grants.MaxTokenSeconds(after))
	if (len(before.Audiences) == 0) != (len(after.Audiences) == 0) {
		f.addf(".audiences: others")
	} else {
		added(&f, ".audiences", before.Audiences, after.Audiences)
	}
	if after.Pods == v1alpha1.BotPodsAllow && before.Pods != v1alpha1.BotPodsAllow {
		f.addf(".pods: %s -> %s", v1alpha1.BotPodsDeny, v1alpha1.BotPodsAllow)
	}
	return f
}
