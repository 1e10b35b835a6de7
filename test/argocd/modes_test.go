// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

//go:build argocd

package argocd

import (
	"testing"

	"github.com/google/go-cmp/cmp"
)

// mode is one of the ways in which Argo CD deploys. Where nothing is said it is the plainest: Argo CD begins by itself,
// tries once, and applies what lies in one repository.
type mode struct {
	reason string
	// in is the namespace of the Application, where it is not Argo CD's own.
	in string
	// sources are what the Application says of where it comes from, each in a repository of its own; nil for all that lies
	// in one.
	sources []map[string]any
	// syncPolicy is the Application's; nil for once.
	syncPolicy map[string]any
	// asks is the user of Argo CD who asks for each sync; empty where nobody has to.
	asks string
	// files are committed, by path: $NAME is that of the environment, $VERSION changes. Nil for one Deployment.
	files map[string]string
	// later are committed besides from the second version on; one that is empty takes away what was there.
	later map[string]string
	// unasked is an object that nobody approves.
	unasked string
}

// TestModes: whichever way Argo CD deploys, what is new is turned away, and goes on as it was begun within seconds of
// its approval, until it runs.
func TestModes(t *testing.T) {
	t.Parallel()
	for name, m := range modes {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			t.Log(m.reason)
			d := rollout{environment: newEnvironment(t, name), mode: m}
			first := d.commit(t, "v1")
			d.create(t)
			d.begin(t)
			d.runs(t, first)
			second := d.commit(t, "v2")
			refresh(t, d.application())
			d.begin(t)
			d.runs(t, second)
		})
	}
}

// rounds is how often a sync may be turned away: once for each of its steps, and for its hooks before each of these.
const rounds = 8

// runs waits until a version runs. It is turned away at first, and each time it goes on once it may.
func (d rollout) runs(t *testing.T, revision string) {
	t.Helper()
	state, turnedAway := awaitOver(t, d.application(), revision), 0
	for ; state.Phase != "Succeeded" && turnedAway < rounds; turnedAway++ {
		d.approveAll(t, d.unasked)
		awaitGoesOn(t, d.application(), state)
		state = awaitOver(t, d.application(), revision)
	}
	if turnedAway == 0 {
		t.Errorf("%s was deployed, and nobody approved anything", revision)
	}
	awaitSynced(t, d.application(), revision)
	want := initiator{Username: d.asks, Automated: d.asks == ""}
	if diff := cmp.Diff(want, state.Operation.InitiatedBy); diff != "" {
		t.Errorf("who began the sync (-want +got):\n%s", diff)
	}
	d.asked(t, revision)
}

// asked checks that all was asked for as part of the Application's release, and something of this revision.
func (d rollout) asked(t *testing.T, revision string) {
	t.Helper()
	found := false
	for _, request := range d.requests(t) {
		of := request.Spec.Release
		if of == nil || of.Source != "ArgoCD" || of.Name != d.release() {
			t.Errorf("%s is of release %+v, want %s", request.Name, of, d.release())
			continue
		}
		found = found || of.Revision == revision
	}
	if !found {
		t.Errorf("nothing was asked for of revision %s", revision)
	}
}
