// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

package redteam

import (
	"context"
	"strings"
)

// Who begins a sync of Argo CD asks for what it brings; whoever may write an Application can write whom they like into
// it. test/argocd has what comes of that with a real Argo CD.
var syncs = []attack{
	{
		name: "Sync in another's name", does: "writes an operation that Argo CD's API server is said to have written for bob",
		as: mallory, before: []step{given(application())},
		call: change("Application sandbox/$ME", `{operation: {initiatedBy: {username: bob@example.com}, sync: {}, info: [
			{name: countersign.dev/written-by, value: "system:serviceaccount:argocd:argocd-server"}]}}`),
		by: policy("applications"), says: "who began a sync is who writes its operation",
		right: []step{by(mallory, change("Application sandbox/$ME", `{operation: {sync: {}, info: [
			{name: countersign.dev/written-by, value: mallory@example.com}]}}`))},
		rightly: "in one's own",
	},
	{
		name: "Sync begun in another's name at once", does: "makes an Application that is being synced already",
		as: mallory,
		call: create(application(`{operation: {sync: {}, info: [
			{name: countersign.dev/written-by, value: "system:serviceaccount:argocd:argocd-server"}]}}`)),
		by: policy("applications"), says: "who began a sync is who writes its operation",
	},
	{
		name: "Sync of bob's changed", does: "leaves bob's name on it, and has it sync another commit",
		as: mallory,
		before: []step{
			by(argoCD, create(application(`{operation: {initiatedBy: {username: bob@example.com}, sync: {revision: a,
		},
			info: [{name: countersign.dev/written-by, value: "system:serviceaccount:argocd:argocd-server"}]}}`)))},
		call: change("Application sandbox/$ME", `{operation: {sync: {revision: evil}}}`),
		by:   policy("applications"), says: "who began a sync is who writes its operation",
	},
	{
		name: "What a sync came to", does: "writes into the status that bob began it, so that it is resumed as his",
		as: mallory, before: []step{given(application())},
		call: change("Application sandbox/$ME", `{status: {operationState: {operation: {
			initiatedBy: {username: bob@example.com}}}}}`),
		by: policy("applications"), says: "Argo CD writes the status of an Application",
	},
	{
		name: "Sync of bob's changed by a namesake",
		does: "has it sync another commit, with an account that she named as Argo CD's",
		as:   namesake, before: []step{
			by(argoCD, create(application(`{operation: {initiatedBy: {username: bob@example.com}, sync: {revision: a},
			info: [{name: countersign.dev/written-by, value: "system:serviceaccount:argocd:argocd-server"}]}}`)))},
		call: change("Application sandbox/$ME", `{operation: {sync: {revision: evil}}}`),
		by:   policy("applications"), says: "who began a sync is who writes its operation",
	},
	{
		name: "What a sync came to, by a namesake",
		does: "writes that bob began it, with an account that she named as Argo CD's",
		as:   namesake, before: []step{given(application())},
		call: change("Application sandbox/$ME", `{status: {operationState: {operation: {
			initiatedBy: {username: bob@example.com},
			info: [{name: countersign.dev/written-by, value: "system:serviceaccount:argocd:argocd-server"}]}}}}`),
		by: policy("applications"), says: "Argo CD writes the status of an Application",
	},
	{
		name: "Application made with a past", does: "has Argo CD's API server make one whose last sync was bob's, and failed",
		as: argoCD,
		call: create(application(`{status: {operationState: {phase: Failed, operation: {sync: {revision: evil},
			initiatedBy: {username: bob@example.com}}}}}`)),
		by: policy("applications"), says: "status.operationState says of another sync",
	},
	{
		name: "Past that a manifest has",
		does: "has it apply an Application whose status says that bob synced another commit",
		as:   argoCD, before: []step{
			given(application(`{operation: {initiatedBy: {username: bob@example.com}, sync: {revision: a}}}`))},
		call: change("Application sandbox/$ME", `{status: {operationState: {phase: Failed, operation: {
			sync: {revision: evil}, initiatedBy: {username: bob@example.com}}}}}`),
		by: policy("applications"), says: "status.operationState says of another sync",
	},
	{
		name: "Sources in another's name",
		does: "changes what an Application deploys, and writes down that bob did, so as to approve it",
		as:   mallory, before: []step{given(application())},
		call: change("Application sandbox/$ME", `{spec: {source: {path: evil}},
			metadata: {annotations: {countersign.dev/sources-written-by: "0 bob@example.com"}}}`),
		by: policy("applications"), says: "who changed the sources of an Application is who writes them",
		corrected: "it writes down her own name", corrects: namesMallory,
	},
	{
		name: "Application made with a history",
		does: "has Argo CD's API server make one that deployed these sources already, so that they have no author",
		as:   argoCD, call: create(application(`{status: {history: [{id: 0, revision: a, deployedAt: "2026-01-01T00:00:00Z",
			source: {repoURL: "https://git.example.com/shop", path: .}}]}}`)),
		by: policy("applications"), says: "status.history says what an Application deployed",
	},
	{
		name: "History that a manifest has", does: "has Argo CD apply an Application that deployed its new sources already",
		as: argoController, before: []step{given(application())},
		call: change("Application sandbox/$ME", `{spec: {source: {path: evil}}, status: {history: [
			{id: 0, revision: a, deployedAt: "2026-01-01T00:00:00Z",
				source: {repoURL: "https://git.example.com/shop", path: evil}}]}}`),
		by: policy("applications"), says: "status.history says what an Application deployed",
		right: []step{by(argoController, change("Application sandbox/$ME", `{status: {history: [
			{id: 0, revision: a, deployedAt: "2026-01-01T00:00:00Z",
				source: {repoURL: "https://git.example.com/shop", path: .}}]}}`))},
		rightly: "alone, as Argo CD does after a sync",
	},
	{
		name: "Evidence of one's own", does: "asks for a change, and says that Argo CD knows who wrote it",
		as: alice, call: create(requestBy(alice, "$ME", `{spec: {requesterEvidence: ArgoCD}}`)),
		by: policy("requester-stamp"), says: "requesterEvidence",
	},
	{
		name: "Authors of one's own", does: "asks for a change, and says that all who wrote it are known: nobody but carol",
		as: alice,
		call: create(requestBy(alice, "$ME",
			`{spec: {authorship: Commits, authors: [{evidence: Commit, name: carol@example.com}]}}`)),
		by: policy("requester-stamp"), says: "what commits say of their authors",
	},
	{
		name: "ReleaseGate in another's name", does: "makes what holds a release, as if bob had",
		as:    alice,
		call:  create(merged(releaseGate, `{spec: {openedBy: {username: bob@example.com}}}`)),
		first: entry("stamp"), by: policy("release-gates"),
	},
}

const releaseGate = `{apiVersion: countersign.dev/v1alpha1, kind: ReleaseGate, metadata: {namespace: shop, name: $ME}}`

var (
	// argoCD is the service account of its API server.
	argoCD = account("argocd/argocd-server", "Argo CD")
	// argoController is what carries out its syncs.
	argoController = account("argocd/argocd-application-controller", "Argo CD")
	// namesake is another, to which a team gave that name.
	namesake = account("sandbox/argocd-server", "a service account called as Argo CD's")
)

// application of Argo CD, outside environments.
func application(changes ...string) string {
	return merged(`{apiVersion: argoproj.io/v1alpha1, kind: Application, metadata: {namespace: sandbox, name: $ME},
		spec: {project: default, source: {repoURL: "https://git.example.com/shop", path: .}}}`, changes...)
}

// namesMallory says what is missing of that the Application says of its sources that she changed them, and nobody else.
func namesMallory(ctx context.Context, s *scene) string {
	found, err := s.say(ctx, installer, read("Application sandbox/$ME"))
	if err != nil {
		return err.Error()
	}
	written := at(found, "metadata", "annotations", "countersign.dev/sources-written-by")
	if !strings.HasSuffix(written, " "+mallory.name) || strings.Contains(written, "bob") {
		return "it says: " + written
	}
	return ""
}
