// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

package argocd

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// running is an Application, as YAML with a place for its operation, that Argo CD says it syncs as was ordered.
func running(application, sync string) string {
	return fmt.Sprintf(application,
		fmt.Sprintf("operation: {sync: %[1]s}, status: {operationState: {phase: Running, operation: {sync: %[1]s}}}", sync))
}

// commitA and commitB are two.
var commitA, commitB = strings.Repeat("a", 40), strings.Repeat("b", 40)

func TestSyncOf(t *testing.T) {
	t.Parallel()
	cases := map[string]struct {
		reason, application string
		want                Sync
		says                string // why it cannot be told; empty where it can
	}{
		"One": {
			reason: "the usual", application: running(`{spec: {project: shop, source: {}}, %s}`, `{revision: abc}`),
			want: Sync{Project: "shop", Revisions: []string{"abc"}},
		},
		"Several": {
			reason:      "each source has its own",
			application: running(`{spec: {sources: [{}, {}]}, %s}`, `{revisions: [abc, def]}`),
			want:        Sync{Revisions: []string{"abc", "def"}},
		},
		"Hydrated": {
			reason: "a program wrote it", application: running(`{spec: {sourceHydrator: {}}, %s}`, `{revision: abc}`),
			want: Sync{Revisions: []string{"abc"}, Hydrated: true},
		},
		"Over": {
			reason:      "what somebody else applies later is not what was synced",
			application: `{status: {operationState: {operation: {sync: {revision: abc}}}}}`, says: "no sync runs",
		},
		"Never": {reason: "nobody syncs", application: `{}`, says: "no sync runs"},
		"Local": {
			reason: "somebody's disk has no commits", application: `{operation: {sync: {revision: abc, manifests: ["{}"]}}}`,
			says: "somebody's disk",
		},
		"Fewer": {
			reason: "of one nobody says what it is", says: "1 revisions are synced of 2",
			application: running(`{spec: {sources: [{}, {}]}, %s}`, `{revisions: [abc]}`),
		},
		"More": {
			reason: "of one nobody says where it is from", says: "2 revisions are synced of 1",
			application: running(`{spec: {sources: [{}]}, %s}`, `{revisions: [abc, def]}`),
		},
		"Unsaid": {
			reason: "it is the newest, whichever that is", application: running(`{%s}`, `{}`), says: "that was ordered",
		},
		"NotYet": {
			reason: "Argo CD has not begun it", application: `{operation: {sync: {revision: abc}}}`, says: "that was ordered",
		},
		"Refreshed": {
			reason: "a retry brings what is newest", says: "that was ordered",
			application: `{operation: {sync: {revision: abc}},
				status: {operationState: {phase: Running, operation: {sync: {}}}}}`,
		},
		"OtherRevision": {
			reason: "one of its sources is at another", says: "that was ordered",
			application: `{spec: {sources: [{}, {}]}, operation: {sync: {revisions: [a, b]}},
				status: {operationState: {phase: Running, operation: {sync: {revisions: [a, c]}}}}}`,
		},
		"Unreadable": {
			reason: "nobody knows what Argo CD does", says: "that was ordered",
			application: `{operation: {sync: {revision: abc}}, status: {operationState: 1}}`,
		},
		"UnreadablePart": {
			reason: "nor that", says: "that was ordered", application: `{operation: {sync: {revision: abc}},
				status: {operationState: {phase: Running, operation: {sync: {revision: abc, dryRun: "no"}}}}}`,
		},
		"UnreadableResult": {
			reason: "nor what it has come to", says: "that was ordered", application: `{operation: {sync: {revision: abc}},
				status: {operationState: {phase: Running, operation: {sync: {revision: abc}}, syncResult: 1}}}`,
		},
		"Before": {
			reason: "that was another", says: "that was ordered",
			application: `{operation: {sync: {revision: abc}},
				status: {operationState: {phase: Failed, operation: {sync: {revision: abc}}}}}`,
		},
		"OtherSource": {
			reason: "its commits are of another repository", says: "another source",
			application: running(`{spec: {source: {repoURL: a}}, %s}`, `{revision: abc, source: {repoURL: b}}`),
		},
		"LocalBefore": {
			reason: "the order was written over one of what somebody sent", says: "that was ordered",
			application: `{operation: {sync: {revision: abc}},
				status: {operationState: {phase: Running, operation: {sync: {revision: abc, manifests: ["{}"]}}}}}`,
		},
		"OtherSourceBefore": {
			reason: "or over one of another repository", says: "that was ordered",
			application: `{spec: {source: {repoURL: a}}, operation: {sync: {revision: abc}}, status: {operationState: {
				phase: Running, operation: {sync: {revision: abc, source: {repoURL: b}}}}}}`,
		},
		"OtherSourcesBefore": {
			reason: "or of several", says: "that was ordered",
			application: `{spec: {source: {repoURL: a}}, operation: {sync: {revision: abc}}, status: {operationState: {
				phase: Running, operation: {sync: {revision: abc, sources: [{repoURL: b}]}}}}}`,
		},
		"CameToAnother": {
			reason: "its result was written to go on with another commit", says: "something else than was ordered",
			application: `{spec: {source: {repoURL: a}}, operation: {sync: {revision: ` + commitA + `}}, status: {
				operationState: {phase: Running, operation: {sync: {revision: ` + commitA + `}},
				syncResult: {revision: ` + commitB + `}}}}`,
		},
		"CameFromElsewhere": {
			reason: "or from another folder", says: "something else than was ordered",
			application: `{spec: {source: {repoURL: a, path: b}}, operation: {sync: {revision: ` + commitA + `}}, status: {
				operationState: {phase: Running, operation: {sync: {revision: ` + commitA + `}}, syncResult: {
				revision: ` + commitA + `, source: {repoURL: a, path: c}}}}}`,
		},
		"CameTo": {
			reason: "it has come to what was ordered",
			application: `{spec: {source: {repoURL: a, path: b, targetRevision: main}},
				operation: {sync: {revision: ` + commitA + `}}, status: {operationState: {phase: Running,
				operation: {sync: {revision: ` + commitA + `}}, syncResult: {
				revision: ` + commitA + `, source: {repoURL: a, path: b}}}}}`,
			want: Sync{Revisions: []string{commitA}},
		},
		"CameToNothingYet": {
			reason: "it has only begun", want: Sync{Revisions: []string{commitA}},
			application: running(`{spec: {source: {repoURL: a}}, %s}`, `{revision: `+commitA+`}`),
		},
		"SeveralCameToNothingYet": {
			reason: "nor has that", want: Sync{Revisions: []string{commitA, commitB}},
			application: running(`{spec: {sources: [{repoURL: a}, {repoURL: b}]}, %s}`,
				`{revisions: [`+commitA+`, `+commitB+`]}`),
		},
		"CameToBranch": {
			reason: "a branch was ordered, which is at some commit", want: Sync{Revisions: []string{"main"}},
			application: `{spec: {source: {repoURL: a}}, operation: {sync: {revision: main}}, status: {operationState: {
				phase: Running, operation: {sync: {revision: main}}, syncResult: {revision: ` + commitB + `}}}}`,
		},
		"OneCameToAnother": {
			reason: "or of several one", says: "something else than was ordered",
			application: `{spec: {sources: [{repoURL: a}, {repoURL: b}]},
				operation: {sync: {revisions: [` + commitA + `, ` + commitA + `]}}, status: {operationState: {
				phase: Running, operation: {sync: {revisions: [` + commitA + `, ` + commitA + `]}},
				syncResult: {revisions: [` + commitA + `, ` + commitB + `]}}}}`,
		},
		"OtherDrySource": {
			reason: "the hydrator did not write that", says: "another source",
			application: running(`{spec: {sourceHydrator: {drySource: {repoURL: a}, syncSource: {path: p}}}, %s}`,
				`{revision: abc, source: {repoURL: b, path: p}}`),
		},
		"DrySource": {
			reason: "a program wrote it", want: Sync{Revisions: []string{"abc"}, Hydrated: true},
			application: running(`{spec: {sourceHydrator: {drySource: {repoURL: a}, syncSource: {path: p}}}, %s}`,
				`{revision: abc, source: {repoURL: a, path: p, targetRevision: live}}`),
		},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got, err := SyncOf(read(t, tc.application))
			if diff := cmp.Diff(tc.want, got); diff != "" && tc.says == "" {
				t.Errorf("%s (-want +got):\n%s", tc.reason, diff)
			}
			says(t, tc.reason, err, tc.says)
		})
	}
}

// TestSyncOfGarbage : anybody who may write an Application writes what they like into it.
func TestSyncOfGarbage(t *testing.T) {
	t.Parallel()
	for _, garbage := range []string{
		`{operation: 1}`, `{operation: {sync: []}}`, running(`{%s}`, `{revision: 1}`),
		`{spec: 1, operation: {sync: {}}}`, `{spec: {project: []}, operation: {sync: {}}}`,
		`{spec: {sources: 1}, operation: {sync: {}}}`, `{spec: {sourceHydrator: 1}, operation: {sync: {}}}`,
		running(`{spec: {sources: [{}]}, %s}`, `{revisions: [1]}`), running(`{spec: {sources: 1}, %s}`, `{revision: abc}`),
		running(`{spec: {project: []}, %s}`, `{revision: abc}`),
		running(`{spec: {sourceHydrator: 1}, %s}`, `{revision: abc}`),
		running(`{%s}`, `{revision: abc, dryRun: "no"}`),
	} {
		if got, err := SyncOf(read(t, garbage)); err == nil {
			t.Errorf("%s: want an error, got %v", garbage, got)
		}
	}
}

func TestIsCommit(t *testing.T) {
	t.Parallel()
	for revision, want := range map[string]bool{
		strings.Repeat("0a", 20): true, strings.Repeat("f9", 32): true, "": false, "main": false, "1.2.3": false,
		strings.Repeat("a", 39): false, strings.Repeat("A", 40): false, strings.Repeat("g", 40): false,
		"sha256:" + strings.Repeat("a", 64): false, strings.Repeat("/", 40): false,
	} {
		if got := IsCommit(revision); got != want {
			t.Errorf("%q: got %t", revision, got)
		}
	}
}
