// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

package loosening

import (
	"slices"
	"strings"

	"github.com/countersign-dev/countersign/api/v1alpha1"
)

func images(c policyChange) (f findings) {
	before, after := c.before.Images, c.after.Images
	if before.Digests == v1alpha1.DigestRequired && after.Digests != v1alpha1.DigestRequired {
		f.addf("images.digests: %s no more", v1alpha1.DigestRequired)
	}
	switch {
	case len(before.Allowed) == 0:
	case len(after.Allowed) == 0:
		f.addf("images.allowed: removed, so that all are")
	default:
		for _, source := range after.Allowed {
			f = append(f, from(source, before.Allowed)...)
		}
	}
	return f
}

// from says what of a source none of the others has. A source without repositories is the whole registry.
func from(source v1alpha1.ImageSource, others []v1alpha1.ImageSource) (f findings) {
	patterns := source.Repositories
	if len(patterns) == 0 {
		patterns = []string{"**"}
	}
	for _, pattern := range patterns {
		if !slices.ContainsFunc(others, func(other v1alpha1.ImageSource) bool {
			return other.Registry == source.Registry && (len(other.Repositories) == 0 ||
				slices.ContainsFunc(other.Repositories, func(wide string) bool { return covers(wide, pattern) }))
		}) {
			f.addf("images.allowed: %s/%s added", source.Registry, pattern)
		}
	}
	return f
}

// covers tells whether every repository that the narrow pattern matches is matched by the wide one, segment by segment:
// * is one of them and, at the end, ** one or more.
func covers(wide, narrow string) bool {
	wides, narrows := strings.Split(wide, "/"), strings.Split(narrow, "/")
	for i, segment := range wides {
		switch {
		case i >= len(narrows):
			return false
		case segment == "**":
			return i == len(wides)-1
		case narrows[i] == "**":
			return false
		case segment != "*" && segment != narrows[i]:
			return false
		}
	}
	return len(wides) == len(narrows)
}

// trustedControllers : what one of them may do after the change, one entry must have let it do before.
func trustedControllers(c policyChange) (f findings) {
	for _, after := range c.after.TrustedControllers {
		if !slices.ContainsFunc(c.before.TrustedControllers, func(before v1alpha1.TrustedController) bool {
			return trustsNoLess(before, after)
		}) {
			f.addf("trustedControllers: %s/%s added, or trusted with more", after.ServiceAccount.Namespace,
				after.ServiceAccount.Name)
		}
	}
	return f
}

func trustsNoLess(before, after v1alpha1.TrustedController) bool {
	return before.ServiceAccount == after.ServiceAccount && within(after.Resources, before.Resources) &&
		within(after.Repositories, before.Repositories) &&
		(len(before.OwnerKinds) == 0 || len(after.OwnerKinds) > 0 && within(after.OwnerKinds, before.OwnerKinds))
}
