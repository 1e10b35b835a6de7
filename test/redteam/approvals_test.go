// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

package redteam

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/base64"
	"encoding/pem"
)

// An approval is the word of a separate person, as it was given.
var approvals = []attack{
	notCounted("Self-approval", "approves it as somebody who is an approver too", both,
		"the approver did not ask for it", "asked for the change", "by another approver"),
	notCounted("Own name in capitals", "logs in as ALICE@example.com, which some identity providers let one do", shouting,
		"the approver did not ask for it", "asked for the change", "by another approver"),
	notCounted("Own name in other letters", "logs in with a Cyrillic а in the name", disguised,
		"a name that looks like another's approves nothing", "", "by a name in one script"),
	notCounted("Second login that is mapped", "approves as alice-admin, who is known to be alice", aliceAdmin,
		"the approver did not ask for it", "", "by another approver"),
	{
		name: "Second login that nobody mapped", does: "approves as alice-2, of whom nobody knows that it is alice",
		as: aliceTwo, before: []step{asked(alice, create(deployment()))},
		call: decides(aliceTwo, "Approve"), verdict: limit,
		limit: "two logins of one person under different names that nobody mapped",
		seen:  "the audit trail and the record name both",
		trace: audited(`"ApprovalRecorded"`, "alice-2@example.com", "$REQUEST"),
	},
	notCounted("Bot with the right to approve", "has a service account approve, which somebody let send approvals",
		deployer, "a service account never counts", "", "by a person"),
	{
		name: "Bot approves its own change", does: "has the pipeline approve what it deploys",
		as: ci, before: []step{soon(asked(ci, create(deployment())))},
		call: decides(ci, "Approve"),
		first: rights("a bot's role cannot give `Approve`", ci,
			`{apiGroups: [countersign.dev], resources: [approvals], verbs: [create]}`),
		by:    rule("records", "a service account never counts"),
		right: []step{approved(bob)}, rightly: "by a person",
	},
	notCounted("Name of the system", "has an identity provider make a person system:release", system,
		"names that begin with system: are no people", "", "by a person"),
	{
		name: "Not an approver", does: "approves what a colleague asked for",
		as: owner, before: []step{asked(dan, create(deployment()))},
		call:  decides(owner, "Approve"),
		by:    rule("records", "the approver holds a role that the policy names"),
		right: []step{approved(bob)}, rightly: "by who holds it",
	},
	{
		name: "Approver that is rewritten", does: "has a mutation make the approval bob's on its way in",
		as: mallory, before: append(mutating("approvals", "countersign.dev", `Object{spec: Object.spec{approver:
			Object.spec.approver{username: 'bob@example.com'}}}`), asked(alice, create(deployment()))),
		call:  decides(mallory, "Approve", `{metadata: {name: $REQUEST-d1, generateName: null, labels: {mutate: $ME}}}`),
		first: entry("stamp"), by: policy("approver-stamp"),
	},
	{
		name: "Requester that is rewritten", does: "has a mutation make the request bob's, so as to approve it herself",
		as: owner, before: mutating("promotionrequests", "countersign.dev", `Object{spec: Object.spec{requester:
			Object.spec.requester{username: 'bob@example.com'}}}`),
		call:  create(requestBy(owner, "$ME", `{metadata: {labels: {mutate: $ME}}}`)),
		first: entry("stamp"), by: policy("requester-stamp"),
	},
	{
		name: "Approval that goes with an owner", does: "has the garbage collector take a Reject away later",
		as: bob, before: []step{asked(alice, create(deployment()))},
		call: decides(bob, "Reject", `{metadata: {name: $REQUEST-d1, generateName: null, ownerReferences:
			[{apiVersion: v1, kind: ConfigMap, name: gone, uid: 00000000-0000-0000-0000-000000000000}]}}`),
		by: policy("approver-stamp"), says: "no ownerReferences",
	},
	{
		name: "As bob", does: "impersonates the approver",
		as: owner, before: []step{asked(alice, create(deployment()))},
		call: decides(bob, "Approve").pretending("bob@example.com", "release-managers"),
		by:   rights("no role gives `impersonate`, and none can", owner, impersonating),
	},
	{
		name: "As bob, by a cluster administrator", does: "the same by whoever may impersonate anybody",
		as: mallory, before: []step{asked(alice, create(deployment()))},
		call:    decides(bob, "Approve").pretending("bob@example.com", "release-managers"),
		verdict: limit, limit: "whoever may `impersonate` an approver can approve as them",
		seen: impersonated, trace: auditedByServer(`"impersonatedUser":{"username":"bob@example.com"`, "mallory@example.com", `"approvals"`),
	},
	{
		name: "Certificate of bob", does: "asks for a client certificate in his name, and approves that",
		as: mallory, before: []step{
			word("CSR", signingRequestOf("bob@example.com", "release-managers")), by(mallory, create(signingRequest)),
		},
		call: changeAt("CertificateSigningRequest $ME", "approval", `{status: {conditions: [{type: Approved, status: "True",
			reason: Mine, message: mine}]}}`),
		verdict: limit, limit: "may approve certificate signing requests",
		seen: onServerRecord, trace: auditedByServer("certificatesigningrequests/$ME/approval", "mallory@example.com"),
	},
	{
		name: "Approval changed after it was given", does: "turns a Reject into an Approve",
		as: owner, before: rejected,
		call:  change("Approval shop/$REQUEST-d1", `{spec: {decision: Approve}}`),
		first: schema("a decision is made once", "approvals", "spec", "must not be changed"),
		by:    policy("approvals-keep"), says: "must not be changed",
		right: []step{by(bob, withdraws(bob, "$REQUEST-d1"))}, rightly: "taken back by who made it",
	},
	{
		name: "Approval relabelled", does: "gives it a label by which something else picks it up",
		as: owner, before: rejected,
		call: change("Approval shop/$REQUEST-d1", `{metadata: {labels: {keep: "no"}}}`),
		by:   policy("approvals-keep"), says: "a decision is kept as it was made",
	},
	{
		name: "Reject deleted", does: "deletes the objection",
		as: owner, before: rejected, call: remove("Approval shop/$REQUEST-d1"),
		by: policy("approvals-keep"), says: "kubectl countersign withdraw",
	},
	{
		name: "All approvals deleted", does: "deletes all of them at once",
		as: owner, before: rejected, call: removeAll("Approval shop/", "").rehearsed(),
		by: policy("approvals-keep"),
	},
	{
		name: "Status of an approval", does: "says that it counts",
		as: owner, before: rejected, call: changeAt("Approval shop/$REQUEST-d1", "status", ready),
		by: policy("request-status"),
	},
	{
		name: "Status of a request", does: "says that it is approved",
		as: owner, before: []step{asked(alice, create(deployment()))},
		call: changeAt("PromotionRequest shop/$REQUEST", "status", ready),
		by:   policy("request-status"),
	},
	{
		name: "Request changed after it was approved", does: "puts another content under the approval",
		as: owner, before: []step{asked(alice, create(deployment())), approved(bob)},
		call:  change("PromotionRequest shop/$REQUEST", `{spec: {reason: another}}`),
		first: schema("a request is made once", "promotionrequests", "spec", "must not be changed"),
		by:    policy("request-status"), says: "must not be changed",
		right: []step{operated(by(alice, create(deployment())))}, rightly: "what was approved gets in",
	},
	{
		name: "Request relabelled", does: "gives it an owner, so that it goes and the record with it",
		as: owner, before: []step{asked(alice, create(deployment()))},
		call: change("PromotionRequest shop/$REQUEST", ownedBy("v1", "ConfigMap", "gone",
			"00000000-0000-0000-0000-000000000000")),
		by: policy("request-status"), says: "only Countersign changes or deletes a request",
	},
	{
		name: "Request deleted", does: "deletes the one that was rejected, to ask anew",
		as: owner, before: rejected, call: remove("PromotionRequest shop/$REQUEST"),
		by: policy("request-status"), says: "it is the record of a change",
	},
	{
		name: "Approval before the request", does: "approves what will be asked for some day",
		as: bob, before: []step{
			word("REQUEST", "none"), word("UID", "none"), word("NAMESPACE", "shop"), word("DIGEST", "v1:sha256:"+goodDigest),
		},
		call: decides(bob, "Approve", `{metadata: {namespace: shop}}`),
		by:   rule("records", "a decision is about a request that is there"), says: "there is no request",
		right: []step{asked(alice, create(deployment())), approved(bob)}, rightly: "once it is there",
	},
	{
		name: "Approval of anything", does: "approves digest *",
		as: bob, before: []step{asked(alice, create(deployment()))},
		call:  decides(bob, "Approve", `{spec: {request: {digest: "*"}}}`),
		first: schema("a digest is one digest", "approvals", "spec.request.digest", ""),
		by:    rule("records", "it names that of the request"), says: "spec.request.digest",
		right: []step{approved(bob)}, rightly: "the digest that it has",
	},
	{
		name: "Two approvals by one", does: "approves a bot's change, which needs two people, twice",
		as: bob, before: []step{soon(asked(ci, create(deployment()))), approved(bob)},
		call: decides(bob, "Approve", `{metadata: {name: $REQUEST-d2, generateName: null}}`),
		by:   rule("records", "each person counts once"), says: "has said so already",
		right: []step{approved(carol), operated(by(ci, create(deployment())))}, rightly: "by another",
	},
	{
		name: "Bot's change with one approval", does: "deploys what one person looked at by a bot, which is nobody",
		as: ci, before: []step{operated(soon(asked(ci, create(deployment()))), approved(bob))},
		call: create(deployment()),
		by:   rule("workloads.gate", "two people, and a bot is none"), says: "approval",
		right: []step{approved(carol), by(ci, create(deployment()))}, rightly: "after a second approval",
	},
	{
		name: "Person behind a bot", does: "has the pipeline deploy what alice wrote, and approves it as alice",
		as: both, before: []step{soon(asked(ci, create(deployment(writtenBy("alice@example.com")))))},
		call: decides(both, "Approve"),
		by:   rule("records", "the approver did not write it"), says: "author",
		right: []step{approved(bob)}, rightly: "by who did not",
	},
	{
		name: "Author who is not named",
		does: "the same, and nobody says who wrote it; two others have to be found all the same",
		as:   both, before: []step{operated(soon(asked(ci, create(deployment()))))},
		call: decides(both, "Approve"), verdict: limit,
		limit: "Who wrote a change is known only where somebody declared it",
		seen:  "the audit trail names her as approver, and the record no author",
		trace: audited(`"ApprovalRecorded"`, "alice@example.com", "$REQUEST"),
	},
	{
		name: "Over an objection", does: "deploys what bob approved and carol rejected",
		as: dan, before: []step{operated(asked(dan, create(deployment())), approved(bob), decided(carol, "Reject"))},
		call: create(deployment()),
		by:   rule("workloads.gate", "an objection stands"), says: "reject",
		right:   []step{by(carol, withdraws(carol, "$REQUEST-d2")), by(dan, create(deployment()))},
		rightly: "once it is withdrawn",
	},
	{
		name: "Objection of somebody else", does: "withdraws carol's Reject",
		as: bob, before: []step{asked(alice, create(deployment())), decided(carol, "Reject")},
		call:  withdraws(bob, "$REQUEST-d1"),
		by:    rule("records", "a decision is withdrawn by who made it"),
		says:  "is not an Approve, Override or Reject of yours",
		right: []step{by(carol, withdraws(carol, "$REQUEST-d1"))}, rightly: "by carol",
	},
	{
		name: "Return to what was revoked", does: "goes back to what ran before, after it was revoked",
		as: dan, before: []step{operated(
			brought(dan, apply("shop", first)), decided(bob, "Revoke"), brought(dan, apply("shop", second)),
		)},
		call: apply("shop", first),
		by:   rule("workloads.gate", "what was revoked has no approval to return by"), says: "kubectl countersign approve",
		right: []step{allowed(dan, apply("shop", first))}, rightly: "approved anew",
	},
}

// notCounted is an Approve of alice's change by somebody whose word does not count.
func notCounted(name, does string, as identity, text, says, rightly string) attack {
	return attack{
		name: name, does: does, as: as, before: []step{asked(alice, create(deployment()))},
		call: decides(as, "Approve"), by: rule("records", text), says: says,
		right: []step{approved(bob)}, rightly: rightly,
	}
}

// rejected is a request of alice's that bob has rejected, by $REQUEST-d1.
var rejected = []step{
	asked(alice, create(deployment())),
	by(bob, decides(bob, "Reject", `{metadata: {name: $REQUEST-d1, generateName: null}}`)),
}

const ready = `{status: {conditions: [{type: Ready, status: "True", reason: Approved, message: "",
	lastTransitionTime: "2030-01-31T12:00:00Z"}]}}`

// signingRequest asks for the certificate of somebody else.
const signingRequest = `{apiVersion: certificates.k8s.io/v1, kind: CertificateSigningRequest, metadata: {name: $ME},
	spec: {signerName: kubernetes.io/kube-apiserver-client, usages: [client auth], request: $CSR}}`

func withdraws(as identity, name string) call {
	return decides(as, "Withdraw", `{spec: {withdraws: `+name+`}}`)
}

// signingRequestOf somebody, as it stands in a CertificateSigningRequest.
func signingRequestOf(name, group string) string {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		panic(err)
	}
	request, err := x509.CreateCertificateRequest(rand.Reader, &x509.CertificateRequest{
		Subject: pkix.Name{CommonName: name, Organization: []string{group}},
	}, key)
	if err != nil {
		panic(err)
	}
	return base64.StdEncoding.EncodeToString(pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE REQUEST", Bytes: request}))
}

func writtenBy(author string) string {
	return `{metadata: {annotations: {countersign.dev/authors: "` + author + `"}}}`
}
