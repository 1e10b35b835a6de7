// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

package integration

import (
	"strings"
	"testing"

	appsv1 "k8s.io/api/apps/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/countersign-dev/countersign/api/v1alpha1"
)

func onlyShopImages(policy *v1alpha1.PromotionPolicy) {
	policy.Spec.Images = v1alpha1.ImageRules{
		Digests: v1alpha1.DigestRequired,
		Allowed: []v1alpha1.ImageSource{{Registry: "registry.example.com", Repositories: []string{"checkout", "shop/*"}}},
	}
}

// TestImagesOfPolicy: an image from elsewhere is turned away without anybody being asked, however it is tried.
func TestImagesOfPolicy(t *testing.T) {
	s := newShop(t, onlyShopImages)
	developer := s.developer(t)
	running := func(image string) *appsv1.Deployment {
		deployment := s.deployment("checkout")
		deployment.Spec.Template.Spec.Containers[0].Image = image
		return deployment
	}
	for reason, image := range map[string]string{
		"a tag":             "registry.example.com/checkout:1.2.3",
		"another host":      "registry.example.com.evil.io/checkout" + pin,
		"docker.io":         "checkout" + pin,
		"below what is let": "registry.example.com/shop/checkout/evil" + pin,
	} {
		t.Run(reason, func(t *testing.T) {
			s.refusedForGood(t, deploying(developer, running(image)), "image "+image, "registry.example.com/checkout or")
		})
	}
	s.refusedForGood(t, making(developer, func() client.Object { return s.asking(t, running("evil.io/miner"+pin)) }),
		"image evil.io/miner", "registry.example.com/checkout or")
	if requests := s.requests(t); len(requests) > 0 {
		t.Errorf("somebody is asked: %s", describe(requests))
	}
	s.bringIn(t, deploying(developer, running("registry.example.com/shop/checkout"+pin)))
}

// pin is a digest after the name of an image.
const pin = "@sha256:1111111111111111111111111111111111111111111111111111111111111111"

// TestPolicySchema: what says nothing, or could never match, is refused with what to write instead.
func TestPolicySchema(t *testing.T) {
	from := func(registry string, repositories ...string) func(*v1alpha1.PromotionPolicySpec) {
		return func(p *v1alpha1.PromotionPolicySpec) {
			p.Images.Allowed = []v1alpha1.ImageSource{{Registry: registry, Repositories: repositories}}
		}
	}
	for name, test := range map[string]struct {
		reason string
		edit   func(*v1alpha1.PromotionPolicySpec)
		// says is what the API server answers; empty where it takes the policy.
		says string
	}{
		"Registry":      {"a whole host", from("registry.example.com:5000"), ""},
		"Patterns":      {"segments and stars", from("ghcr.io", "a/b-c/d__e", "*", "**", "a/*/b", "a/**"), ""},
		"Localhost":     {"a host without a dot", from("localhost"), ""},
		"Word":          {"a user of docker.io", from("registry"), "users of docker.io"},
		"LegacyHub":     {"two names", from("index.docker.io"), "write that"},
		"Capitals":      {"no runtime agrees", from("Registry.example.com"), "spec.images.allowed[0].registry"},
		"Scheme":        {"no address", from("https://ghcr.io"), "spec.images.allowed[0].registry"},
		"Path":          {"the path is a repository", from("ghcr.io/shop"), "spec.images.allowed[0].registry"},
		"PartOfSegment": {"no pattern within a segment", from("ghcr.io", "shop-*"), "repositories[0]"},
		"StarsFirst":    {"** is for the end", from("ghcr.io", "**/a"), "repositories[0]"},
		"Tag":           {"a repository has no tag", from("ghcr.io", "a:1"), "repositories[0]"},
		"Slash":         {"an empty segment", from("ghcr.io", "a//b"), "repositories[0]"},
		"NoRule": {"it would say nothing", func(p *v1alpha1.PromotionPolicySpec) {
			p.Images.Digests = v1alpha1.DigestOptional
		}, "says nothing"},
	} {
		t.Run(name, func(t *testing.T) {
			policy := shop{environment: "schema", managers: "schema-managers"}.policy()
			test.edit(&policy.Spec)
			err := admin(t).Create(t.Context(), policy, client.DryRunAll)
			switch {
			case test.says == "" && err != nil:
				t.Errorf("%s: %v", test.reason, err)
			case test.says != "" && (!apierrors.IsInvalid(err) || !strings.Contains(err.Error(), test.says)):
				t.Errorf("%s: want a refusal that says %q, got: %v", test.reason, test.says, err)
			}
		})
	}
}
