// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

package promotion_test

import (
	"testing"

	"github.com/countersign-dev/countersign/api/v1alpha1"
	"github.com/countersign-dev/countersign/internal/promotion"
)

func images(images ...string) step {
	return func(c *promotion.Case) { c.Change.Images = images }
}

func subresource(name string) step {
	return func(c *promotion.Case) { c.Change.Subresource = name }
}

// solving is a cert-manager that makes a Pod of its own, as the policy lets it.
func solving(steps ...step) promotion.Case {
	return story(
		policy("production", needs(1, "release", "release-managers"),
			trusts("pods", "quay.io/jetstack/cert-manager-acmesolver")),
		changing("pods", "cm-acme-http-solver-x"), images("quay.io/jetstack/cert-manager-acmesolver:v1.19.0"),
		deployedBy(controller), also(steps...))
}

func TestTrusted(t *testing.T) {
	judge(t, map[string]verdict{
		"Listed": {
			reason: "listed for pods with this image", want: promotion.RuleTrustedController, given: solving(),
		},
		"Delete": {
			reason: "it removes what it may make", want: promotion.RuleTrustedController,
			given: solving(func(c *promotion.Case) { c.Change.Operation = v1alpha1.OperationDelete }),
		},
		"Digest": {
			reason: "tag and digest are not part of the repository", want: promotion.RuleTrustedController,
			given: solving(images("quay.io/jetstack/cert-manager-acmesolver@sha256:" +
				"0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef")),
		},
		"OtherAccount": {
			reason: "another account of the namespace", because: unlisted,
			given: solving(deployedBy("system:serviceaccount:cert-manager:default")),
		},
		"SameNameElsewhere": {
			reason: "the name alone says nothing", because: unlisted,
			given: solving(deployedBy("system:serviceaccount:shop:cert-manager")),
		},
		"PersonOfThatName": {
			reason: "no service account", because: unasked,
			given: solving(deployedBy("cert-manager")),
		},
		"OtherResource": {
			reason: "listed for pods only", because: unlisted,
			given: solving(changing("deployments", "x")),
		},
		"Subresource": {
			reason: "listed for pods, and not for what is under them", because: unlisted,
			given: solving(subresource("ephemeralcontainers")),
		},
		"OtherImage": {
			reason: "one image too many", because: unlisted,
			given: solving(images("quay.io/jetstack/cert-manager-acmesolver:v1", "docker.io/library/busybox:1")),
		},
		"Prefix": {
			reason: "a repository is no prefix", because: unlisted,
			given: solving(images("quay.io/jetstack/cert-manager-acmesolver-evil:v1")),
		},
		"NoImages": {
			reason: "what runs nothing that can be looked at is not vouched for", because: unlisted,
			given: solving(images()),
		},
		"UnreadableImage": {
			reason: "what cannot be read matches nothing", because: unlisted,
			given: solving(images("quay.io/jetstack/cert-manager-acmesolver:v1:v2")),
		},
		"NoRepository": {
			reason: "nor does it match an entry that is empty", because: unlisted,
			given: solving(policy("production", needs(1, "release", "release-managers"), trusts("pods", "")),
				images("quay.io/jetstack/cert-manager-acmesolver:v1:v2")),
		},
		"Approved": {
			reason: "what a controller is not trusted with can still be approved, by two, as it is no person",
			want:   promotion.RuleApproved,
			given:  solving(images("docker.io/library/busybox:1"), asked(controller), approved(bob), approved(carol)),
		},
	})
}

func TestTrustedSubresource(t *testing.T) {
	resizer := func(resource string) promotion.Case {
		return story(policy("production", trusts(resource, "registry.example.com/checkout")),
			changing("pods", "checkout-x"), subresource("resize"), deployedBy(controller))
	}
	judge(t, map[string]verdict{
		"Listed": {
			reason: "listed with its subresource", want: promotion.RuleTrustedController,
			given: resizer("pods/resize"),
		},
		"Parent": {reason: "the resource is not its subresource", because: unlisted, given: resizer("pods")},
	})
}

// TestTrustsSomebody : whoever it is that makes the change.
func TestTrustsSomebody(t *testing.T) {
	somebody := solving(deployedBy(alice))
	if !promotion.TrustsSomebody(somebody.Change, somebody.Policies[0]) {
		t.Error("the policy trusts a controller with it")
	}
	nobody := solving(changing("deployments", "x"))
	if promotion.TrustsSomebody(nobody.Change, nobody.Policies[0]) {
		t.Error("the policy trusts nobody with it")
	}
}
