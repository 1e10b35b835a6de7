// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

package redteam

import (
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/countersign-dev/countersign/internal/audit"
)

// While the gate of a namespace is open nobody is asked, and what comes in is written down when it closes: whatever it
// says of itself.
var gaps = []attack{
	inGap("Owner made up in a gap", podOfGap, "has a ConfigMap own what comes in, as if a controller had made it",
		create(inOpen(ownedBy("v1", "ConfigMap", "boss", "$CUID"))),
		given(`{apiVersion: v1, kind: ConfigMap, metadata: {namespace: $ME, name: boss}}`),
		naming("CUID", "ConfigMap $ME/boss", "metadata", "uid")),
	inGap("Trusted owner in a gap", podOfGap, "says that a Canary owns it, whose controller the policy trusts with that",
		create(inOpen(ownedBy("shop.example.com/v1", "Canary", "x", "x")))),
	inGap("Pod of a gap on its way out", podOfGap, "deletes it at once, and gives it a day to end",
		remove("Pod $ME/$ME").with("gracePeriodSeconds=86400"), given(node), by(mallory, create(inOpen(boundToIt)))),
	inGap("Custom object of a gap", "$ME/rollouts.shop.example.com/$ME",
		"leaves an order to a controller that is trusted with what it makes of it", create(rollout(inNamespaceOfIt))),
	inGap("Service of a gap", "$ME/services/$ME", "has one select what is to come", create(service(inNamespaceOfIt))),
	after(soon(brought(alice, create(service(inNamespaceOfIt)))),
		inGap("Service changed in a gap", "$ME/services/$ME", "has one that was approved select what is hers",
			change("Service $ME/$ME", `{spec: {selector: {app: evil}}}`))),
	oneAfterTheOther("Pod of the last moment of a gap", "makes one after the other as it ends, until she is refused",
		untilRefused),
	oneAfterTheOther("Pod among many of a gap", "has more come in than one line has room for, which go before it by name",
		many),
}

// oneAfterTheOther is what mallory does by making Pods while the gate of a namespace is open. The last one is $LAST.
func oneAfterTheOther(name, does string, pods step) attack {
	a := inGap(name, "$ME/pods/$LAST", does, call{})
	a.deed = pods
	return a
}

// untilRefused makes them from when the gap is about to end.
func untilRefused(ctx context.Context, s *scene) error {
	until, err := time.Parse(time.RFC3339, s.words["UNTIL"])
	if err != nil {
		return err
	}
	err = eventually(ctx, func(context.Context) string {
		if left := time.Until(until); left > interval {
			return "the gap to end, in " + left.String()
		}
		return ""
	})
	for i := 0; err == nil; i++ {
		if err = another(ctx, s, i); refused(err) && i > 0 {
			return nil
		}
	}
	return err
}

func many(ctx context.Context, s *scene) error {
	for i := range audit.MostListed + 1 {
		if err := another(ctx, s, i); err != nil {
			return err
		}
	}
	return nil
}

func another(ctx context.Context, s *scene, i int) error {
	name := fmt.Sprintf("pod-%04d", i)
	_, err := s.say(ctx, mallory, create(inOpen(`{metadata: {name: `+name+`}}`)))
	if err == nil {
		s.words["LAST"] = name
	}
	return err
}

// after has something come in before the gate is opened.
func after(first step, a attack) attack {
	a.before = slices.Insert(a.before, 1, first)
	return a
}

const (
	podOfGap        = "$ME/pods/$ME"
	inNamespaceOfIt = `{metadata: {namespace: $ME}}`
)

// boundToIt has a Pod be on the node of the attack, as one that is on none goes at once.
const boundToIt = `{spec: {nodeName: $ME}}`

// inOpen is a Pod where the gate is open.
func inOpen(more string) string { return pod(inNamespaceOfIt, more) }

// inGap is what mallory does while the gate of a namespace is open.
func inGap(name, listed, does string, c call, before ...step) attack {
	opened := []step{
		given(namespaceIn("guarded")), gapFor(12 * time.Second),
		soon(by(mallory, create(inOpen(`{metadata: {name: probe}}`)).rehearsed())),
	}
	return attack{
		name: name, does: does, as: mallory, before: append(opened, before...), call: c, verdict: visible,
		seen: "audit event `BreakGlassEnded` lists it", trace: audited(`"BreakGlassEnded"`, `"`+listed+`"`),
	}
}

// gapFor opens the gate of the namespace of the attack.
func gapFor(lasts time.Duration) step {
	return func(ctx context.Context, s *scene) error {
		now := time.Now().UTC()
		s.words["SINCE"], s.words["UNTIL"] = now.Format(time.RFC3339), now.Add(lasts).Format(time.RFC3339)
		return by(glass, change("Namespace $ME", broken(`{countersign.dev/break-glass-time: "$SINCE",
			countersign.dev/break-glass-until: "$UNTIL"}`)))(ctx, s)
	}
}
