// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

package redteam

import (
	"context"
	"fmt"
	"os"
	"strings"
)

// What is shown to people does not hold what they could log in with.
var secrets = []attack{
	inDiff("Password in a diff", "by the name of its variable", `{name: DB_PASSWORD, value: hunter2-of-$ME}`),
	inDiff("Password in an address", "whose variable says nothing",
		`{name: UPSTREAM, value: "postgres://shop:hunter2-of-$ME@db.example.com/shop"}`),
	inDiff("Token in a diff", "that says itself what it is",
		`{name: GREETING, value: "ghp_0123456789abcdef hunter2-of-$ME"}`),
	{
		name: "Password in an argument",
		does: "writes it into what is executed, where nothing may be hidden from who approves",
		as:   bob, before: []step{asked(fred, create(deployment(web(`{args: [--password=hunter2-of-$ME]}`))))},
		deed: shown("shop", "hunter2-of-$ME"), verdict: limit, limit: "is shown whole in diffs",
		seen: onServerRecord, trace: auditedByServer("promotionrequests/$REQUEST", `"get"`, "bob@example.com"),
	},
	{
		name: "Secret in a diff", does: "has Countersign show her what a Secret held before",
		as: alice,
		before: append([]step{by(alice, create(secretOf(secretly)))}, brought(alice, create(inGuarded(fromSecret))),
			asked(alice, change("Secret guarded/$ME", `{data: {password: b3RoZXI=}}`))),
		deed: shown("guarded", "hunter2-of-a-secret", secretly), by: masking, says: "is not in it",
		right:   []step{notInRequest(secretly, "hunter2-of-a-secret")},
		rightly: "the request does not hold it either",
	},
	{
		name: "Secret in the audit log", does: "reads in the API server's audit log what the gate has noted there",
		as: alice, before: []step{operated(asked(alice, create(deployment(web(
			`{env: [{name: DB_PASSWORD, value: hunter2-of-$ME}]}`)))))},
		deed: inServersLog("hunter2-of-$ME"), by: masking, says: "is not in it",
		right: []step{inRequest("hunter2-of-$ME")}, rightly: "the request holds it, for those who may read that",
	},
}

// masking keeps what looks like a password from being shown.
var masking = guard{name: "what looks like a credential is shown to nobody", answers: "hunter2", rule: "masked"}

// inDiff is a password that a colleague writes into a workload, and that an approver reads in the diff.
func inDiff(name, does, variable string) attack {
	return attack{
		name: name, does: "shows an approver's terminal, in which a colleague's stands: " + does, as: bob,
		before: []step{operated(asked(fred, create(deployment(web(`{env: [`+variable+`]}`)))))},
		deed:   shown("shop", "hunter2-of-$ME"), by: masking, says: "is not in it",
		right: []step{inRequest("hunter2-of-$ME")}, rightly: "the request holds it, for those who may read that",
	}
}

// shown has the plugin show the request of the scene to the attacker: it works where one of the texts is in what it
// says.
func shown(namespace string, texts ...string) step {
	return func(ctx context.Context, s *scene) error {
		text, code, err := s.plugin(ctx, s.attack.as, "show", "$REQUEST", "-n", namespace)
		if err != nil {
			return err
		}
		if code != 0 || !strings.Contains(text, s.words["ME"]) {
			return fmt.Errorf("nothing is shown, with exit code %d: %s", code, text)
		}
		return s.found(text, texts...)
	}
}

// found tells whether one of the texts is in another.
func (s *scene) found(in string, texts ...string) error {
	words := wordsOf(s.words)
	for _, text := range texts {
		if strings.Contains(in, words.Replace(text)) {
			return nil
		}
	}
	return fmt.Errorf("%s is not in it", words.Replace(strings.Join(texts, ", ")))
}

// inServersLog looks for a text in the API server's audit log.
func inServersLog(text string) step {
	return func(_ context.Context, s *scene) error {
		log, err := os.ReadFile(s.cp.AuditLogFile())
		if err != nil {
			return err
		}
		return s.found(string(log), text)
	}
}
