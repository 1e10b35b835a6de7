// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

package loosening

import (
	"slices"

	"k8s.io/apimachinery/pkg/api/equality"

	"github.com/countersign-dev/countersign/api/v1alpha1"
)

// windows : whenever they are open after the change, they must have been open before. Windows are compared whole, not
// worked out.
func windows(c policyChange) (f findings) {
	allowBefore, denyBefore := kindsOf(c.before.Windows)
	allowAfter, denyAfter := kindsOf(c.after.Windows)
	for _, window := range denyBefore {
		if !has(denyAfter, window) {
			f.addf("windows[%s]: closes no more, or at other times", window.Name)
		}
	}
	switch {
	case len(allowBefore) == 0:
	case len(allowAfter) == 0:
		f.addf("windows: none has to be open any more")
	default:
		for _, window := range allowAfter {
			if !has(allowBefore, window) {
				f.addf("windows[%s]: opens at other times", window.Name)
			}
		}
	}
	return f
}

// kindsOf windows: those that open, and those that close, as all do that are neither.
func kindsOf(windows []v1alpha1.Window) (allow, deny []v1alpha1.Window) {
	for _, window := range windows {
		if window.Type == v1alpha1.WindowAllow {
			allow = append(allow, window)
		} else {
			deny = append(deny, window)
		}
	}
	return allow, deny
}

// has tells whether one of the windows is the same, whatever it is called.
func has(windows []v1alpha1.Window, window v1alpha1.Window) bool {
	return slices.ContainsFunc(windows, func(other v1alpha1.Window) bool {
		other.Name = window.Name
		return equality.Semantic.DeepEqual(other, window)
	})
}

func windowOverride(c policyChange) (f findings) {
	if len(c.before.Windows) > 0 {
		f = holders("windowOverride", c.before.WindowOverride, c.after.WindowOverride)
	}
	return f
}

// holders : nobody may do it now who could not before.
func holders(field string, before, after *v1alpha1.HolderSource) (f findings) {
	if before == nil {
		before = &v1alpha1.HolderSource{}
	}
	if after != nil {
		added(&f, field+".anyOf", before.AnyOf, after.AnyOf)
	}
	return f
}

// emergency : who declares one takes away what the policy asks of people and time. Without the rule nobody does, and
// nothing waits for a review.
func emergency(c policyChange) (f findings) {
	before, after := c.before.Emergency, c.after.Emergency
	blocks := func(rule *v1alpha1.EmergencyRule) bool {
		return rule != nil && rule.Overdue == v1alpha1.OverdueBlockEntry
	}
	if blocks(before) && !blocks(after) {
		f.addf("emergency.overdue: %s no more", v1alpha1.OverdueBlockEntry)
	}
	switch {
	case after == nil:
	case before == nil:
		f.addf("emergency: added")
	default:
		f = append(f, holders("emergency.from", &before.From, &after.From)...)
		f.higher("emergency.maxDurationSeconds", before.MaxDurationSeconds, after.MaxDurationSeconds)
		f.higher("emergency.reviewWithinSeconds", before.ReviewWithinSeconds, after.ReviewWithinSeconds)
	}
	return f
}

// promotedFrom : what has run where it must have run after the change must have run where it had to before.
func promotedFrom(c policyChange) (f findings) {
	before, after := c.before.PromotedFrom, c.after.PromotedFrom
	switch {
	case before == nil:
	case after == nil:
		f.addf("promotedFrom: removed")
	case anyOf(after):
		for _, source := range after.Sources {
			if !anyOf(before) && len(before.Sources) > 1 || !demanded(source, before.Sources) {
				f.addf("promotedFrom: %s is enough", source.Environment)
			}
		}
	case anyOf(before):
		if !slices.ContainsFunc(after.Sources, func(s v1alpha1.PromotionSource) bool { return demanded(s, before.Sources) }) {
			f.addf("promotedFrom.sources: others, or less of them")
		}
	default:
		for _, source := range before.Sources {
			if !meets(source, after.Sources) {
				f.addf("promotedFrom.sources[%s]: removed, or less of it", source.Environment)
			}
		}
	}
	return f
}

// anyOf : one of the sources is enough.
func anyOf(order *v1alpha1.PromotionOrder) bool { return order.Match == v1alpha1.SourceMatchAny }

// demanded tells whether a source asks for no less than one of the others.
func demanded(source v1alpha1.PromotionSource, others []v1alpha1.PromotionSource) bool {
	return slices.ContainsFunc(others, func(other v1alpha1.PromotionSource) bool { return noLess(source, other) })
}

// meets tells whether one of the others asks for no less than the source.
func meets(source v1alpha1.PromotionSource, others []v1alpha1.PromotionSource) bool {
	return slices.ContainsFunc(others, func(other v1alpha1.PromotionSource) bool { return noLess(other, source) })
}

func noLess(a, b v1alpha1.PromotionSource) bool {
	return a.Environment == b.Environment && a.SoakSeconds >= b.SoakSeconds &&
		equality.Semantic.DeepEqual(a.Workloads, b.Workloads)
}
