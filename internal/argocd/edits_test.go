// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

package argocd

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/countersign-dev/countersign/api/v1alpha1"
)

const mallory = "mallory@example.com"

// Sources of an Application, in YAML.
const (
	plain    = `{source: {repoURL: "https://git.example.com/shop", path: ., targetRevision: main}}`
	release2 = `{source: {repoURL: "https://git.example.com/shop", path: ., targetRevision: v2, kustomize: {}}}`
	patched  = `{source: {repoURL: "https://git.example.com/shop", path: ., kustomize: {images: [evil]}}}`
	other    = `{source: {repoURL: "https://git.example.com/other", path: .}}`
	several  = `{sources: [{repoURL: "https://git.example.com/shop", path: .}, {repoURL: "https://charts", chart: db}]}`
	more     = `{sources: [{repoURL: "https://git.example.com/shop", path: .}, {repoURL: "https://charts", chart: db,
	  helm: {parameters: [{name: image, value: evil}]}}]}`
	hydrated = `{sourceHydrator: {drySource: {repoURL: "https://git.example.com/shop", path: dry, targetRevision: main},
	  syncSource: {targetBranch: shop, path: out}}}`
	hydratedNext = `{sourceHydrator: {drySource: {repoURL: "https://git.example.com/shop", path: dry, targetRevision: v2},
	  syncSource: {targetBranch: shop, path: out}}}`
	hydratedElse = `{sourceHydrator: {drySource: {repoURL: "https://git.example.com/shop", path: evil, targetRevision: v2},
	  syncSource: {targetBranch: shop, path: out}}}`
)

// past is what became of an Application.
type past struct {
	t           *testing.T
	application map[string]any
}

// made by somebody.
func made(t *testing.T, username, spec string) *past {
	t.Helper()
	p := &past{t: t, application: map[string]any{"spec": read(t, spec), "metadata": map[string]any{"name": "shop"}}}
	p.note(nil, By{Username: username})
	return p
}

// unseen is one that was made when nobody looked.
func unseen(t *testing.T, spec string) *past {
	t.Helper()
	return &past{t: t, application: map[string]any{"spec": read(t, spec), "metadata": map[string]any{"name": "shop"}}}
}

func (p *past) note(before map[string]any, by By) {
	p.t.Helper()
	if err := NoteSources(p.application, before, func() By { return by }); err != nil {
		p.t.Fatal(err)
	}
}

// edited by somebody.
func (p *past) edited(username, spec string) *past {
	p.t.Helper()
	return p.editedBy(By{Username: username}, spec)
}

// editedBy somebody. What is sent says nothing of those who came before.
func (p *past) editedBy(by By, spec string) *past {
	p.t.Helper()
	before := p.application
	p.application = map[string]any{
		"spec": read(p.t, spec), "status": before["status"], "metadata": map[string]any{"name": "shop"},
	}
	p.note(before, by)
	return p
}

// syncs a commit of what it names now.
func (p *past) syncs() *past {
	operation := map[string]any{"sync": map[string]any{"revision": "abc"}}
	p.application["operation"] = operation
	status, _ := p.application["status"].(map[string]any)
	status = maps.Clone(status)
	if status == nil {
		status = map[string]any{}
	}
	status["operationState"] = map[string]any{"phase": "Running", "operation": operation}
	p.application["status"] = status
	return p
}

// unnoted is an edit that admission does not see.
func (p *past) unnoted(spec string) *past {
	p.t.Helper()
	p.application["spec"] = read(p.t, spec)
	return p
}

// deployed whole, as Argo CD writes that down.
func (p *past) deployed() *past {
	entry := map[string]any{"revision": "abc"}
	maps.Copy(entry, p.application["spec"].(map[string]any))
	p.application["status"] = map[string]any{"history": []any{map[string]any{"revision": "0"}, entry}}
	return p
}

// says what the annotation does.
func (p *past) says(text string) *past {
	p.application["metadata"] = map[string]any{"annotations": map[string]any{sourcesWrittenBy: text}}
	return p
}

func TestEditors(t *testing.T) {
	t.Parallel()
	const notAll = "nobody saw all who changed the sources"
	manyTimes := func(p *past) *past {
		for i := range maxEdits {
			p.edited(fmt.Sprintf("person%d@example.com", i), fmt.Sprintf(`{source: {path: "%d"}}`, i))
		}
		return p
	}
	cases := map[string]struct {
		reason string
		given  *past
		want   []string
		says   []string // why there may be others; none where there are none
	}{
		"Maker": {reason: "who made it wrote its sources", given: made(t, bob, plain), want: []string{bob}},
		"Deployed": {
			reason: "that they are as before needs no more people", given: made(t, bob, plain).deployed(),
		},
		"UnseenDeployed": {
			reason: "who made them long ago does not matter", given: unseen(t, plain).deployed(),
		},
		"Unseen": {
			reason: "somebody made it while nobody looked", given: unseen(t, plain),
			says: []string{"nobody saw who made the sources", notAll},
		},
		"Editor": {
			reason: "who changes what is deployed", given: unseen(t, plain).deployed().edited(mallory, patched),
			want: []string{mallory},
		},
		"Editors": {
			reason: "all of them since", given: made(t, carol, other).edited(carol, plain).deployed().
				edited(bob, other).edited(mallory, patched).edited(bob, other),
			want: []string{bob, mallory},
		},
		"BeforeTheFirst": {
			reason: "nothing has been deployed yet", given: made(t, bob, plain).edited(mallory, patched),
			want: []string{bob, mallory},
		},
		"Back": {
			reason: "it is what is deployed", given: made(t, bob, plain).deployed().edited(mallory, patched).
				edited(bob, release2),
		},
		"Anew": {
			reason: "what mallory did was undone, and bob did it again",
			given:  made(t, bob, plain).deployed().edited(mallory, patched).edited(bob, plain).edited(bob, other),
			want:   []string{bob},
		},
		"RevisionAlone": {
			reason: "its commit has authors of its own", given: made(t, carol, plain).deployed().edited(mallory, release2),
		},
		"RevisionBesides": {
			reason: "the other change stays mallory's",
			given: unseen(t, plain).deployed().edited(mallory, other).edited(bob,
				`{source: {repoURL: "https://git.example.com/other", path: ., targetRevision: v3}}`),
			want: []string{mallory},
		},
		"Several": {
			reason: "of each source", given: unseen(t, several).deployed().edited(mallory, more), want: []string{mallory},
		},
		"FromOneToSeveral": {
			reason: "that is a change", given: unseen(t, plain).deployed().edited(mallory, several), want: []string{mallory},
		},
		"ArgoCD": {
			reason: "a user told it to", given: unseen(t, plain).deployed().edited(server, patched),
			says: []string{server + ", which is not a person"},
		},
		"ArgoCDBetween": {
			reason: "what it brought may still be there",
			given:  unseen(t, plain).deployed().edited(server, other).edited(bob, patched),
			want:   []string{bob}, says: []string{server + ", which is not a person"},
		},
		"UnnotedBetween": {
			reason: "bob changed what somebody had changed",
			given:  made(t, carol, plain).deployed().unnoted(other).edited(bob, patched),
			want:   []string{bob}, says: []string{"nobody saw who changed the sources"},
		},
		"UnnotedLast": {
			reason: "what bob did may still be there",
			given:  made(t, carol, plain).deployed().edited(bob, other).unnoted(patched),
			want:   []string{bob}, says: []string{"nobody saw who made the sources"},
		},
		"NamedInTwoLines": {
			reason: "a name is one line", given: made(t, carol, plain).deployed().edited("eve\n0 bob", patched),
			says: []string{"nobody saw who changed the sources"},
		},
		"LongName": {
			reason: "a request has no room for it", given: made(t, strings.Repeat("x", 513), plain),
			says: []string{"more than 512 characters"},
		},
		"Many": {
			reason: "of more than are kept the first are not known",
			given:  manyTimes(made(t, carol, plain).deployed()), says: []string{notAll},
			want: people(maxEdits),
		},
		"ManyDeployed": {
			reason: "those that are kept reach back to what is deployed",
			given:  manyTimes(made(t, carol, plain)).deployed().edited(bob, patched).edited(carol, plain),
			want:   []string{bob, carol},
		},
		"Garbage": {
			reason: "that says nothing", given: unseen(t, plain).says("\n \nnew\n"), says: []string{"nobody saw"},
		},
		"Hydrated": {
			reason: "what it is made of is in no history", given: made(t, bob, hydrated).deployed().edited(carol, hydratedElse),
			want: []string{bob, carol},
		},
		"HydratedRevision": {
			reason: "its commit has authors of its own", given: made(t, bob, hydrated).edited(carol, hydratedNext),
			want: []string{bob},
		},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if name == "Hydrated" { // Argo CD's history has what was synced of it
				tc.given.application["status"] = read(t, `{history: [{source: {path: out}}]}`)
			}
			got, _, err := Editors(tc.given.application)
			if diff := cmp.Diff(edited(tc.want...), got); diff != "" {
				t.Errorf("%s (-want +got):\n%s", tc.reason, diff)
			}
			saysAll(t, tc.reason, err, tc.says)
		})
	}
}

// saysAll checks what an error says; that there is none, where it is to say nothing.
func saysAll(t *testing.T, reason string, err error, want []string) {
	t.Helper()
	if (err != nil) != (want != nil) {
		t.Errorf("%s: %v", reason, err)
	}
	for _, words := range want {
		if err == nil || !strings.Contains(err.Error(), words) {
			t.Errorf("%s: want an error that says %q, got: %v", reason, words, err)
		}
	}
}

// edited are authors who changed an Application.
func edited(names ...string) (authors []v1alpha1.Author) {
	for _, name := range names {
		authors = append(authors, v1alpha1.Author{Name: name, Evidence: v1alpha1.AuthorApplication})
	}
	return authors
}

// user who changes an Application by themselves.
func user(name string) func() By { return func() By { return By{Username: name} } }

func people(n int) (all []string) {
	for i := range n {
		all = append(all, fmt.Sprintf("person%d@example.com", i))
	}
	return all
}

// TestNoteSources : what is sent of who wrote the sources does not count, and what is stored stays.
func TestNoteSources(t *testing.T) {
	t.Parallel()
	noted := noteOn(made(t, bob, plain).application)
	cases := map[string]struct {
		reason string
		before string // what is stored says
		sent   string
		want   string
	}{
		"Dropped":      {"whoever writes without it leaves it", noted, "", noted},
		"Forged":       {"only admission writes it", noted, "new\n0 " + carol, noted},
		"ForgedUnseen": {"also where there was none", "", "new\n0 " + carol, ""},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			before, after := unseen(t, plain).says(tc.before), unseen(t, release2).says(tc.sent)
			after.note(before.application, By{Username: mallory})
			if diff := cmp.Diff(tc.want, noteOn(after.application)); diff != "" {
				t.Errorf("%s (-want +got):\n%s", tc.reason, diff)
			}
		})
	}
}

// TestNoteSourcesUnreadable : what cannot be read is an error, and stays as it is.
func TestNoteSourcesUnreadable(t *testing.T) {
	t.Parallel()
	good := unseen(t, plain).application
	cases := map[string][2]map[string]any{
		"Spec":        {{"spec": "x"}, good},
		"Before":      {unseen(t, plain).application, {"spec": "x"}},
		"Annotations": {{"spec": read(t, other), "metadata": map[string]any{"annotations": "x"}}, good},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if err := NoteSources(tc[0], tc[1], user(bob)); err == nil {
				t.Errorf("it was read: %v", tc[0])
			}
		})
	}
	for _, unreadable := range []map[string]any{{"spec": "x"}, {"status": map[string]any{"history": "x"}}, {
		"status": map[string]any{"history": []any{"x"}},
	}} {
		if got, _, err := Editors(unreadable); err == nil || len(got) > 0 {
			t.Errorf("%v was read: %v", unreadable, got)
		}
	}
}

// TestLastDeployed : the newest is last.
func TestLastDeployed(t *testing.T) {
	t.Parallel()
	p := made(t, carol, plain).deployed()
	history := p.application["status"].(map[string]any)["history"].([]any)
	slices.Reverse(history)
	p.edited(bob, patched).edited(mallory, plain)
	if got, _, err := Editors(p.application); err != nil || len(got) != 3 {
		t.Errorf("got %v, and: %v", got, err)
	}
}
