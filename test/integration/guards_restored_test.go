// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

package integration

import (
	"context"
	"encoding/base64"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/types"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/countersign-dev/countersign/hack/controlplane/pki"
	"github.com/countersign-dev/countersign/internal/audit"
	"github.com/countersign-dev/countersign/internal/guards"
)

// restoredWithin is what is promised.
const restoredWithin = 10 * time.Second

// unwritable are the guards that bind the operator itself, so that it puts them back where they are missing and does
// not change them. What tells of them is tried in TestGuardsOfTheOperator.
var unwritable = []string{"countersign-break-glass", "countersign-operator-bounds", "countersign-operator-writes"}

// TestGuardsRestored: each guard that is deleted or changed is back in time, and that it was not there is on record.
func TestGuardsRestored(t *testing.T) {
	all, err := guards.Shipped(guards.Site{})
	if err != nil {
		t.Fatal(err)
	}
	for _, guard := range all {
		name := guard.GetKind() + "/" + guard.GetName()
		t.Run(name+"/Deleted", func(t *testing.T) {
			restores(t, guard, deleting(breakGlass(t), guard.DeepCopy()), "deleted")
		})
		if slices.Contains(unwritable, guard.GetName()) {
			continue // the operator may not write it
		}
		for what, change := range weakenings(guard) {
			t.Run(name+"/"+what, func(t *testing.T) {
				restores(t, guard, patch(breakGlass(t), guard.DeepCopy(), "", change), "changed")
			})
		}
		for what, change := range entryWeakenings(t, guard) {
			t.Run(name+"/"+what, func(t *testing.T) {
				restores(t, guard, patchingEntry(t, guard, change), "changed")
			})
		}
	}
}

// weakenings of a guard, as merge patches.
func weakenings(guard *unstructured.Unstructured) map[string]string {
	const nothing = `{"resourceRules":[{"apiGroups":["none"],"apiVersions":["v1"],"resources":["none"],` +
		`"operations":["*"]}]}`
	switch guard.GetKind() {
	case "ValidatingAdmissionPolicy":
		return map[string]string{
			"FailsOpen": `{"spec":{"failurePolicy":"Ignore"}}`,
			"NeverAsks": `{"spec":{"matchConditions":[{"name":"never","expression":"false"}]}}`,
			"OfNothing": `{"spec":{"matchConstraints":` + nothing + `}}`,
			"Unlabelled": `{"metadata":{"labels":{"app.kubernetes.io/component":null}},` +
				`"spec":{"failurePolicy":"Ignore"}}`,
		}
	case "ValidatingAdmissionPolicyBinding":
		return map[string]string{
			"OnlyAudits": `{"spec":{"validationActions":["Audit"]}}`,
			"OfNothing":  `{"spec":{"matchResources":` + nothing + `}}`,
		}
	}
	if guard.GetName() == guards.PolicyEntries {
		return nil // TestPolicyEntriesRestored
	}
	return map[string]string{
		"Emptied":    `{"webhooks":null}`,
		"Unlabelled": `{"metadata":{"labels":{"app.kubernetes.io/component":null}},"webhooks":null}`,
	}
}

// entryWeakenings are changes of an entry of a webhook configuration, as JSON patches of its fields.
func entryWeakenings(t *testing.T, guard *unstructured.Unstructured) map[string]string {
	t.Helper()
	if !strings.HasSuffix(guard.GetKind(), "WebhookConfiguration") || guard.GetName() == guards.PolicyEntries {
		return nil
	}
	return map[string]string{
		"FailsOpen":    `{"op":"add","path":"failurePolicy","value":"Ignore"}`,
		"LooksAway":    `{"op":"add","path":"namespaceSelector","value":{"matchLabels":{"no":"such"}}}`,
		"Exempts":      `{"op":"add","path":"objectSelector","value":{"matchLabels":{"no":"such"}}}`,
		"NeverAsks":    `{"op":"add","path":"matchConditions","value":[{"name":"never","expression":"false"}]}`,
		"OfNothing":    `{"op":"add","path":"rules/0/resources","value":["none"]}`,
		"OneVersion":   `{"op":"add","path":"matchPolicy","value":"Exact"}`,
		"NoTime":       `{"op":"add","path":"timeoutSeconds","value":1}`,
		"Elsewhere":    `{"op":"add","path":"clientConfig/url","value":"https://evil.example.com/gate"}`,
		"OtherService": `{"op":"add","path":"clientConfig","value":{"service":{"namespace":"default","name":"evil"}}}`,
		"Trusting": fmt.Sprintf(`{"op":"add","path":"clientConfig/caBundle","value":%q}`,
			base64.StdEncoding.EncodeToString(foreignAuthority(t))),
		"TrustingNobody": `{"op":"remove","path":"clientConfig/caBundle"}`,
	}
}

func foreignAuthority(t *testing.T) []byte {
	t.Helper()
	authority, err := pki.NewAuthority("somebody else")
	if err != nil {
		t.Fatal(err)
	}
	pair, err := authority.Pair()
	if err != nil {
		t.Fatal(err)
	}
	return pair.Cert
}

// patchingEntry changes the first entry of a webhook configuration.
func patchingEntry(t *testing.T, guard *unstructured.Unstructured, change string) func(context.Context) error {
	t.Helper()
	c, change := breakGlass(t), strings.Replace(change, `"path":"`, `"path":"/webhooks/0/`, 1)
	return func(ctx context.Context) error {
		return c.Patch(ctx, guard.DeepCopy(), client.RawPatch(types.JSONPatchType, []byte("["+change+"]")))
	}
}

// restores waits until a guard is back after something was done to it, and looks for the record.
func restores(t *testing.T, guard *unstructured.Unstructured, weaken func(context.Context) error, reason string) {
	t.Helper()
	c := admin(t)
	before := guard.DeepCopy()
	if err := c.Get(t.Context(), client.ObjectKeyFromObject(guard), before); err != nil {
		t.Fatal(err)
	}
	count := len(events(t))
	if err := weaken(t.Context()); err != nil {
		t.Fatal(err)
	}
	start := time.Now()
	eventually(t, func(ctx context.Context) string {
		now := guard.DeepCopy()
		if err := c.Get(ctx, client.ObjectKeyFromObject(guard), now); err != nil {
			return err.Error()
		}
		if wrong := guards.Differs(before, now); len(wrong) > 0 {
			return fmt.Sprintf("%s to be restored: %v", guard.GetName(), wrong)
		}
		if diff := cmp.Diff(before.Object["webhooks"], now.Object["webhooks"]); diff != "" { // with what they trust
			return fmt.Sprintf("%s to be restored: -want, +got:\n%s", guard.GetName(), diff)
		}
		return ""
	})
	if took := time.Since(start); took > restoredWithin {
		t.Errorf("it took %s", took)
	}
	onRecord(t, count, guard, reason)
}

// onRecord looks for the two lines of the audit trail after the first few.
func onRecord(t *testing.T, after int, guard *unstructured.Unstructured, reason string) {
	t.Helper()
	for _, what := range []audit.Type{audit.GuardBroken, audit.GuardRestored} {
		eventually(t, func(context.Context) string {
			for _, e := range events(t)[after:] {
				said := e.Type == what && e.Object.Name == guard.GetName() &&
					e.From.IsZero() == strings.HasPrefix(reason, beforeItCame) &&
					strings.HasPrefix(e.Object.Resource, strings.ToLower(guard.GetKind())[:len(guard.GetKind())-1])
				if said && (what == audit.GuardRestored) == !e.To.IsZero() &&
					(what == audit.GuardRestored || strings.HasPrefix(e.Reasons[0], reason)) {
					return ""
				}
			}
			return fmt.Sprintf("the audit trail to say %s of %s, %s", what, guard.GetName(), reason)
		})
	}
}

// TestGuardsOfTheOperator: those that bind the operator itself it does not change, and says so until somebody has put
// them back; an Event tells of it too.
func TestGuardsOfTheOperator(t *testing.T) {
	glass := breakGlass(t)
	binding := &unstructured.Unstructured{}
	binding.SetAPIVersion("admissionregistration.k8s.io/v1")
	binding.SetKind("ValidatingAdmissionPolicyBinding")
	binding.SetName("countersign-operator-writes")
	count := len(events(t))
	weaken := patch(glass, binding.DeepCopy(), "", `{"spec":{"validationActions":["Audit"]}}`)
	mend := patch(glass, binding.DeepCopy(), "", `{"spec":{"validationActions":["Deny","Audit"]}}`)
	goesThrough(t, "guards do not guard themselves", weaken)
	t.Cleanup(func() {
		if err := mend(context.WithoutCancel(t.Context())); err != nil {
			t.Error(err)
		}
	})
	awaitEvent(t, "it is changed", func(e audit.Event) bool {
		return e.Type == audit.GuardBroken && e.Object.Name == binding.GetName() &&
			strings.Contains(strings.Join(e.Reasons, ""), "spec.validationActions")
	})
	goesThrough(t, "somebody puts it back", mend)
	onRecord(t, count, binding, unsaid+"spec.validationActions") // one was taken out
	eventually(t, func(ctx context.Context) string {
		var told corev1.EventList
		if err := admin(t).List(ctx, &told, client.InNamespace(operatorNamespace)); err != nil {
			return err.Error()
		}
		if !slices.ContainsFunc(told.Items, func(e corev1.Event) bool {
			return e.Reason == string(audit.GuardBroken) && strings.Contains(e.Message, binding.GetName())
		}) {
			return "an Event about " + binding.GetName()
		}
		return ""
	})
}

// TestGuardsOfAnotherVersion: whoever says that other guards are installed has them left alone, and nobody says so but
// the group.
func TestGuardsOfAnotherVersion(t *testing.T) {
	glass := breakGlass(t)
	version := &corev1.ConfigMap{}
	version.Namespace, version.Name = operatorNamespace, "countersign-guards"
	own := latest(t, version).Data["version"]
	say := func(c client.Client, what string) func(context.Context) error {
		return patch(c, version.DeepCopy(), "", fmt.Sprintf(`{"data":{"version":%q}}`, what))
	}
	if err := say(admin(t), "next")(t.Context()); err == nil || !strings.Contains(err.Error(), "countersign-identities") {
		t.Errorf("want the guard to refuse it, got: %v", err)
	}
	goesThrough(t, "an upgrade begins", say(glass, "next"))
	t.Cleanup(func() {
		if err := say(glass, own)(context.WithoutCancel(t.Context())); err != nil {
			t.Error(err)
		}
	})
	policy := &unstructured.Unstructured{}
	policy.SetAPIVersion("admissionregistration.k8s.io/v1")
	policy.SetKind("ValidatingAdmissionPolicy")
	policy.SetName("countersign-freezes")
	goesThrough(t, "the new guard", patch(glass, policy.DeepCopy(), "", `{"spec":{"failurePolicy":"Ignore"}}`))
	awaitEvent(t, "guards are left alone", func(e audit.Event) bool {
		return e.Type == audit.GuardsLeft && strings.HasSuffix(e.Reasons[0], "to version next")
	})
	if is := latest(t, policy.DeepCopy()); text(is, "spec", "failurePolicy") != "Ignore" {
		t.Error("the operator fights an upgrade")
	}
	goesThrough(t, "the upgrade ends as it began", say(glass, own))
	awaitEvent(t, "guards are kept again", func(e audit.Event) bool {
		return e.Type == audit.GuardsKept && !e.From.IsZero() && !e.To.IsZero()
	})
	eventually(t, func(context.Context) string {
		if is := latest(t, policy.DeepCopy()); text(is, "spec", "failurePolicy") != "Fail" {
			return "the guard to be restored"
		}
		return ""
	})
}

func text(object *unstructured.Unstructured, fields ...string) string {
	value, _, _ := unstructured.NestedString(object.Object, fields...)
	return value
}
