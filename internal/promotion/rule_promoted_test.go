// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

package promotion_test

import (
	"slices"
	"testing"
	"time"

	apiextensionsv1 "k8s.io/apiextensions-apiserver/pkg/apis/apiextensions/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/countersign-dev/countersign/api/v1alpha1"
	"github.com/countersign-dev/countersign/internal/promotion"
)

const (
	digestA = "@sha256:aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
	digestB = "@sha256:bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb"
)

// from says where the policy promotes from.
func from(match v1alpha1.SourceMatch, sources ...v1alpha1.PromotionSource) func(*v1alpha1.PromotionPolicySpec) {
	return func(p *v1alpha1.PromotionPolicySpec) {
		p.PromotedFrom = &v1alpha1.PromotionOrder{Match: match, Sources: sources}
	}
}

// ranIn : images entered another environment as deployments/checkout, a day ago, and are in place.
func ranIn(environment v1alpha1.EnvironmentName, image string, more ...func(*v1alpha1.PromotionRequest)) step {
	r := v1alpha1.PromotionRequest{
		ObjectMeta: metav1.ObjectMeta{Namespace: "shop-" + string(environment), Name: "checkout-1"},
		Spec: v1alpha1.PromotionRequestSpec{Environment: environment, Change: v1alpha1.Change{
			Operation: v1alpha1.OperationApply, Group: "apps", Resource: "deployments", Name: "checkout",
			Images: []string{image}, Content: running(image),
		}},
		Status: v1alpha1.PromotionRequestStatus{
			Admission: &v1alpha1.Admission{Rule: v1alpha1.EntryRuleOpen}, Entry: &v1alpha1.Entry{Time: ago(day)},
		},
	}
	for _, add := range more {
		add(&r)
	}
	return func(c *promotion.Case) { c.Sources = append(slices.Clone(c.Sources), r) }
}

// running is the content of a workload that runs the image.
func running(image string) apiextensionsv1.JSON {
	return apiextensionsv1.JSON{Raw: []byte(`{"spec":{"containers":[{"image":"` + image + `"}]}}`)}
}

// mounting is the content of one that has it as a volume.
func mounting(image string) string {
	return `{"spec":{"containers":[{}],"volumes":[{"image":{"reference":"` + image + `"}}]}}`
}

// both is the content of one that has another image too, in a field of its own.
func both(image, field, other string) string {
	return `{"spec":{"containers":[{"image":"` + image + `"}],"` + field + `":[` + other + `]}}`
}

// as the content of a record says, and text as the change does.
func as(content string) func(*v1alpha1.PromotionRequest) {
	return func(r *v1alpha1.PromotionRequest) { r.Spec.Change.Content.Raw = []byte(content) }
}

func text(content string) step { return func(c *promotion.Case) { c.Change.Text = []byte(content) } }

// available for so long, until so long ago; until now where that is nothing.
func available(lasted, since time.Duration) func(*v1alpha1.PromotionRequest) {
	return func(r *v1alpha1.PromotionRequest) {
		r.Status.Entry.Availability = &v1alpha1.Availability{StartTime: ago(lasted + since)}
		if since > 0 {
			end := ago(since)
			r.Status.Entry.Availability.EndTime = &end
		}
	}
}

// pod changes a Pod, of the same name.
func pod(c *promotion.Case) { c.Change.Object.Group, c.Change.Object.Resource = "", "pods" }

// asItIsAsked judges the change as its request says it, as for the request's status.
func asItIsAsked(c *promotion.Case) {
	images := c.Change.Images
	c.Change = promotion.ChangeOf(c.Attempts[0].Request)
	c.Change.Images = images
}

func replacedAgo(since time.Duration) func(*v1alpha1.PromotionRequest) {
	return func(r *v1alpha1.PromotionRequest) { end := ago(since); r.Status.Entry.EndTime = &end }
}

func TestNotPromoted(t *testing.T) {
	staging := v1alpha1.PromotionSource{Environment: "staging"}
	soaking := v1alpha1.PromotionSource{Environment: "staging", SoakSeconds: 3600}
	qa := v1alpha1.PromotionSource{Environment: "qa"}
	promoting := func(terms func(*v1alpha1.PromotionPolicySpec), steps ...step) promotion.Case {
		return story(policy("production", needs(1, "release", "release-managers"), terms),
			images("registry.example.com/checkout"+digestA), asked(alice), approved(bob), also(steps...))
	}
	held := []promotion.ReasonCode{promotion.ReasonNotPromoted}
	const here = "registry.example.com/checkout"
	judge(t, map[string]verdict{
		"Entered": {
			reason: "it entered staging", want: promotion.RuleApproved,
			given: promoting(from("All", staging), ranIn("staging", here+digestA)),
		},
		"OtherRegistry": {
			reason: "a digest is the same image wherever it was pulled from", want: promotion.RuleApproved,
			given: promoting(from("All", staging), ranIn("staging", "mirror.example.com/x"+digestA)),
		},
		"WithTag": {
			reason: "a tag beside the digest says nothing", want: promotion.RuleApproved,
			given: promoting(from("All", staging), ranIn("staging", here+":1.2.3"+digestA)),
		},
		"Nowhere": {reason: "it ran nowhere", because: held, given: promoting(from("All", staging))},
		"OtherDigest": {
			reason: "another image ran there", because: held,
			given: promoting(from("All", staging), ranIn("staging", here+digestB)),
		},
		"NoImages": {
			reason: "a Service brings no images, and says nothing of where they ran", want: promotion.RuleApproved,
			given: promoting(func(p *v1alpha1.PromotionPolicySpec) {
				from("All", staging)(p)
				p.Gates = []v1alpha1.Gate{{Type: v1alpha1.GateRouting}}
			}, service, images()),
		},
		"NoImagesHere": {
			reason: "what runs has images; what shows none is not understood", because: held,
			given: promoting(from("All", staging), images(), ranIn("staging", here+digestA)),
		},
		"OneMissing": {
			reason: "the sidecar did not run there", because: held,
			given: promoting(from("All", staging), images(here+digestA, "proxy"+digestB), ranIn("staging", here+digestA)),
		},
		"TagThere": {
			reason: "nobody knows what the tag meant", because: held,
			given: promoting(from("All", staging), ranIn("staging", here+":1.2.3")),
		},
		"TagHere": {
			reason: "nobody knows what the tag means", because: held,
			given: promoting(from("All", staging), images(here+":1.2.3"), ranIn("staging", here+":1.2.3")),
		},
		"OtherEnvironment": {
			reason: "qa is not staging", because: held,
			given: promoting(from("All", staging), ranIn("qa", here+digestA)),
		},
		"OtherGroup": {
			reason: "as a workload of another group", because: held,
			given: promoting(from("All", staging), ranIn("staging", here+digestA, func(r *v1alpha1.PromotionRequest) {
				r.Spec.Change.Group = "extensions"
			})),
		},
		"OtherGenerated": {
			reason: "as one whose name is made from another", because: held,
			given: story(policy("production", needs(1, "release", "release-managers"), from("All", staging)),
				images(here+digestA), func(c *promotion.Case) {
					c.Change.Object.Name, c.Change.Object.GenerateName = "", "migrate-"
				}, asked(alice), approved(bob), ranIn("staging", here+digestA, func(r *v1alpha1.PromotionRequest) {
					r.Spec.Change.Name, r.Spec.Change.GenerateName = "", "other-"
				})),
		},
		"OtherWorkload": {
			reason: "as another workload", because: held,
			given: promoting(from("All", staging), ranIn("staging", here+digestA, func(r *v1alpha1.PromotionRequest) {
				r.Spec.Change.Name = "payments"
			})),
		},
		"OtherKind": {
			reason: "as a StatefulSet", because: held,
			given: promoting(from("All", staging), ranIn("staging", here+digestA, func(r *v1alpha1.PromotionRequest) {
				r.Spec.Change.Resource = "statefulsets"
			})),
		},
		"Mapped": {
			reason: "the policy knows its name there", want: promotion.RuleApproved,
			given: promoting(from("All", v1alpha1.PromotionSource{Environment: "staging",
				Workloads: []v1alpha1.WorkloadMapping{{Name: "checkout", SourceName: "till"}}}),
				ranIn("staging", here+digestA, func(r *v1alpha1.PromotionRequest) { r.Spec.Change.Name = "till" })),
		},
		"MappedAway": {
			reason: "what has its name there is something else", because: held,
			given: promoting(from("All", v1alpha1.PromotionSource{Environment: "staging",
				Workloads: []v1alpha1.WorkloadMapping{{Name: "checkout", SourceName: "till"}}}),
				ranIn("staging", here+digestA)),
		},
		"Deleted": {
			reason: "it was deleted there, with that content", because: held,
			given: promoting(from("All", staging), ranIn("staging", here+digestA, func(r *v1alpha1.PromotionRequest) {
				r.Spec.Change.Operation = v1alpha1.OperationDelete
			})),
		},
		"NotEntered": {
			reason: "it was asked for there", because: held,
			given: promoting(from("All", staging), ranIn("staging", here+digestA, func(r *v1alpha1.PromotionRequest) {
				r.Status.Entry = nil
			})),
		},
		"RevokedThere": {
			reason: "it was revoked there", because: held,
			given: promoting(from("All", staging), ranIn("staging", here+digestA, func(r *v1alpha1.PromotionRequest) {
				r.Status.Conditions = []metav1.Condition{{
					Type: v1alpha1.ConditionStalled, Status: "True", Reason: v1alpha1.ReasonRevoked,
				}}
			})),
		},
		"Soaked": {
			reason: "available for an hour", want: promotion.RuleApproved,
			given: promoting(from("All", soaking), ranIn("staging", here+digestA, available(time.Hour, 0))),
		},
		"Soaking": {
			reason: "a second is missing", because: held,
			given: promoting(from("All", soaking), ranIn("staging", here+digestA, available(time.Hour-time.Second, 0))),
		},
		"NeverAvailable": {
			reason: "it never came up", because: held,
			given: promoting(from("All", soaking), ranIn("staging", here+digestA)),
		},
		"Broke": {
			reason: "two hours, and then it broke", because: held,
			given: promoting(from("All", soaking), ranIn("staging", here+digestA, available(2*time.Hour, time.Minute))),
		},
		"BrokeAndReplaced": {
			reason: "and then was replaced", because: held,
			given: promoting(from("All", soaking), ranIn("staging", here+digestA, available(2*time.Hour, time.Hour),
				replacedAgo(time.Minute))),
		},
		"Replaced": {
			reason: "staging has gone on to the next", want: promotion.RuleApproved,
			given: promoting(from("All", soaking), ranIn("staging", here+digestA, available(time.Hour, time.Minute),
				replacedAgo(time.Minute))),
		},
		"ReplacedTooSoon": {
			reason: "before the hour was over", because: held,
			given: promoting(from("All", soaking), ranIn("staging", here+digestA, available(time.Minute, time.Minute),
				replacedAgo(time.Minute))),
		},
		"Again": {
			reason: "the first time it broke, the second it did not", want: promotion.RuleApproved,
			given: promoting(from("All", soaking), ranIn("staging", here+digestA, available(time.Minute, time.Hour)),
				ranIn("staging", here+digestA, available(time.Hour, 0))),
		},
		"All": {
			reason: "it has not been in qa", because: held,
			given: promoting(from("All", staging, qa), ranIn("staging", here+digestA)),
		},
		"Both": {
			reason: "it has been in both", want: promotion.RuleApproved,
			given: promoting(from("All", staging, qa), ranIn("staging", here+digestA), ranIn("qa", here+digestA)),
		},
		"Any": {
			reason: "one is enough", want: promotion.RuleApproved,
			given: promoting(from("Any", staging, qa), ranIn("qa", here+digestA)),
		},
		"AnyOfNone": {
			reason: "neither", because: held, given: promoting(from("Any", staging, qa)),
		},
		"Open": {
			reason: "where nobody is asked, the order holds too", because: held,
			given: story(policy("production", open, from("All", staging)), images(here+digestA)),
		},
		"Deletion": {
			reason: "to delete promotes nothing", want: promotion.RuleApproved,
			given: story(policy("production", needs(1, "release", "release-managers"), from("All", staging)),
				func(c *promotion.Case) { c.Change.Operation = v1alpha1.OperationDelete }, asked(alice), approved(bob)),
		},
		"Debug": {
			reason: "a container for debugging is no release", want: promotion.RuleApproved,
			given: story(policy("production", needs(1, "release", "release-managers"), from("All", staging)),
				pod, subresource("ephemeralcontainers"), asked(alice), approved(bob)),
		},
		"DebugAsAsked": {
			reason: "its request says so too, while nobody has tried", want: promotion.RuleApproved,
			given: story(policy("production", needs(1, "release", "release-managers"), from("All", staging)),
				pod, subresource("ephemeralcontainers"), asked(alice), approved(bob), asItIsAsked),
		},
		"PodAsAsked": {
			reason: "a Pod is a release", because: held,
			given: story(policy("production", needs(1, "release", "release-managers"), from("All", staging)),
				pod, asked(alice), approved(bob), asItIsAsked),
		},
		"OtherWay": {
			reason:  "what was asked for as a container for debugging is let in as nothing else",
			because: []promotion.ReasonCode{promotion.ReasonForeignRequest, promotion.ReasonNotPromoted},
			given: story(policy("production", needs(1, "release", "release-managers"), from("All", staging)),
				pod, subresource("ephemeralcontainers"), asked(alice), approved(bob), subresource("")),
		},
		"OtherWayBack": {
			reason: "nor the other way round: the request says that it cannot enter", because: foreign,
			given: story(policy("production", needs(1, "release", "release-managers"), from("All", staging)),
				pod, asked(alice), approved(bob), subresource("ephemeralcontainers")),
		},
		"DebuggedThere": {
			reason: "a Pod was debugged with it in staging, which is not to run as it", because: held,
			given: promoting(from("All", staging), pod, ranIn("staging", here+digestA,
				func(r *v1alpha1.PromotionRequest) {
					r.Spec.Change.Group, r.Spec.Change.Resource = "", "pods"
					r.Spec.Change.Subresource = v1alpha1.SubresourceEphemeralContainers
				})),
		},
		"PodThere": {
			reason: "the Pod ran there", want: promotion.RuleApproved,
			given: promoting(from("All", staging), pod, ranIn("staging", here+digestA,
				func(r *v1alpha1.PromotionRequest) { r.Spec.Change.Group, r.Spec.Change.Resource = "", "pods" })),
		},
		"OnlyMounted": {
			reason: "it was a volume of what ran there", because: held,
			given: promoting(from("All", staging), ranIn("staging", here+digestA, as(mounting(here+digestA)))),
		},
		"OnlyDebugged": {
			reason: "somebody had debugged the Pod with it when something else was changed", because: held,
			given: promoting(from("All", staging), pod, ranIn("staging", here+digestA,
				func(r *v1alpha1.PromotionRequest) { r.Spec.Change.Group, r.Spec.Change.Resource = "", "pods" },
				as(`{"spec":{"containers":[],"ephemeralContainers":[{"image":"`+here+digestA+`"}]}}`))),
		},
		"MountedInBoth": {
			reason: "it is a volume here too", want: promotion.RuleApproved,
			given: promoting(from("All", staging), text(mounting(here+digestA)),
				ranIn("staging", here+digestA, as(mounting(here+digestA)))),
		},
		"MountedHere": {
			reason: "what ran there may be a volume", want: promotion.RuleApproved,
			given: promoting(from("All", staging), text(mounting(here+digestA)), ranIn("staging", here+digestA)),
		},
		"MountedNowhere": {
			reason: "a volume has to come from there too", because: held,
			given: promoting(from("All", staging), text(mounting(here+digestA)), ranIn("staging", here+digestB)),
		},
		"MountedByTag": {
			reason: "nobody knows what the tag means, of a volume either", because: held,
			given: promoting(from("All", staging), images(here+digestA, "data:1"),
				text(both(here+digestA, "volumes", `{"image":{"reference":"data:1"}}`)), ranIn("staging", here+digestA)),
		},
		"MountedHereDebuggedThere": {
			reason: "with what is a volume here somebody debugged there", because: held,
			given: promoting(from("All", staging), pod, images(here+digestA, "data"+digestB),
				text(both(here+digestA, "volumes", `{"image":{"reference":"data`+digestB+`"}}`)),
				ranIn("staging", here+digestA, func(r *v1alpha1.PromotionRequest) {
					r.Spec.Change.Group, r.Spec.Change.Resource = "", "pods"
					r.Spec.Change.Images = append(r.Spec.Change.Images, "data"+digestB)
				}, as(both(here+digestA, "ephemeralContainers", `{"image":"data`+digestB+`"}`)))),
		},
		"UnreadableThere": {
			reason: "nobody knows what ran there", because: held,
			given: promoting(from("All", staging), ranIn("staging", here+digestA, as(`[]`))),
		},
		"UnreadableHere": {
			reason: "whatever it names may run", because: held,
			given: promoting(from("All", staging), text(`null`),
				ranIn("staging", here+digestA, as(mounting(here+digestA)))),
		},
		"Emergency": {
			reason: "there is no time", want: promotion.RuleEmergency,
			given: story(policy("production", needs(1, "release", "release-managers"), from("All", soaking),
				declarable(v1alpha1.OverdueReport, "security")), images(here+digestA), asked(alice), declaredFor(sam)),
		},
	})
}
