// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

package redteam

import (
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/countersign-dev/countersign/hack/repo"
)

// Chapters of docs/threat-model.md.
const (
	whoAttacks = "Who attacks"
	isStopped  = "What is stopped, and where"
	isNot      = "What cannot be stopped, and how it shows"
)

// chapter of docs/threat-model.md: the rows of its tables, without their heads.
func chapter(t *testing.T, title string) [][]string {
	t.Helper()
	file, err := repo.Path("docs", "threat-model.md")
	if err != nil {
		t.Fatal(err)
	}
	_, text, found := strings.Cut(contents(t, file), "\n## "+title+"\n")
	if !found {
		t.Fatalf("docs/threat-model.md has no chapter %q", title)
	}
	text, _, _ = strings.Cut(text, "\n## ")
	var rows [][]string
	body := false
	for line := range strings.Lines(text) {
		cells := strings.Split(strings.Trim(strings.TrimSpace(line), "|"), " | ")
		switch {
		case !strings.HasPrefix(line, "|"):
			body = false
		case strings.HasPrefix(line, "| ---"):
			body = true
		case body:
			rows = append(rows, cells)
		}
	}
	return rows
}

// limits are the sentences that own up to what cannot be stopped. Each says how it shows.
func limits(t *testing.T) string {
	t.Helper()
	var all []string
	for _, row := range chapter(t, isNot) {
		if len(row) != 2 || strings.TrimSpace(row[1]) == "" {
			t.Errorf("docs/threat-model.md does not say how it shows: %s", row)
		}
		all = append(all, row[0])
	}
	return strings.Join(all, "\n")
}

// TestActors : docs/threat-model.md has everybody who attacks here, and nobody else.
func TestActors(t *testing.T) {
	tried := map[string]bool{"whoever reaches the webhooks' port": false}
	for _, family := range families {
		for _, a := range family.attacks {
			tried[a.as.called] = false
		}
	}
	for _, row := range chapter(t, whoAttacks) {
		for called := range strings.SplitSeq(strings.TrimSpace(row[0]), "; ") {
			if _, known := tried[called]; !known {
				t.Errorf("docs/threat-model.md speaks of %q, who attacks nothing", called)
			}
			tried[called] = true
		}
	}
	for called, named := range tried {
		if !named {
			t.Errorf("docs/threat-model.md does not speak of %q, who attacks", called)
		}
	}
}

var quoted = regexp.MustCompile("`([^`]+)`")

// TestWhere : where docs/threat-model.md says that something is stopped there is a guard, and no guard is left out.
func TestWhere(t *testing.T) {
	named := map[string]bool{}
	for _, name := range guardNames(t) {
		named[name] = false
	}
	for _, row := range chapter(t, isStopped) {
		for _, found := range quoted.FindAllStringSubmatch(row[2], -1) {
			if _, known := named[found[1]]; !known && !slices.Contains(otherwise, found[1]) {
				t.Errorf("docs/threat-model.md: there is no guard %s: %s", found[1], row[0])
			}
			named[found[1]] = true
		}
	}
	for name, is := range named {
		if !is {
			t.Errorf("docs/threat-model.md does not say what %s stops", name)
		}
	}
}

// otherwise are what stops something and is neither a policy nor a webhook.
var otherwise = []string{"failurePolicy: Fail", "kubectl countersign"}

// guardNames are those of the policies, and of the webhook entries that refuse what they cannot ask about; what custom
// kinds have aside.
func guardNames(t *testing.T) []string {
	t.Helper()
	var names []string
	for _, name := range policyNames(t) {
		names = append(names, strings.TrimSuffix(strings.TrimPrefix(name, ours), "-deny"))
	}
	for _, entries := range unattended.entries {
		for name, one := range entries {
			if at(one.(map[string]any), "failurePolicy") == "Ignore" || strings.HasSuffix(name, ".kinds.countersign.dev") {
				continue
			}
			names = append(names, strings.TrimSuffix(name, ".countersign.dev"))
		}
	}
	return names
}
