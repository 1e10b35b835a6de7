// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

package integration

import (
	"testing"

	appsv1 "k8s.io/api/apps/v1"
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
