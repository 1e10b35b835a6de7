// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

package promotion_test

import (
	"strings"
	"testing"

	"github.com/countersign-dev/countersign/api/v1alpha1"
	"github.com/countersign-dev/countersign/internal/promotion"
)

// imagesFrom lets images in from the registry, and there from the repositories.
func imagesFrom(registry string, repositories ...string) func(*v1alpha1.PromotionPolicySpec) {
	return func(p *v1alpha1.PromotionPolicySpec) {
		p.Images.Allowed = append(p.Images.Allowed, v1alpha1.ImageSource{Registry: registry, Repositories: repositories})
	}
}

func pinned(p *v1alpha1.PromotionPolicySpec) { p.Images.Digests = v1alpha1.DigestRequired }

const sum = "@sha256:0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"

var forbiddenImage = []promotion.ReasonCode{promotion.ReasonForbiddenImage}

// TestImages has changes that people approved: the image alone decides.
func TestImages(t *testing.T) {
	running := func(run string, terms ...func(*v1alpha1.PromotionPolicySpec)) promotion.Case {
		terms = append(terms, needs(1, "release", "release-managers"))
		return story(images(strings.Fields(run)...), policy("production", terms...), asked(alice), approved(bob))
	}
	shop := imagesFrom("registry.example.com", "shop/checkout", "tools/*", "team/**")
	cases := map[string]struct {
		reason string
		run    string
		terms  func(*v1alpha1.PromotionPolicySpec)
		enters bool
	}{
		"Exact":      {"the very repository", "registry.example.com/shop/checkout:1", shop, true},
		"Sibling":    {"another of the same project", "registry.example.com/shop/cart:1", shop, false},
		"Below":      {"a repository is no prefix", "registry.example.com/shop/checkout/evil:1", shop, false},
		"Longer":     {"nor is part of a segment", "registry.example.com/shop/checkout-evil:1", shop, false},
		"Above":      {"nor the project alone", "registry.example.com/shop:1", shop, false},
		"OneSegment": {"any one segment", "registry.example.com/tools/debug:1", shop, true},
		"TwoAtStar":  {"* is one segment and no more", "registry.example.com/tools/net/debug:1", shop, false},
		"NoneAtStar": {"nor none", "registry.example.com/tools:1", shop, false},
		"Deep":       {"** is as many as there are", "registry.example.com/team/a/b/c:1", shop, true},
		"DeepOne":    {"one of them, too", "registry.example.com/team/a:1", shop, true},
		"DeepNone":   {"but not none", "registry.example.com/team:1", shop, false},
		"Lookalike":  {"a host is no prefix", "registry.example.com.evil.io/shop/checkout:1", shop, false},
		"Subdomain":  {"nor a suffix", "evil.registry.example.com/shop/checkout:1", shop, false},
		"Port":       {"another port is another registry", "registry.example.com:5000/shop/checkout:1", shop, false},
		"HostInPath": {"a host in the path is no host", "evil.io/registry.example.com/shop/checkout:1", shop, false},
		"HubUser":    {"a user of docker.io called shop", "shop/checkout:1", shop, false},
		"Capitals":   {"runtimes do not agree on it", "Registry.Example.com/shop/checkout:1", shop, false},
		"OneOfTwo":   {"every image counts", "registry.example.com/shop/checkout:1 nginx", shop, false},
		"Unreadable": {"what cannot be read is from nowhere", "registry.example.com/shop/checkout:1:2", shop, false},
		"WholeHost":  {"without repositories all of the host", "ghcr.io/a/b/c:1", imagesFrom("ghcr.io"), true},
		"Library":    {"docker.io and library/ are meant", "nginx:1", imagesFrom("docker.io", "library/nginx"), true},
		"LibraryIn":  {"library/ is a segment", "nginx:1", imagesFrom("docker.io", "nginx"), false},
		"LegacyHub":  {"one registry of two names", "index.docker.io/nginx", imagesFrom("docker.io", "library/*"), true},
		"WithPort":   {"the port is named", "localhost:5000/web", imagesFrom("localhost:5000", "web"), true},
		"MidStars":   {"** is for the end", "ghcr.io/a/b/c", imagesFrom("ghcr.io", "**/c"), false},
		"PartStar":   {"no pattern within a segment", "ghcr.io/shop-a", imagesFrom("ghcr.io", "shop-*"), false},
		"AllStars":   {"everything of the host", "ghcr.io/a/b", imagesFrom("ghcr.io", "**"), true},
		"NoRule":     {"no rule, any image", "evil.io/miner", func(*v1alpha1.PromotionPolicySpec) {}, true},
		"NoRuleOdd":  {"not even one to be read", "a b", func(*v1alpha1.PromotionPolicySpec) {}, true},
		"Tag":        {"a tag may come to mean another image", "nginx:1", pinned, false},
		"Pinned":     {"a digest does not", "nginx" + sum, pinned, true},
		"PinnedTag":  {"with a tag before it", "nginx:1" + sum, pinned, true},
		"PinnedElsewhere": {"both are asked", "evil.io/miner" + sum, func(p *v1alpha1.PromotionPolicySpec) {
			shop(p)
			pinned(p)
		}, false},
		"NoImages": {"it runs nothing", "", shop, true},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			v := verdict{reason: tc.reason, given: running(tc.run, tc.terms), because: forbiddenImage}
			if tc.enters {
				v.want, v.because = promotion.RuleApproved, nil
			}
			judge(t, map[string]verdict{tc.run: v})
		})
	}
}

func TestImagesHoldForWhatIsNew(t *testing.T) {
	foreign := imagesFrom("ghcr.io")
	strict := policy("production", foreign, needs(1, "release", "release-managers"))
	judge(t, map[string]verdict{
		"Unasked": {reason: "that nobody asked is beside the point", given: story(strict), because: forbiddenImage},
		"Open": {
			reason: "an open environment is not open to every image", because: forbiddenImage,
			given: story(policy("production", open, foreign)),
		},
		"OpenAllowed": {
			reason: "to others it is", want: promotion.RuleOpen,
			given: story(policy("production", open, imagesFrom("registry.example.com"))),
		},
		"Deletion": {
			reason: "what must not run may go", want: promotion.RuleApproved,
			given: story(strict, func(c *promotion.Case) { c.Change.Operation = v1alpha1.OperationDelete },
				asked(alice), approved(bob)),
		},
		"Return": {reason: "it was let in before", want: promotion.RuleRollback, given: story(strict, enteredOnce())},
		"Trusted": {
			reason: "a trusted controller has repositories of its own", want: promotion.RuleTrustedController,
			given: solving(policy("production", needs(1, "release", "release-managers"), foreign,
				trusts("pods", "quay.io/jetstack/cert-manager-acmesolver"))),
		},
		"WarnOnly": {
			reason: "a policy that warns keeps nothing out", want: promotion.RuleNotEnforced,
			given: story(policy("production", needs(1, "release", "release-managers"), foreign, warns)),
		},
		"OtherPolicy": {
			reason: "every policy has to be met", because: forbiddenImage,
			given: story(policy("images", open, foreign), asked(alice), approved(bob)),
		},
	})
}

// TestForbiddenImageOpensNoRequest : nobody is asked for what no approval can let in.
func TestForbiddenImageOpensNoRequest(t *testing.T) {
	for title, c := range map[string]promotion.Case{
		"one policy":  story(policy("production", needs(1, "release", "release-managers"), imagesFrom("ghcr.io"))),
		"two":         story(policy("images", needs(1, "review", "security"), imagesFrom("ghcr.io"))),
		"digest":      story(policy("production", needs(1, "release", "release-managers"), pinned)),
		"an open one": story(policy("production", open, imagesFrom("ghcr.io"))),
	} {
		if d := promotion.Evaluate(c, noon); d.MayRequest() || d.WhyHopeless() == "" {
			t.Errorf("%s: asking helps: %+v", title, d)
		}
	}
	if why := promotion.Evaluate(story(), noon).WhyHopeless(); why != "" {
		t.Errorf("an approval helps, and yet %s", why)
	}
}

// TestManyImagesFit : a change may run hundreds.
func TestManyImagesFit(t *testing.T) {
	var many []string
	for range 300 {
		many = append(many, strings.Repeat("é", 2000))
	}
	if d := promotion.Evaluate(story(images("a", "b", "c", "d", "e", "f", "g"), policy("production", open, pinned)),
		noon); len(d.Reasons) != 5 {
		t.Errorf("%d of seven are named, and not five", len(d.Reasons))
	}
	d := promotion.Evaluate(story(images(many...), policy("production", open, pinned)), noon)
	if text := promotion.Denial(story(), d, promotion.Standing{}); len(text) > 10_000 {
		t.Errorf("the message has %d bytes", len(text))
	}
}
