// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

package redteam

import (
	"flag"
	"fmt"
	"os"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/countersign-dev/countersign/hack/repo"
)

var update = flag.Bool("update", false, "write docs/attacks.md")

// enough attacks are there, or somebody has taken some out.
const enough = 120

const head = `# Attacks

What is tried against Countersign, by whom, and what becomes of it. Each row is a test, most of them in ~test/redteam~,
which makes the attack on a real control plane as who would try it. What is assumed and what cannot be stopped says the
[threat model](threat-model.md).

%s

| verdict | |
| --- | --- |
| **Blocked** | it is refused, by what the row names |
| **Visible** | it works, and leaves a trace |
| **Limit** | it works; the threat model says so |

A policy is a ValidatingAdmissionPolicy of ~config/policy~, a webhook an entry of ~config/webhook~, schema a rule of a
CRD, and RBAC a right that nobody has given. That it is they that stop it is shown too. *Without it*: with the
operator down the guard refuses the attack; this guard alone is taken away (the rule cut out of the CRD, the right
given), and the attack gets through; it is put back, and refuses again. *Each alone, and without both*: there are two
that stop it, and each of them does where the other is away. Of the ledger of images, which is a second line, the
first one is away all the while. *Made right*: a rule that the operator goes by cannot be taken away alone, so the
same call is made the right way, and gets through. For what nobody can take away that is all there is to show: what
the API server itself holds to (that a revision does not change, how large a body is, and by whose clock things are
dated), what the operator and the plugin compute themselves (digests, the HMACs of Secrets, and what is masked), what
it knows when it is asked (the time, its rules, and what was revoked), and the certificate that whoever calls it
shows. *Its trace* is looked for: in the operator's audit trail, in the API server's audit log, or in an object.

Where the operator is down nobody could write a request, an approval or a role to begin with. So these webhooks are
away there, but for the attacks that they stop: ~stamp~, ~records~, ~roles~ and ~joins~. What a policy is shown to
stop without them, such as an approval in another's name, they stop as well where the operator runs.

This page is written by ~go test ./test/redteam -run TestTable -update~.
`

// TestTable : docs/attacks.md is current.
func TestTable(t *testing.T) {
	file, err := repo.Path("docs", "attacks.md")
	if err != nil {
		t.Fatal(err)
	}
	got := table()
	if *update {
		if err := os.WriteFile(file, []byte(got), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	if diff := cmp.Diff(strings.Split(contents(t, file), "\n"), strings.Split(got, "\n")); diff != "" {
		t.Errorf("-want, +got (run with -update to accept):\n%s", diff)
	}
}

func table() string {
	var text strings.Builder
	counts := map[verdict]int{}
	for _, family := range families {
		fmt.Fprintf(&text, "\n## %s\n\n| attack | by | verdict | what stops it, or how it shows | shown by |\n", family.name)
		text.WriteString("| --- | --- | --- | --- | --- |\n")
		for _, a := range family.attacks {
			counts[a.is()]++
			fmt.Fprintf(&text, "| **%s**: %s | %s | %s | %s | %s |\n",
				a.name, a.does, a.as.called, a.is(), a.answer(), a.proof())
		}
	}
	return fmt.Sprintf(strings.ReplaceAll(head, "~", "`"), total(counts)) + text.String() + elsewhereTable()
}

func total(counts map[verdict]int) string {
	return fmt.Sprintf("%d attacks: %d blocked, %d visible, %d limits. %d more are [tried elsewhere](#tried-elsewhere).",
		counts[blocked]+counts[visible]+counts[limit], counts[blocked], counts[visible], counts[limit],
		len(playedElsewhere))
}

// answer is what stops the attack, or how it shows.
func (a attack) answer() string {
	switch {
	case a.is() == visible:
		return a.seen
	case a.is() == limit:
		return "“" + a.limit + "”: " + a.seen
	}
	return a.stoppedBy()
}

// proof says how it is shown that the guard is what stops the attack.
func (a attack) proof() string {
	var parts []string
	switch guards := a.guards(); {
	case a.nodeTest != "":
		return "`" + withNode + "` " + a.nodeTest
	case a.trace != nil:
		return "its trace"
	case a.removable() && len(guards) > 1:
		parts = append(parts, "each alone, and without both")
	case a.removable():
		parts = append(parts, "without it")
	}
	if a.corrected != "" {
		parts = append(parts, "where the operator runs: "+a.corrected)
	}
	if a.rightly != "" {
		parts = append(parts, "made right: "+a.rightly)
	}
	return strings.Join(parts, "; ")
}

// TestEntries : the table is whole, and each attack says what it has to say.
func TestEntries(t *testing.T) {
	limits, seen := limits(t), map[string]bool{}
	for _, family := range families {
		for _, a := range family.attacks {
			if why := a.lacks(limits); why != "" || seen[a.me()] {
				t.Errorf("%s: %s", a.name, why)
			}
			seen[a.me()] = true
		}
	}
	if len(seen) < enough {
		t.Errorf("there are %d attacks, and should be %d", len(seen), enough)
	}
}

// unseen is said where nothing shows a Limit.
const unseen = "nothing shows it"

// lacks says what an attack does not have; empty where it has all.
func (a attack) lacks(limits string) string {
	switch {
	case a.name == "" || a.does == "" || a.as.called == "":
		return "it does not say who does what"
	case a.is() == blocked && !a.removable() && len(a.right) == 0:
		return "nothing shows what stops it"
	case a.is() == blocked && a.by.rule != "" && len(a.right) == 0:
		return "it is stopped by a rule, and nothing shows what gets by"
	case (len(a.right) > 0) != (a.rightly != ""):
		return "what is right is not said, or not done"
	case a.is() != blocked && a.seen == "":
		return "nobody says how it shows"
	case a.is() != blocked && a.trace == nil && a.nodeTest == "" && a.seen != unseen:
		return "nothing is seen of it"
	case a.is() == limit && (a.limit == "" || !strings.Contains(limits, a.limit)):
		return "docs/threat-model.md does not own up to it: " + a.limit
	}
	return ""
}

func contents(t *testing.T, file string) string {
	t.Helper()
	text, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}
