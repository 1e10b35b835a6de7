// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

package redteam

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"
)

// What makes the gate fail gets nothing in, and what keeps it busy keeps nobody else waiting.
var failing = []attack{
	{
		name: "Spec that is a text", does: "writes what the conditions of the gate cannot take apart",
		as: alice, before: []step{brought(alice, create(turnedOff()))},
		call: change("Switch guarded/$ME", `{spec: "image: $EVIL"}`), by: ofSwitches,
	},
	{
		name: "Template that is a list", does: "the same, one level deeper",
		as: alice, before: []step{brought(alice, create(rollout()))},
		call: change("Rollout guarded/$ME", `{spec: {template: [{spec: {containers: [{name: web, image: "$EVIL"}]}}]}}`),
		by:   ofRollouts(""),
	},
	{
		name: "Spec that was a text", does: "makes an object of it later, which cannot be compared with what was",
		as: alice, before: []step{brought(alice, create(turnedOff(`{spec: "off"}`)))},
		call: change("Switch guarded/$ME", `{spec: {run: "$EVIL"}}`), by: ofSwitches,
	},
	{
		name: "Replicas that are a list", does: "in a kind where numbers are free",
		as: alice, before: []step{brought(alice, create(turnedOff(`{spec: {replicas: 1}}`)))},
		call: change("Switch guarded/$ME", `{spec: {replicas: [1, "$EVIL"]}}`), by: ofSwitches,
	},
	{
		name: "Status that is a list", does: "where orders are given in the object itself",
		as: alice, before: []step{brought(alice, create(turnedOff()))},
		call: change("Switch guarded/$ME", `{status: [{lit: true}]}`), by: unreadable(ofSwitches),
	},
	{
		name: "Ten thousand annotations",
		does: "more than the conditions of the gate can compare with what was there, as she hopes",
		as:   alice, before: []step{brought(alice, create(rollout()))},
		call: change("Rollout guarded/$ME", `{metadata: {annotations: {`+numberedKeys(10000)+`}}, spec: {paused: true}}`),
		by:   ofRollouts(""),
	},
	{
		name: "Probing by a dry-run", does: "tries by a dry-run what is missing, and hopes that nobody sees it",
		as: fred, call: create(deployment()).rehearsed(), verdict: visible,
		seen:  "the audit trail has it as `Warned`, and nothing is asked for",
		trace: all(probed, auditedByServer(`"workloads.gate.countersign.dev/admissionUID"`, `/verdict":"Warned"`, "$ME")),
	},
	{
		name: "Dry-run that an approval is used by", does: "tries what was approved without end, so that it is used up",
		as: dan, before: []step{operated(asked(dan, create(deployment())), approved(bob))},
		call: create(deployment()).rehearsed(), verdict: visible, seen: "nothing is used up",
		trace: func(s *scene) string {
			_, err := s.say(s.t.Context(), dan, create(deployment()))
			return s.getsThrough(err)
		},
	},
	{
		name: "Reviews without end", does: "sends three hundred reviews at once, each of which reads much",
		as: both, deed: flooded, verdict: visible, seen: "it answers others in time", trace: answersOthers,
	},
	{
		name: "Reviews that never end", does: "sends the beginning of a hundred reviews, and no more",
		as: both, deed: begun, verdict: visible, seen: "it answers others in time", trace: answersOthers,
	},
	{
		name: "Values that nobody masks", does: "writes a password into what looks like no password",
		as: alice, before: []step{asked(fred, create(deployment(web(`{env: [{name: GREETING, value: swordfish}]}`))))},
		call: read("PromotionRequest shop/$REQUEST"), verdict: limit,
		limit: "Values that are written into a workload stand in its requests",
		seen:  onServerRecord, trace: auditedByServer("promotionrequests/$REQUEST", `"get"`, "alice@example.com"),
	},
}

func numberedKeys(n int) string {
	var keys []string
	for i := range n {
		keys = append(keys, fmt.Sprintf(`k%d: "%d"`, i, i))
	}
	return strings.Join(keys, ", ")
}

// probed : the audit trail has the dry-run, and nobody has been asked.
func probed(s *scene) string {
	if why := audited(`"Warned"`, "$ME", "fred@example.com")(s); why != "" {
		return why
	}
	list, err := s.say(s.t.Context(), installer, read("PromotionRequest shop/"))
	if err != nil {
		return err.Error()
	}
	if strings.Contains(fmt.Sprint(list), "name:"+s.words["ME"]+" ") {
		return "a request was opened for a dry-run"
	}
	return ""
}

// flooded sends many reviews at the same time. None of them may let anything in.
func flooded(ctx context.Context, s *scene) error {
	object, err := s.say(ctx, both, create(deployment()).rehearsed())
	if err != nil {
		return err
	}
	answers := make([]error, 300)
	var group sync.WaitGroup
	for i := range answers {
		group.Go(func() {
			answer, err := s.post(ctx, "/gate", s.reviewBy("bob@example.com", object), true)
			if err == nil && at(answer, "response", "allowed") == "true" {
				answers[i] = errors.New("the flood lets one in")
			}
		})
	}
	group.Wait()
	return errors.Join(answers...)
}

// begun keeps reviews open of which the end does not come.
func begun(ctx context.Context, s *scene) error {
	dial, err := s.dialer(ctx)
	if err != nil {
		return err
	}
	for range 100 {
		connection, err := dial(ctx)
		if err != nil {
			return err
		}
		s.t.Cleanup(func() { _ = connection.Close() }) // nothing was to come of it
		if _, err := fmt.Fprint(connection, "POST /gate HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n"+
			"Content-Length: 1000000\r\n\r\n{"); err != nil {
			return err
		}
	}
	return nil
}
