// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

package redteam

import (
	"bytes"
	"encoding/json"
	"fmt"
	"net/url"
	"os"
	"slices"
	"strings"
)

// Guards let the group countersign:break-glass through. Each marks in the API server's audit log what nobody else could
// have done, so that it can be found there.
var marks = []attack{
	letThrough("Gate changed in the group", "changes what API servers ask about", glass, "installation",
		gate(`{metadata: {labels: {team: x}}}`)),
	letThrough("CRD changed in the group", "changes a kind of Countersign's", glass, "installation",
		change("CustomResourceDefinition approvals.countersign.dev", `{metadata: {labels: {team: x}}}`)),
	letThrough("Capability rewritten in the group", "gives more to all who may deploy", installer, "installation",
		change("ClusterRole countersign-deploy-base", `{rules: [{apiGroups: [""], resources: [secrets], verbs: [get]}]}`)),
	letThrough("Operator replaced in the group", "has the operator run another image", glass, "operator-namespace",
		amend("Deployment "+manager, "", `{spec: {template: {spec: {containers: [{name: manager, image: "$EVIL"}]}}}}`)),
	letThrough("Grant forged in the group", "makes a binding that looks generated", installer, "generated-rbac",
		create(generatedBinding+`}`)),
	letThrough("Names changed in the group", "makes two people of one", glass, "identities",
		change("ConfigMap countersign-system/countersign-identities", `{data: {people.yaml: "[]"}}`)),
	letThrough("Ledger written in the group", "lists what she likes", installer, "ledger",
		create(`{apiVersion: v1, kind: ConfigMap, metadata: {namespace: sandbox, name: $ME,
			labels: {countersign.dev/ledger: Warn}}}`)),
	letThrough("Policy moved in the group", "has it govern another environment, which nobody uses", glass, "policies-keep",
		change("PromotionPolicy production", `{spec: {environment: nowhere}}`), soon(inForce("production"))),
	letThrough("Token of a bot in the group", "has Kubernetes write one that never ends", installer, "bot-secrets",
		create(`{apiVersion: v1, kind: Secret, type: kubernetes.io/service-account-token, metadata: {namespace: cicd,
			name: $ME, annotations: {kubernetes.io/service-account.name: checkout-ci}}}`),
		soon(known("cicd", "checkout-ci"))),
	letThrough("Namespace taken out in the group", "opens the gate of one namespace", glass, "break-glass",
		change("Namespace $ME", broken(`{}`)), given(namespaceIn("production"))),
	letThrough("Label of the gap in the group", "writes a label that takes the right to assign the environment", glass,
		"environment-label", change("Namespace $ME", broken(`{}`)), given(namespaceIn("production"))),
}

// letThrough is what only the group may do. It is a dry-run: that is judged and marked like any call.
func letThrough(name, does string, as identity, by string, c call, before ...step) attack {
	return attack{
		name: name, does: does, as: as, before: before, call: c.with("fieldManager=$ME").rehearsed(), verdict: visible,
		seen: "the API server's audit log says that policy `" + by + "` let the group through", trace: marked(by),
	}
}

// auditEvent is what is read of a line of the API server's audit log.
type auditEvent struct {
	RequestURI       string            `json:"requestURI"`
	User             auditUser         `json:"user"`
	ImpersonatedUser auditUser         `json:"impersonatedUser"`
	Annotations      map[string]string `json:"annotations"`
}

// manager of the fields that the call names.
func (e auditEvent) manager() string {
	called, err := url.Parse(e.RequestURI)
	if err != nil {
		return ""
	}
	return called.Query().Get("fieldManager")
}

type auditUser struct {
	Groups []string `json:"groups"`
}

// marked : the call of the scene bears the mark of a guard, and no call of anybody who is not in the group bears one.
func marked(by string) func(*scene) string {
	return func(s *scene) string {
		text, err := os.ReadFile(s.cp.AuditLogFile())
		if err != nil {
			return err.Error()
		}
		found := fmt.Sprintf("the mark of %s on a call of %s", by, s.words["ME"])
		for line := range bytes.Lines(text) {
			var event auditEvent
			if !bytes.Contains(line, []byte("/break-glass\":")) || json.Unmarshal(line, &event) != nil {
				continue
			}
			if !slices.Contains(append(event.User.Groups, event.ImpersonatedUser.Groups...), breakGlass) {
				return "no mark on a call of others: " + string(line)
			}
			mark := event.Annotations[ours+by+"/break-glass"]
			if event.manager() == s.words["ME"] && strings.Contains(mark, breakGlass) {
				found = ""
			}
		}
		return found
	}
}
