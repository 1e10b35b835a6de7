// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

package argocd

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"k8s.io/apimachinery/pkg/runtime"

	"github.com/countersign-dev/countersign/api/v1alpha1"
)

const mallory = "mallory@example.com"

// Specs of an Application, in YAML.
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
	unhydrated = `{source: {repoURL: "https://git.example.com/shop", path: out, targetRevision: shop}}`
)

// past is what became of an Application.
type past struct {
	t           *testing.T
	application map[string]any
}

// made by somebody.
func made(t *testing.T, username, spec string) *past {
	t.Helper()
	p := unseen(t, spec)
	p.note(nil, By{Username: username})
	return p
}

// unseen is one that was made when nobody looked.
func unseen(t *testing.T, spec string) *past {
	t.Helper()
	return &past{t: t, application: map[string]any{
		"spec": read(t, spec), "status": map[string]any{}, "metadata": map[string]any{"name": "shop"},
	}}
}

func (p *past) note(before map[string]any, by By) {
	p.t.Helper()
	if err := trust.NoteSpec(p.application, before, by.change()); err != nil {
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
	return p.changedBy(by, func(application map[string]any) {
		application["spec"] = read(p.t, spec)
		application["metadata"] = map[string]any{"name": "shop"}
	})
}

// changedBy somebody, in whatever way.
func (p *past) changedBy(by By, change func(application map[string]any)) *past {
	p.t.Helper()
	before := p.application
	p.application = runtime.DeepCopyJSON(before)
	change(p.application)
	p.note(before, by)
	return p
}

// unnoted is an edit that admission does not see.
func (p *past) unnoted(spec string) *past {
	p.t.Helper()
	p.application["spec"] = read(p.t, spec)
	return p
}

// syncs : a sync has been ordered, of what the Application names now.
func (p *past) syncs() *past {
	p.t.Helper()
	return p.syncsSo(`{revision: abc, prune: true}`)
}

// syncsSo : it has been ordered so.
func (p *past) syncsSo(order string) *past {
	p.t.Helper()
	p.application["operation"] = map[string]any{"sync": read(p.t, order)}
	if err := trust.Stamp(p.application, nil, v1alpha1.UserReference{Username: server}); err != nil {
		p.t.Fatal(err)
	}
	p.application["status"].(map[string]any)["operationState"] = map[string]any{
		"phase": "Running", "operation": runtime.DeepCopyJSONValue(p.application["operation"]),
	}
	return p
}

// recorded : Argo CD writes down that the sync was a success.
func (p *past) recorded() *past {
	p.t.Helper()
	return p.changedBy(By{Username: trust.Controller()}, record).ended()
}

// ended : the sync is over.
func (p *past) ended() *past {
	delete(p.application, "operation")
	return p
}

// record a success in the history.
func record(application map[string]any) {
	status := application["status"].(map[string]any)
	history, _ := status["history"].([]any)
	status["history"] = append(history, map[string]any{"id": int64(len(history)), "revision": "abc"})
}

// deployed all that the Application names.
func (p *past) deployed() *past {
	p.t.Helper()
	return p.syncs().recorded()
}

// says what the annotation does.
func (p *past) says(text string) *past {
	p.application["metadata"] = map[string]any{"annotations": map[string]any{specWrittenBy: text}}
	return p
}

func TestEditors(t *testing.T) {
	t.Parallel()
	const notAll, unseenLast = "nobody saw all who changed the Application", "nobody saw who made the Application"
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
		"Maker":    {reason: "who made it wrote it", given: made(t, bob, plain), want: []string{bob}},
		"Deployed": {reason: "what is in needs no more people", given: made(t, bob, plain).deployed()},
		"UnseenDeployed": {
			reason: "who made it long ago does not matter", given: unseen(t, plain).deployed(),
		},
		"Unseen": {
			reason: "somebody made it while nobody looked", given: unseen(t, plain), says: []string{unseenLast, notAll},
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
			reason: "nobody knows what else they have done",
			given:  made(t, bob, plain).deployed().edited(mallory, patched).edited(bob, plain), want: []string{mallory, bob},
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
			want:   []string{bob}, says: []string{"nobody saw who changed the Application"},
		},
		"UnnotedLast": {
			reason: "what bob did may still be there",
			given:  made(t, carol, plain).deployed().edited(bob, other).unnoted(patched),
			want:   []string{bob}, says: []string{unseenLast},
		},
		"UnnotedAlone": {
			reason: "it is not what was deployed", given: made(t, carol, plain).deployed().unnoted(patched),
			says: []string{unseenLast},
		},
		"NamedInTwoLines": {
			reason: "a name is one line", given: made(t, carol, plain).deployed().edited("eve\n0 bob", patched),
			says: []string{"nobody saw who changed the Application"},
		},
		"LongName": {
			reason: "a request has no room for it", given: made(t, strings.Repeat("x", 513), plain),
			says: []string{"more than 512 characters"},
		},
		"AsMany": {
			reason: "as many as are kept", given: manyTimes(made(t, carol, plain).deployed()), want: people(maxEdits),
		},
		"TooMany": {
			reason: "of more than are kept the first are not known",
			given:  manyTimes(made(t, carol, plain).deployed()).edited(bob, patched), says: []string{notAll},
			want: append(people(maxEdits)[1:], bob),
		},
		"TooManyDeployed": {
			reason: "they are in", given: manyTimes(made(t, carol, plain)).deployed().edited(bob, patched),
			want: []string{bob},
		},
		"SinceLater": {
			reason: "since when says the first line", given: unseen(t, plain).says("0 " + bob + "\nnew"), want: []string{bob},
			says: []string{notAll},
		},
		"Garbage": {
			reason: "that says nothing", given: unseen(t, plain).says("\n \nnew\n"), says: []string{"nobody saw"},
		},
		"Meanwhile": {
			reason: "another Application is synced than it is by now",
			given:  made(t, bob, plain).deployed().edited(mallory, patched).syncs().edited(mallory, plain),
			want:   []string{mallory}, says: []string{"since its sync was ordered"},
		},
		"Unstamped": {
			reason: "nobody saw for what the sync was ordered", given: made(t, bob, plain).deployed().changedBy(By{bob, nil},
				func(application map[string]any) { application["operation"] = map[string]any{"sync": map[string]any{}} }),
			says: []string{"since its sync was ordered"},
		},
		"HydratedRevision": {
			reason: "its commit has authors of its own", given: made(t, bob, hydrated).edited(carol, hydratedNext),
			want: []string{bob},
		},
		"HydratedNoMore": {
			reason: "what it made is still what carol wanted",
			given:  made(t, bob, hydrated).edited(carol, hydratedElse).edited(mallory, unhydrated),
			want:   []string{bob, carol, mallory},
		},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
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

// change of an Application by them.
func (b By) change() Change {
	return Change{Username: b.Username, Delivery: func() *Delivery { return b.Delivery }}
}

func people(n int) (all []string) {
	for i := range n {
		all = append(all, fmt.Sprintf("person%d@example.com", i))
	}
	return all
}

// TestNoteSpec : what is sent of who changed an Application does not count, and what is stored stays.
func TestNoteSpec(t *testing.T) {
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

// TestNoteSpecLines : a line for each, and nothing else.
func TestNoteSpecLines(t *testing.T) {
	t.Parallel()
	p := unseen(t, plain).edited(bob, release2)
	if annotations, found := field(p.application, "metadata", "annotations"); found {
		t.Errorf("nothing was changed, and it says %v", annotations)
	}
	was, _ := digestOfSpec(p.application)
	p.edited(bob, other)
	is, _ := digestOfSpec(p.application)
	if diff := cmp.Diff(was+"\n"+is+" "+bob, noteOn(p.application)); diff != "" {
		t.Errorf("-want, +got:\n%s", diff)
	}
}

// TestNoteSpecUnreadable : what cannot be read is an error.
func TestNoteSpecUnreadable(t *testing.T) {
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
			if err := trust.NoteSpec(tc[0], tc[1], By{Username: bob}.change()); err == nil {
				t.Errorf("it was read: %v", tc[0])
			}
		})
	}
	if got, _, err := Editors(map[string]any{"spec": "x"}); err == nil || len(got) > 0 {
		t.Errorf("it was read: %v", got)
	}
}
