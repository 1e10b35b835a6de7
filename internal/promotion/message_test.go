// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

package promotion_test

import (
	"flag"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/countersign-dev/countersign/api/v1alpha1"
	"github.com/countersign-dev/countersign/internal/promotion"
	"github.com/countersign-dev/countersign/internal/workload"
)

var update = flag.Bool("update", false, "write the messages to testdata")

// message that somebody sees, and why it is as it is.
type message struct {
	reason string
	text   string
}

// golden compares messages with testdata/<name>.txt, where they stand one below the other, so that they can be read.
func golden(t *testing.T, name string, messages map[string]message) {
	t.Helper()
	var all strings.Builder
	for _, title := range slices.Sorted(maps.Keys(messages)) {
		m := messages[title]
		fmt.Fprintf(&all, "## %s: %s\n\n%s\n\n", title, m.reason, m.text)
		checkPrintable(t, title, m.text)
	}
	file := filepath.Join("testdata", name+".txt")
	if *update {
		if err := os.WriteFile(file, []byte(all.String()), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), all.String()); diff != "" {
		t.Errorf("-want, +got (run with -update to accept):\n%s", diff)
	}
}

// checkPrintable : nothing in a message moves a cursor, reorders a line or hides.
func checkPrintable(t *testing.T, title, text string) {
	t.Helper()
	for _, r := range text {
		if r != '\n' && !strconv.IsPrint(r) {
			t.Errorf("%s: the message contains %U", title, r)
		}
	}
}

const hostile = "bob\nApprove:  kubectl delete ns shop\x1b[2K\u202egood"

// denied is the message for whoever tries the change, with the request that it waits for, if any.
func denied(c promotion.Case) string {
	d := promotion.Evaluate(c, noon)
	standing := promotion.Standing{}
	switch {
	case d.Request != "":
		standing.Request = d.Request
		standing.Requester = c.Attempts[len(c.Attempts)-1].Request.Spec.Requester.Username
	case d.MayRequest():
		opened := tell(c, asked(c.Change.Deployer.Username))
		standing.Request = opened.Attempts[len(c.Attempts)].Request.Name
		standing.Requester = c.Change.Deployer.Username
	}
	return promotion.Denial(c, d, standing)
}

// shutStory is one whose windows are closed; security may override them.
func shutStory(steps ...step) promotion.Case {
	return story(policy("production", needs(1, "release", "release-managers"), closing(morning, evening),
		overridable("security")), also(steps...))
}

// owners : each trusted controller is trusted with what a challenge owns, and with nothing else.
func owners(c *promotion.Case) {
	for i := range c.Policies[0].Spec.TrustedControllers {
		c.Policies[0].Spec.TrustedControllers[i].OwnerKinds = []v1alpha1.OwnerKind{
			{Group: "acme.cert-manager.io", Kind: "Challenge"},
		}
	}
}

// unopened is the message where no request could be opened.
func unopened(why string) string {
	return promotion.Denial(story(), promotion.Evaluate(story(), noon), promotion.Standing{WhyNone: why})
}

func TestDenial(t *testing.T) {
	manyManagers := role("release-managers",
		users(bob, carol, dave, sam, "erin@example.com", "frank@example.com"), group("sre"))
	golden(t, "denials", map[string]message{
		"NoRules":       {"one more of nobody", denied(story(policy("production"), asked(alice)))},
		"NoRulesByGate": {"alice carries it out herself", denied(story(policy("production"), asked(alice, byGate)))},
		"NoRulesByGateForBot": {
			"who made it up is no person",
			denied(story(asked(bot, byGate), approved(bob), deployedBy(controller))),
		},
		"ServiceNotTrusted": {
			"a controller that is trusted with Pods alone changes a Service",
			denied(solving(service, func(c *promotion.Case) {
				for i := range c.Policies {
					c.Policies[i].Spec.Gates = []v1alpha1.Gate{{Type: v1alpha1.GateRouting}}
				}
			})),
		},
		"OwnersOfAnother": {
			"what owns it matters for another controller",
			denied(solving(images("docker.io/library/busybox:1"), func(c *promotion.Case) {
				other := c.Policies[0].Spec.TrustedControllers[0]
				other.ServiceAccount.Name, other.OwnerKinds = "other", []v1alpha1.OwnerKind{{Kind: "Challenge"}}
				c.Policies[0].Spec.TrustedControllers = append(c.Policies[0].Spec.TrustedControllers, other)
			})),
		},
		"Session": {"alice wants a shell", denied(connecting(v1alpha1.InteractiveRequireApproval))},
		"RejectedUrgent": {
			"nor can anybody let it in at once",
			denied(story(policy("production", needs(1, "release", "release-managers"),
				declarable(v1alpha1.OverdueReport, "security")), asked(alice), rejected(carol))),
		},
		"EmergencyBeside": {
			"a policy that only warns lets nobody declare one, and holds nothing up",
			denied(story(policy("production", needs(1, "release", "release-managers"),
				declarable(v1alpha1.OverdueReport, "security")), policy("trial", needs(1, "review", "security"), warns),
				asked(alice))),
		},
		"IgnoredBeside": {
			"what a policy that only warns ignores",
			denied(story(policy("production", needs(2, "release", "release-managers")),
				policy("trial", needs(1, "review", "security"), warns), asked(alice), approved(bob))),
		},
		"NoRequest": {"no request, and no word why", promotion.Denial(story(), promotion.Evaluate(story(), noon),
			promotion.Standing{})},
		"TwoRoles": {"the roles of two policies, in order", denied(story(policy("a", needs(1, "review", "security"))))},
		"FiveHolders": {"all that there is room for", denied(story(role("release-managers",
			users(bob, carol, dave, sam, "erin@example.com"))))},
		"From": {"a membership has not begun", denied(story(role("release-managers", users(bob),
			func(r *v1alpha1.PipelineRole) { r.Spec.Members[0].StartTime = new(metav1.NewTime(noon.Add(day))) })))},
		"AskedBefore": {
			"what carol asked for has ended, and bob tries",
			denied(story(asked(carol), stalled(v1alpha1.ReasonSuperseded), deployedBy(bob))),
		},
		"Person":  {"alice tries, and a request is opened", denied(story())},
		"Again":   {"alice tries again", denied(story(asked(alice)))},
		"Another": {"carol tries what alice asked for", denied(story(asked(alice), deployedBy(carol)))},
		"Bot":     {"a bot tries; it is nobody", denied(story(deployedBy(bot)))},
		"BotOnce": {"one has approved what the bot asked for", denied(story(asked(bot), approved(bob), deployedBy(bot)))},
		"GateAsked": {
			"a bot tries what alice was turned away with, and bob approved",
			denied(story(asked(alice, byGate), approved(bob), deployedBy(bot))),
		},
		"GateAskedOwn": {
			"bob tries what he approved, and only the gate says that alice asked",
			denied(story(asked(alice, byGate), approved(bob), deployedBy(bob))),
		},
		"Deletion": {
			"to delete is a change",
			denied(story(func(c *promotion.Case) { c.Change.Operation = v1alpha1.OperationDelete })),
		},
		"Orphaning": {
			"what was made of it would run on",
			denied(story(deleting, func(c *promotion.Case) { c.Change.Orphans = true })),
		},
		"BeingDeleted": {
			"its deletion was let in, and a finalizer keeps it",
			denied(story(deleting, asked(alice), approved(bob), letIn(v1alpha1.EntryRuleApproved, 1), goes)),
		},
		"Generated": {"the API server makes the name", denied(story(changing("jobs", ""), func(c *promotion.Case) {
			c.Change.Object.GenerateName = "migrate-"
		}))},
		"Subresource": {
			"a debug container",
			denied(story(changing("pods", "checkout-x"), subresource("ephemeralcontainers"))),
		},
		"Order": {"an abort by status", denied(story(rollout, gatingRollouts, ordering("abort")))},
		"OtherWay": {
			"what was asked for as a container for debugging is tried on the Pod itself",
			denied(story(pod, subresource("ephemeralcontainers"), asked(alice), approved(bob), subresource(""))),
		},
		"Frozen": {"sam stopped the line", denied(story(frozen("48h"), asked(alice), approved(bob)))},
		"TooSoon": {
			"people shall have time to look",
			denied(story(policy("production", needs(1, "release", "release-managers"), waits(14400)), asked(alice),
				approved(bob))),
		},
		"Emergency": {
			"somebody could let it in on their own word",
			denied(story(policy("production", needs(1, "release", "release-managers"),
				declarable(v1alpha1.OverdueReport, "security")), asked(alice))),
		},
		"NotPromoted": {
			"it has not run in staging",
			denied(story(policy("production", needs(1, "release", "release-managers"), from("All",
				v1alpha1.PromotionSource{Environment: "staging", SoakSeconds: 3600})), asked(alice), approved(bob),
				images("registry.example.com/checkout"+digestA))),
		},
		"Soaking": {
			"it has not run there for long enough",
			denied(story(policy("production", needs(1, "release", "release-managers"), from("All",
				v1alpha1.PromotionSource{Environment: "staging", SoakSeconds: 3600})), asked(alice), approved(bob),
				images("registry.example.com/checkout"+digestA),
				ranIn("staging", "registry.example.com/checkout"+digestA, available(time.Minute, 0)))),
		},
		"SoakingTwice": {
			"it ran there before, and will have run for long enough sooner",
			denied(story(policy("production", needs(1, "release", "release-managers"), from("All",
				v1alpha1.PromotionSource{Environment: "staging", SoakSeconds: 3600})), asked(alice), approved(bob),
				images("registry.example.com/checkout"+digestA),
				ranIn("staging", "registry.example.com/checkout"+digestA, available(30*time.Minute, 0)),
				ranIn("staging", "registry.example.com/checkout"+digestA, available(time.Minute, 0)))),
		},
		"NotPromotedAtAll": {
			"it need not run for long, but run",
			denied(story(policy("production", needs(1, "release", "release-managers"), from("All",
				v1alpha1.PromotionSource{Environment: "staging"})), asked(alice), approved(bob),
				images("registry.example.com/checkout"+digestA))),
		},
		"VolumeByTag": {
			"nobody can tell where it ran",
			denied(story(policy("production", needs(1, "release", "release-managers"), from("All",
				v1alpha1.PromotionSource{Environment: "staging"})), asked(alice), approved(bob),
				images("checkout"+digestA, "data:1"),
				text(both("checkout"+digestA, "volumes", `{"image":{"reference":"data:1"}}`)))),
		},
		"SoakingTwiceSinceLast": {
			"the other way round",
			denied(story(policy("production", needs(1, "release", "release-managers"), from("All",
				v1alpha1.PromotionSource{Environment: "staging", SoakSeconds: 3600})), asked(alice), approved(bob),
				images("registry.example.com/checkout"+digestA),
				ranIn("staging", "registry.example.com/checkout"+digestA, available(time.Minute, 0)),
				ranIn("staging", "registry.example.com/checkout"+digestA, available(30*time.Minute, 0)))),
		},
		"SoakedNoMore": {
			"it broke there",
			denied(story(policy("production", needs(1, "release", "release-managers"), from("All",
				v1alpha1.PromotionSource{Environment: "staging", SoakSeconds: 3600})), asked(alice), approved(bob),
				images("registry.example.com/checkout"+digestA),
				ranIn("staging", "registry.example.com/checkout"+digestA, available(time.Minute, time.Hour)))),
		},
		"SoakingAgain": {
			"it ran there before, broke, and runs there again",
			denied(story(policy("production", needs(1, "release", "release-managers"), from("All",
				v1alpha1.PromotionSource{Environment: "staging", SoakSeconds: 3600})), asked(alice), approved(bob),
				images("registry.example.com/checkout"+digestA),
				ranIn("staging", "registry.example.com/checkout"+digestA, available(time.Minute, 0)),
				ranIn("staging", "registry.example.com/checkout"+digestA, available(time.Minute, time.Hour)))),
		},
		"Unpinned": {
			"nobody knows which image it is",
			denied(story(policy("production", needs(1, "release", "release-managers"), from("All",
				v1alpha1.PromotionSource{Environment: "staging"})), asked(alice), approved(bob))),
		},
		"Window": {
			"the windows are closed",
			denied(story(policy("production", needs(1, "release", "release-managers"), closing("2026-03-02T08:00:00+01:00",
				"2026-03-03T08:00:00+01:00"), overridable("security")), asked(alice), approved(bob))),
		},
		"WindowUnasked": {
			"nobody asked yet, so there is nothing to override for",
			promotion.Denial(shutStory(), promotion.Evaluate(shutStory(), noon), promotion.Standing{}),
		},
		"WindowEnded": {
			"nor is there for what has ended",
			promotion.Denial(shutStory(), promotion.Evaluate(shutStory(asked(alice), stalled(v1alpha1.ReasonSuperseded)), noon),
				promotion.Standing{}),
		},
		"WindowForGood": {
			"the windows do not open again",
			denied(story(policy("production", needs(1, "release", "release-managers"),
				once(v1alpha1.WindowAllow, "launch", "2026-02-02T08:00:00+01:00", "2026-02-03T08:00:00+01:00")), asked(alice),
				approved(bob))),
		},
		"Overdue": {
			"an emergency was never reviewed",
			denied(story(policy("production", needs(1, "release", "release-managers"),
				declarable(v1alpha1.OverdueBlockEntry, "security")), asked(alice), approved(bob), unreviewed(time.Hour))),
		},
		"Group":  {"a group may approve", denied(story(role("release-managers", group("sre"))))},
		"Holder": {"who would apply it holds the role", denied(story(deployedBy(bob)))},
		"Author": {"who wrote it holds the role", denied(story(asked(alice, by("Bob <bob@example.com>"))))},
		"AllOf": {
			"whoever approves holds two roles, and any release manager is the second person for a bot",
			denied(story(policy("production", needsAll(1, "signoff", "release-managers", "security"),
				needs(1, "release", "release-managers")), asked(bot), approved(carol), approved(sam), deployedBy(bot))),
		},
		"Lapsed": {
			"approved, and never applied",
			denied(story(policy("production", needs(1, "release", "release-managers"), lapsing), asked(alice), approved(bob))),
		},
		"Muddled": {"nobody can tell who is one person", denied(story(muddled, asked(alice), approved(bob)))},
		"Until": {
			"memberships end",
			denied(story(role("release-managers", until(bob, noon.Add(-day)), until(carol, noon.Add(day))))),
		},
		"Many":   {"many may approve", denied(story(manyManagers))},
		"NoRole": {"the role was never made", denied(story(policy("production", needs(1, "release", "nobodys"))))},
		"NoApprove": {
			"the role does not let anybody approve",
			denied(story(policy("production", needs(1, "release", "checkout-ci")))),
		},
		"NoMembers": {"the role is empty", denied(story(role("release-managers")))},
		"Policies": {"two policies, one half met", denied(story(
			policy("security", needs(2, "review", "security"), needs(1, "second", "release-managers", "security")),
			asked(alice), approved(bob)))},
		"OneOpen": {"an open policy asks for nothing", denied(story(policy("anything", open)))},
		"OneWarns": {
			"a policy that warns asks for nothing",
			denied(story(policy("trial", needs(1, "review", "security"), warns))),
		},
		"Expired": {"bob approved two days ago", denied(story(asked(alice), approved(bob, since(2*day))))},
		"Ignored": {
			"approvals that do not count",
			denied(story(asked(alice), approved(sam), approved(bob), withdrew(bob, 2))),
		},
		"Deployer": {
			"bob approved, and tries himself",
			denied(story(policy("production", needs(1, "release", "release-managers"), separatesDeployer),
				asked(alice), approved(bob), deployedBy(bob))),
		},
		"Staging": {
			"approved before the namespace became production",
			denied(story(asked(alice), approved(bob), latest(toStaging))),
		},
		"Rejected": {
			"approved and rejected",
			denied(story(asked(alice), approved(bob), rejected(carol, saying(`migrate "first"`)))),
		},
		"Objection": {
			"rejected without a word, by two, under two policies",
			denied(story(policy("strict", needs(1, "review", "security")), asked(alice), rejected(carol), rejected(sam))),
		},
		"Revoked": {"what was asked for has been revoked", denied(story(asked(alice), approved(bob), revoked(carol)))},
		"Pending": {
			"somebody was quicker",
			denied(story(asked(alice), approved(bob), letIn(v1alpha1.EntryRuleApproved, 0))),
		},
		"NoPolicy": {"nobody said what is needed", denied(story(noPolicy))},
		"ForbiddenImage": {"an image from elsewhere, one without a digest, and one that is neither", denied(story(
			images("registry.example.com/shop/web:1", "nginx", "registry.example.com/shop/web"+sum, "a b", "\u202enginx"),
			policy("production", needs(1, "release", "release-managers"), pinned, imagesFrom("ghcr.io"),
				imagesFrom("registry.example.com", "shop/*"))))},
		"ForbiddenSince": {"a request stands, from before the policy said so", denied(story(asked(alice),
			policy("images", open, imagesFrom("ghcr.io"))))},
		"ConfigMapInUse": {"what is in use is changed like a workload", denied(story(
			policy("production", needs(1, "release", "release-managers"), gatesConfiguration),
			aboutConfigMap("deployments/a", "deployments/b", "pods/c", "pods/d", "pods/e", "request f", "request g")))},
		"ConfigMapUsedByFive": {"all that there is room for", denied(story(
			policy("production", needs(1, "release", "release-managers"), gatesConfiguration),
			aboutConfigMap("deployments/a", "deployments/b", "pods/c", "pods/d", "pods/e")))},
		"OneConfigurationChanged": {"one of them is not what it was", denied(story(
			policy("production", needs(1, "release", "release-managers"), gatesConfiguration), refers("app", otherDigest),
			asked(alice, with("app", digest)), approved(bob)))},
		"ConfigurationMissing": {"what it refers to is not there", denied(story(
			policy("production", needs(1, "release", "release-managers"), gatesConfiguration), refers("app", "")))},
		"ConfigurationChanged": {"what it refers to is not what it was", denied(story(
			policy("production", needs(1, "release", "release-managers"), gatesConfiguration), refers("app", otherDigest),
			refers("log", otherDigest), asked(alice, with("app", digest), with("log", digest)), approved(bob)))},
		"Unlisted": {"a controller that nobody knows", denied(story(deployedBy(controller)))},
		"WrongImage": {
			"a controller that is known, with another image",
			denied(solving(images("docker.io/library/busybox:1"))),
		},
		"WrongOwner": {
			"a controller that is trusted with what another kind owns",
			denied(solving(owners, func(c *promotion.Case) {
				c.Change.Owner = v1alpha1.OwnerKind{Group: "apps", Kind: "ReplicaSet"}
			})),
		},
		"NoOwner":    {"nothing owns it", denied(solving(owners))},
		"SystemUser": {"an administrator without a name", denied(story(deployedBy("system:admin")))},
		"TooMany": {"no request could be opened",
			unopened(alice + " has 5 requests for this object waiting already; have one decided first")},
		"Hostile": {"names and comments from somebody who wants to be misread", denied(story(
			role("release-managers", users(hostile, "bоb@example.com"), group(hostile)),
			asked(hostile), approved(hostile), rejected(hostile, saying(hostile))))},
		"HostileLimit": {"the same where no request could be opened",
			unopened(hostile + " has 5 requests for this object waiting already")},
		"Zero": {"no decision at all", promotion.Denial(story(), promotion.Decision{}, promotion.Standing{})},
	})
}

func TestWarning(t *testing.T) {
	warning := func(c promotion.Case) string {
		return strings.Join(promotion.Warning(c, promotion.Evaluate(c, noon)), "\n")
	}
	golden(t, "warnings", map[string]message{
		"Person":   {"alice would be turned away", warning(story())},
		"Waiting":  {"the request waits", warning(story(asked(alice)))},
		"Bot":      {"a bot would need two", warning(story(deployedBy(bot)))},
		"Rejected": {"carol rejects it", warning(story(asked(alice), approved(bob), rejected(carol, saying("not now"))))},
		"NoPolicy": {"nobody said what is needed", warning(story(noPolicy))},
		"ForbiddenImage": {
			"no approval helps",
			warning(story(policy("production", needs(1, "release", "release-managers"), pinned))),
		},
		"Unlisted":         {"a controller that nobody knows", warning(story(deployedBy(controller)))},
		"UnlistedDeletion": {"it would delete", warning(story(deleting, deployedBy(controller)))},
		"UnlistedRules":    {"it would loosen a rule", warning(loosens(deployedBy(controller)))},
		"Deletion": {
			"to delete is a change",
			warning(story(func(c *promotion.Case) { c.Change.Operation = v1alpha1.OperationDelete })),
		},
		"Hostile": {
			"from somebody who wants to be misread",
			warning(story(asked(alice), rejected(hostile, saying(hostile)))),
		},
		"Long": {"API servers cut long warnings, so we do", warning(story(policy("production", needs(1, "release",
			"a-role-with-a-very-long-name-that-goes-on-and-on", "another-role-with-a-very-long-name-that-goes-on",
			"a-third-role-with-a-very-long-name-that-goes-on", "a-fourth-role-with-a-very-long-name-that-goes-on",
			"a-fifth-role-with-a-very-long-name-that-goes-on"))))},
	})
}

// TestUnsaid : a dry-run of a Secret that is in use is told the same, whatever the Secret would hold.
func TestUnsaid(t *testing.T) {
	about := func(resource string, digest v1alpha1.Digest, users ...string) promotion.Case {
		return story(func(c *promotion.Case) {
			c.Change.Object = workload.Identity{Resource: resource, Namespace: "shop", Name: "db"}
			c.Change.Digest, c.Change.Users = digest, users
		})
	}
	const user = "deployments/web"
	said := promotion.Unsaid(about("secrets", digest, user))
	if len(said) != 1 || len(said[0]) > 256 || !strings.Contains(said[0], "not to a dry-run") {
		t.Errorf("it is told %q", said)
	}
	if diff := cmp.Diff(said, promotion.Unsaid(about("secrets", otherDigest, user))); diff != "" {
		t.Errorf("another content is told of otherwise (-want +got):\n%s", diff)
	}
	vault := about("secrets", digest, user)
	vault.Change.Object.Group = "vault.example.com"
	for reason, c := range map[string]promotion.Case{
		"nothing uses it": about("secrets", digest), "whoever uses a ConfigMap reads it": about("configmaps", digest, user),
		"it is a workload": story(), "it holds what another group calls a secret": vault,
	} {
		if said := promotion.Unsaid(c); said != nil {
			t.Errorf("%s, and a dry-run is told %q", reason, said)
		}
	}
}

func TestWarningsAreShort(t *testing.T) {
	c := story(policy("production", needs(1, "release", v1alpha1.RoleName(strings.Repeat("r", 300)))),
		asked(alice), rejected(strings.Repeat("ü", 512), saying(strings.Repeat("ü", 1024))))
	for _, line := range promotion.Warning(c, promotion.Evaluate(c, noon)) {
		if len([]rune(line)) > 256 {
			t.Errorf("%d characters: %s", len([]rune(line)), line)
		}
	}
}

// TestWarningAsLongAsItMayBe : what fits is not cut.
func TestWarningAsLongAsItMayBe(t *testing.T) {
	const start = "countersign: looser: "
	line := start + strings.Repeat("x", 256-len(start))
	c := loosens(func(c *promotion.Case) { c.Change.Looser = []string{strings.TrimPrefix(line, start)} })
	if lines := promotion.Warning(c, promotion.Evaluate(c, noon)); !slices.Contains(lines, line) {
		t.Errorf("%q lack %q", lines, line)
	}
}

func TestNotEnforced(t *testing.T) {
	warning := func(c promotion.Case) string {
		return strings.Join(promotion.NotEnforced(c, promotion.Evaluate(c, noon)), "\n")
	}
	trial := policy("production", needs(1, "release", "release-managers"), warns)
	golden(t, "not-enforced", map[string]message{
		"Unasked":  {"it enters, and alice should know", warning(story(trial))},
		"Asked":    {"nobody has approved", warning(story(trial, asked(alice)))},
		"Rejected": {"it enters although somebody objects", warning(story(trial, asked(alice), rejected(bob, saying("no"))))},
		"Met":      {"nothing to say", warning(story(trial, asked(alice), approved(bob)))},
		"Audit":    {"in silence", warning(story(policy("production", needs(1, "release", "release-managers"), audits)))},
		"Two": {"one warns and one audits", warning(story(trial,
			policy("security", needs(1, "review", "security"), audits)))},
	})
}

func TestWaitingFor(t *testing.T) {
	waiting := func(c promotion.Case) string {
		return "Waiting for " + promotion.Evaluate(c, noon).WaitingFor() + "."
	}
	golden(t, "waiting-for", map[string]message{
		"Unasked": {"nobody asked", waiting(story())},
		"Asked":   {"one approval", waiting(story(asked(alice)))},
		"Bot":     {"two people", waiting(story(asked(bot)))},
		"Two": {
			"two rules",
			waiting(story(policy("production", needs(2, "release", "release-managers"), needs(1, "review", "security")),
				asked(alice))),
		},
		"Policies": {
			"two policies that reject for the same reason",
			waiting(story(policy("strict", needs(1, "review", "security")), asked(alice), approved(carol), rejected(bob))),
		},
		"Pending": {
			"it may have entered",
			waiting(story(asked(alice), approved(bob), letIn(v1alpha1.EntryRuleApproved, 0))),
		},
		"NoPolicy": {"nobody said what is needed", waiting(story(noPolicy))},
		"Unlisted": {"a controller that nobody knows", waiting(story(deployedBy(controller)))},
		"Hostile": {
			"from somebody who wants to be misread",
			waiting(story(asked(alice), rejected(hostile, saying(hostile)))),
		},
	})
}

func TestNobodyHostileIsShownAsWritten(t *testing.T) {
	c := story(asked(hostile), approved(hostile), decided(v1alpha1.ApprovalDecision(hostile), hostile),
		withdrew(hostile, 9))
	attempt := c.Attempts[0]
	texts := []string{promotion.Evaluate(c, noon).WaitingFor(), promotion.Requirement(c.Policies[0])}
	for _, record := range promotion.Records(c, attempt, noon) {
		texts = append(texts, record.NotCounted)
	}
	for _, decision := range attempt.Decisions {
		decision.Spec.Withdraws = hostile
		texts = append(texts, promotion.MayDecide(c, attempt, decision, noon.Add(time.Second)))
	}
	for _, text := range texts {
		checkPrintable(t, text, text)
		if strings.Contains(text, "\n") {
			t.Errorf("%q is not one line", text)
		}
	}
}
