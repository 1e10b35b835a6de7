// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

package redteam

import (
	"context"
	"encoding/json"
	"strings"

	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
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
			by(argoCD, create(application(`{operation: {initiatedBy: {username: bob@example.com}, sync: {revision: a},
			info: [{name: countersign.dev/written-by, value: "system:serviceaccount:argocd:argocd-server"}]}}`)))},
		call: change("Application sandbox/$ME", `{operation: {sync: {revision: evil}}}`),
		by:   policy("applications"), says: "who began a sync is who writes its operation",
	},
	{
		name: "Sent as part of another",
		does: "has Argo CD sync what she sends, which says that it is part of what bob syncs",
		as:   mallory, before: []step{given(application())},
		call: sending("argocd:apps/Deployment:shop/$ME"), by: entry("sent"), says: "says that it is part of argocd/argocd",
		right: []step{by(mallory, sending("sandbox_$ME:apps/Deployment:shop/$ME"))}, rightly: "of her own",
	},
	{
		name: "Sent as part of nothing", does: "the same, and the object that is there says whose it is",
		as: mallory, before: []step{given(application())},
		call: sending(""), by: entry("sent"), says: "says of no Application",
		right: []step{by(mallory, sending("sandbox_$ME:apps/Deployment:shop/$ME"))}, rightly: "of her own",
	},
	{
		name: "Sent elsewhere under way",
		does: "sends what goes into no environment, sends it into one while it is synced, and orders another sync over it",
		as:   mallory, before: []step{given(application(`{spec: {destination: {namespace: sandbox}},
			status: {operationState: {phase: Running, operation: ` + sent + `}}}`))},
		call: change("Application sandbox/$ME", `{operation: {sync: {revision: a}},
			spec: {destination: {namespace: shop}}}`),
		by: entry("sent"), says: "says of no Application",
	},
	{
		name: "Tracking left alone", does: "has Argo CD leave on what her Application brings that it is part of another",
		as: mallory, call: create(keeping(`{jsonPointers: [/metadata/annotations/argocd.argoproj.io~1tracking-id]}`)),
		by: policy("applications"), says: "of which Application it is",
		right: []step{by(mallory, create(keeping(`{
			jsonPointers: [/spec/replicas, /metadata/annotations/a, /metadata/labels, /metadata/finalizers],
			jqPathExpressions: [.metadata.annotations.a, .metadata.labels, .metadata.ownerReferences,
			".spec.template.spec.containers[] | select(.name == \"a\" or (.name | test(\"^b\"))) | .image"],
			managedFieldsManagers: [kube-controller-manager]}`)))},
		rightly: "a field that is scaled",
	},
	{
		name: "Tracking left alone by an expression", does: "says so by one that comes to more than it begins with",
		as: mallory, before: []step{given(application())},
		call: change("Application sandbox/$ME", `{spec: {syncPolicy: {syncOptions: [RespectIgnoreDifferences=true]},
			ignoreDifferences: [{kind: "*", jqPathExpressions: [".spec, .metadata.annotations"]}]}}`),
		by: policy("applications"), says: "of which Application it is",
	},
	{
		name: "Tracking left alone behind an expression", does: "closes the expression, and goes on behind it",
		as: mallory, call: create(keeping(`{jqPathExpressions: [".spec.replicas) | del(.metadata.annotations"]}`)),
		by: policy("applications"), says: "of which Application it is",
	},
	{
		name: "Tracking left alone between texts", does: "hides that among texts that look like parentheses",
		as: mallory, call: create(keeping(`{jqPathExpressions: [
			".spec[\"(\"]) | del(.metadata.annotations) | del(.spec[\")\"]"]}`)),
		by: policy("applications"), says: "of which Application it is",
	},
	{
		name: "Tracking left alone under way", does: "says so while a sync with that option runs, and orders another over it",
		as: mallory, before: []step{
			given(application(`{operation: {sync: {syncOptions: [RespectIgnoreDifferences=true]}}, status: {operationState: {
				phase: Running, operation: {sync: {syncOptions: [RespectIgnoreDifferences=true]}}}}}`)),
			by(mallory, change("Application sandbox/$ME", `{operation: {info: null, sync: {syncOptions: null}}}`)),
		},
		call: change("Application sandbox/$ME", `{operation: {sync: {prune: true}}, spec: {
			ignoreDifferences: [{kind: "*", jsonPointers: [/metadata/annotations]}]}}`),
		by: policy("applications"), says: "of which Application it is",
	},
	{
		name: "Tracking left alone at last", does: "takes an Application of before, and gives the option with the sync",
		as: mallory, before: []step{
			given(application(`{spec: {ignoreDifferences: [{kind: "*", jsonPointers: [/metadata]}]}}`))},
		call: change("Application sandbox/$ME", `{operation: {sync: {syncOptions: [RespectIgnoreDifferences=true]}}}`),
		by:   policy("applications"), says: "of which Application it is",
	},
	{
		name: "Tracking of an owner of its own", does: "has Argo CD leave alone what she has made another field manager's",
		as: mallory, call: create(keeping(`{managedFieldsManagers: [mallory]}`)),
		verdict: limit, limit: "can make some field manager an owner of its tracking annotation",
		seen: onServerRecord, trace: auditedByServer("applications", `"create"`, "mallory@example.com", "$ME"),
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
		right: []step{
			by(installer, change("Application sandbox/$ME", `{operation: {initiatedBy: null}}`)), carriesOut,
		},
		rightly: "of the sync that it carries out, which nobody is said to have begun",
	},
	underWay("Sent by a manifest under way",
		"has it apply one whose status says that the sync that runs brings what she sent",
		`{phase: Running, operation: `+sent+`}`),
	underWay("Tracking left alone by a manifest under way", "the same of the option that leaves on objects whose they are",
		`{phase: Running, operation: {sync: {revision: a, syncOptions: [RespectIgnoreDifferences=true]}}}`),
	{
		name: "Commit that a manifest has a sync come to",
		does: "has it apply an Application whose status says that bob's sync has come to another commit, and goes on to that",
		as:   argoController, before: []step{
			given(application(`{operation: {initiatedBy: {username: bob@example.com}, sync: {revision: a}}, status: {
				operationState: {phase: Running, operation: {initiatedBy: {username: bob@example.com}, sync: {revision: a}},
				syncResult: {revision: a}}}}`))},
		call: change("Application sandbox/$ME", `{status: {operationState: {syncResult: {revision: evil}}}}`).
			with("fieldManager=argocd-controller"),
		by: policy("applications"), says: "must say nothing of status.operationState",
	},
	{
		name: "Sync that a manifest has run again",
		does: "has it apply an Application whose status says that bob's last sync is not over",
		as:   argoController, before: []step{
			given(application(`{status: {operationState: {phase: Succeeded, operation: {sync: {revision: a},
				initiatedBy: {username: bob@example.com}}}}}`))},
		call: change("Application sandbox/$ME", `{status: {operationState: {phase: Running}}}`),
		by:   policy("applications"), says: "status.operationState says of another sync",
	},
	authorless("Application changed in another's name", "changes what an Application deploys, and says that bob did",
		mallory, "0 bob@example.com"),
	authorless("Application changed by a delivery", "says that it came by a commit of bob's, which Argo CD delivered",
		namesake, "0 system:serviceaccount:sandbox:argocd-server of argocd/platform default "+
			"0123456789012345678901234567890123456789"),
	authorless("Application changed and deployed", "writes down that what she makes of it is deployed already",
		mallory, "deployed 0"),
	authorless("Application made as it is", "writes down that it has been so since it was made", mallory, "new"),
	authorless("Authors taken out", "keeps her own name there, and takes out the others",
		mallory, "1 mallory@example.com"),
	authorless("Authors put in another order", "has whoever changed it before do so again, after what was deployed",
		mallory, `1 mallory@example.com\n0 system:serviceaccount:argocd:argocd-server`),
	authorless("Manifest that was deployed", "has Argo CD apply one that says so", argoController, "deployed 0"),
	{
		name: "Sync changed by Argo CD itself",
		does: "has another account of Argo CD change the commit, and leave who began it as it is",
		as:   argoController, before: []step{
			by(argoCD, create(application(`{operation: {initiatedBy: {username: bob@example.com}, sync: {revision: a},
			info: [{name: countersign.dev/written-by, value: "system:serviceaccount:argocd:argocd-server"}]}}`)))},
		call: change("Application sandbox/$ME", `{operation: {sync: {revision: evil}}}`),
		by:   policy("applications"), says: "who began a sync is who writes its operation",
	},
	{
		name: "Sync that nobody is said to have begun", does: "writes an operation, and no name into it",
		as: mallory, before: []step{given(application())}, call: change("Application sandbox/$ME", `{operation: {sync: {}}}`),
		verdict: visible, seen: "the operation says who wrote it", noted: "syncs",
		trace: saysOf("Application sandbox/$ME", "mallory@example.com", "operation", "info"),
	},
	saysNothing("Value of a chart taken away", "takes a value away that was false", `{debug: null}`),
	saysNothing("Value of a chart left empty", "adds one that is an empty list", `{arguments: []}`),
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

// sent says of no Application that it is part of that, nor into which namespace it goes.
const sent = `{sync: {revision: a, manifests: [
	"{\"apiVersion\": \"apps/v1\", \"kind\": \"Deployment\", \"metadata\": {\"name\": \"$ME\"}}"]}}`

const releaseGate = `{apiVersion: countersign.dev/v1alpha1, kind: ReleaseGate, metadata: {namespace: shop, name: $ME}}`

var (
	// argoCD is the service account of its API server.
	argoCD = account("argocd/argocd-server", "Argo CD")
	// argoController is what carries out its syncs.
	argoController = account("argocd/argocd-application-controller", "Argo CD")
	// namesake is another, to which a team gave that name.
	namesake = account("sandbox/argocd-server", "a service account called as Argo CD's")
)

// carriesOut : Argo CD writes down the operation that there is, as it does: with all that may be empty.
func carriesOut(ctx context.Context, s *scene) error {
	found, err := s.say(ctx, installer, read("Application sandbox/$ME"))
	if err != nil {
		return err
	}
	operation, _, err := unstructured.NestedMap(found, "operation")
	if err != nil {
		return err
	}
	operation["initiatedBy"] = map[string]any{}
	status, err := json.Marshal(map[string]any{"status": map[string]any{"operationState": map[string]any{
		"phase": "Running", "operation": operation,
	}}})
	if err != nil {
		return err
	}
	_, err = s.say(ctx, argoController, change("Application sandbox/$ME", string(status)))
	return err
}

// application of Argo CD, outside environments.
func application(changes ...string) string {
	return merged(`{apiVersion: argoproj.io/v1alpha1, kind: Application, metadata: {namespace: sandbox, name: $ME},
		spec: {project: default, source: {repoURL: "https://git.example.com/shop", path: .}}}`, changes...)
}

// saysNothing is a change of what an Application deploys by values of a chart that look as if there were none.
func saysNothing(name, does, values string) attack {
	const chart = `{spec: {source: {chart: shop, path: null, helm: {valuesObject: {debug: false}}}}}`
	return attack{
		name: name, does: does + ", and hopes to be no author of what that deploys", as: mallory,
		before:  []step{by(argoCD, create(application(chart)))},
		call:    change("Application sandbox/$ME", `{spec: {source: {helm: {valuesObject: `+values+`}}}}`),
		verdict: visible, seen: "annotation `countersign.dev/spec-written-by` names her", noted: "syncs",
		trace: saysOf("Application sandbox/$ME", mallory.user(), "metadata", "annotations",
			"countersign.dev/spec-written-by"),
	}
}

// underWay has Argo CD apply an Application of which a sync runs, with a status that has this go on otherwise.
func underWay(name, does, state string) attack {
	return attack{
		name: name, does: does, as: argoController, before: []step{
			given(application(`{operation: {sync: {revision: a}}, status: {operationState: {
				phase: Running, operation: {sync: {revision: a}}}}}`))},
		call: change("Application sandbox/$ME", `{status: {operationState: `+state+`}}`),
		by:   policy("applications"), says: "status.operationState says of another sync",
	}
}

// authorless is an attempt to be no author of what an Application deploys, by what it says of who changed it.
func authorless(name, does string, as identity, says string) attack {
	return attack{
		name: name, does: does, as: as,
		before: []step{
			by(argoCD, create(application(`{metadata: {annotations: {countersign.dev/spec-written-by:
				"0 system:serviceaccount:argocd:argocd-server"}}}`))),
		},
		call: change("Application sandbox/$ME", `{spec: {source: {path: evil}},
			metadata: {annotations: {countersign.dev/spec-written-by: "`+says+`"}}}`),
		by: policy("applications"), says: "who changed an Application is who writes it",
		corrected: "it writes down who it was, after who there was", corrects: namesBoth,
	}
}

// namesBoth says what is missing of that the Application names whoever made it, and then whoever changed it.
func namesBoth(ctx context.Context, s *scene) string {
	found, err := s.say(ctx, installer, read("Application sandbox/$ME"))
	if err != nil {
		return err.Error()
	}
	written := at(found, "metadata", "annotations", "countersign.dev/spec-written-by")
	lines := strings.Split(written, "\n")
	if len(lines) != 3 || lines[0] != "new" || !strings.HasSuffix(lines[1], " "+argoCD.user()) ||
		!strings.HasSuffix(lines[2], " "+s.attack.as.user()) {
		return "it says: " + written
	}
	return ""
}

// user is the name by which the API server knows them.
func (i identity) user() string {
	if !i.account {
		return i.name
	}
	return "system:serviceaccount:" + strings.ReplaceAll(i.name, "/", ":")
}

// sending has an Application sync a Deployment that somebody sends, of which it says whose it is.
func sending(tracking string) call {
	return change("Application sandbox/$ME", `{operation: {sync: {revision: a, manifests: ["{\"apiVersion\": \"apps/v1\",
		\"kind\": \"Deployment\", \"metadata\": {\"namespace\": \"shop\", \"name\": \"$ME\",
		\"annotations\": {\"argocd.argoproj.io/tracking-id\": \"`+tracking+`\"}}}"]}}}`)
}

// keeping is an Application that has Argo CD leave fields of Deployments as they are.
func keeping(fields string) string {
	return application(merged(`{spec: {syncPolicy: {syncOptions: [RespectIgnoreDifferences=true]},
		ignoreDifferences: [` + merged(`{group: apps, kind: Deployment}`, fields) + `]}}`))
}
