// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

package redteam

import (
	"fmt"
	"path/filepath"
	"strings"
	"testing"

	"github.com/countersign-dev/countersign/hack/repo"
)

// played is an attack that a test of another package makes.
type played struct {
	name, does, by string
	verdict        verdict
	// comes is what becomes of it.
	comes string
	// dir and test are where it is made.
	dir, test string
}

// Where what is not here is.
const (
	withArgoCD = "test/argocd"
	withNode   = "test/node"
)

// playedElsewhere need what is not here: a real Argo CD, a hundred rounds at the same moment, or an authorizer.
var playedElsewhere = []played{
	{
		"Commit in another's name", "`git commit --author`, so that carol wrote it and not she", "a developer", limit,
		"the one who is named cannot approve, and the one who lies is one of two at most", withArgoCD,
		"TestCommitInAnothersName",
	},
	{
		"Commit that nobody signed", "the same, where signed commits alone are believed", "a developer", blocked,
		"whoever began the sync is not one of the two people", withArgoCD, "TestSignedAlone",
	},
	{
		"Commit before the newest", "has what bob wrote come with the next commit, which is another's", "a developer",
		blocked, "bob wrote it all the same, until it is in", withArgoCD, "TestEarlierAuthors",
	},
	{
		"Base in another repository", "writes what a commit of carol's takes from there, and approves that", "an approver",
		limit, "nobody knows who wrote it", withArgoCD, "TestBorrowed",
	},
	{
		"Commit without an author", "commits as root, whom nobody knows", "a developer", blocked,
		"whoever began the sync is not one of the two people", withArgoCD, "TestUnknownAuthor",
	},
	{
		"Application edited", "has the Application deploy another path, and bob approves what alice's sync asked for",
		"a cluster administrator", blocked, "the sync does not go on in alice's name", withArgoCD,
		"TestEditedApplication",
	},
	{
		"Application changed, and approved", "has it deploy another path, alice sync it, and approves that",
		"a cluster administrator", blocked, "who changed it is an author", withArgoCD, "TestSourcesChanged",
	},
	{
		"Application changed in Argo CD", "the same in its user interface, where the cluster does not know who it was",
		"a developer", blocked, "alice is not one of the two people, and two approve", withArgoCD,
		"TestSourcesChangedInArgoCD",
	},
	{
		"Application changed by its repository", "the same by a commit that another Application delivers", "a developer",
		blocked, "who wrote that commit is an author", withArgoCD, "TestSourcesDelivered",
	},
	{
		"Harmless at first", "has a changed Application count as deployed: by a part of it, something else, or no hooks",
		"a cluster administrator", blocked, "authors are forgotten for a whole sync of it alone", withArgoCD,
		"TestHarmlessAtFirst",
	},
	{
		"Edit beside a running sync", "edits and deletes in Argo CD's user interface while alice's sync is under way",
		"a developer", blocked, "it is no part of the sync: nobody began it, and two approve", withArgoCD,
		"TestEditedMeanwhile",
	},
	{
		"Replaced as an edit would", "hopes that a sync that replaces counts as alice's, as an edit looks like it",
		"a developer", blocked, "nobody is said to have begun it, and two approve", withArgoCD, "TestReplacedForAlice",
	},
	{
		"Forged tracking annotation", "says on an object that it is part of alice's sync, and applies it meanwhile",
		"a bot", blocked, "whoever applies it asks for it", withArgoCD, "TestForgedTracking",
	},
	{
		"Forged tracking of what is sent",
		"has Argo CD sync what he sends, which says that it is part of alice's Application, while she syncs that",
		"an approver", blocked, "webhook `sent`", withArgoCD, "TestForgedManifests",
	},
	{
		"Forged tracking where labels track",
		"says in a manifest that it is part of alice's Application, where Argo CD leaves it at that, while she syncs that",
		"a developer", limit, "it is asked for in her name, and is not what her repository has", withArgoCD,
		"TestByLabelAlone",
	},
	{
		"Forged operation", "writes an operation in alice's name, with what Countersign would write into it",
		"a cluster administrator", blocked, "policy `applications`; without that text it is in the writer's own name",
		withArgoCD, "TestForgedOperation",
	},
	{
		"Forged operationState", "writes into the status who began the last sync, and what it was of",
		"a cluster administrator", blocked, "policy `applications`", withArgoCD, "TestForgedStatus",
	},
	{
		"Promoter that nobody listed", "has its own account write operations, and say whom they are of",
		"a service account", blocked, "it has begun them itself", withArgoCD, "TestUnlistedPromoter",
	},
	{
		"Later commit under an approved sync", "commits once it is approved, so that the sync which goes on takes it along",
		"a developer", blocked, "it goes on to the commit that it was begun for", withArgoCD, "TestResumedForAlice",
	},
	{
		"Operator that writes Applications", "uses for more its right to let syncs go on", "the operator, taken over",
		blocked, "it writes the operation of a sync that failed, and nothing else", withArgoCD, "TestOperatorOnlyResumes",
	},
	{
		"Revoked in that very moment", "deploys while bob approves and carol revokes, a hundred times", "a developer",
		blocked, "what is in has two people behind it; what was revoked before is not in", "test/integration",
		"TestNeverWithoutTwoPeople",
	},
	{
		"Password tried by dry-runs", "comes after it was replaced, and compares what dry-runs of guesses are told",
		"a developer", blocked, "of a Secret in use a dry-run is told the same, whatever it would hold",
		"test/integration", "TestSecretUnsaid",
	},
	{
		"Author by half their identity", "writes a role where an authorizer goes by more than names and groups",
		"who writes roles and policies", blocked, "the API server is asked about all that it said of the author",
		"test/integration", "TestAuthorizer",
	},
}

// elsewhereTable is the chapter about them.
func elsewhereTable() string {
	var text strings.Builder
	text.WriteString("\n## Tried elsewhere\n\nThese need a real Argo CD, or something else that `test/redteam` does not " +
		"have. The test of each is named, and is there.\n\n| attack | by | verdict | what becomes of it | test |\n" +
		"| --- | --- | --- | --- | --- |\n")
	for _, p := range playedElsewhere {
		fmt.Fprintf(&text, "| **%s**: %s | %s | %s | %s | `%s` %s |\n",
			p.name, p.does, p.by, p.verdict, p.comes, p.dir, p.test)
	}
	return text.String()
}

// TestElsewhere : the tests that the chapter names are there, and those on a node.
func TestElsewhere(t *testing.T) {
	for _, p := range playedElsewhere {
		if !defined(t, p.dir, p.test) {
			t.Errorf("%s: %s has no test %s", p.name, p.dir, p.test)
		}
	}
	for _, family := range families {
		for _, a := range family.attacks {
			if a.nodeTest != "" && !defined(t, withNode, a.nodeTest) {
				t.Errorf("%s: %s has no test %s", a.name, withNode, a.nodeTest)
			}
		}
	}
}

// defined tells whether a directory has a test function of that name.
func defined(t *testing.T, dir, test string) bool {
	t.Helper()
	path, err := repo.Path(filepath.FromSlash(dir))
	if err != nil {
		t.Fatal(err)
	}
	files, err := filepath.Glob(filepath.Join(path, "*_test.go"))
	if err != nil {
		t.Fatal(err)
	}
	for _, file := range files {
		if strings.Contains(contents(t, file), "\nfunc "+test+"(t *testing.T) {") {
			return true
		}
	}
	return false
}
