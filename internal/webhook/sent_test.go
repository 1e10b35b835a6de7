// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

package webhook

import (
	"encoding/json"
	"io"
	"strings"
	"testing"

	"github.com/go-logr/logr"
	testingclock "k8s.io/utils/clock/testing"

	"github.com/countersign-dev/countersign/internal/audit"
)

// TestSentNowhere: what goes into no namespace is in no environment.
func TestSentNowhere(t *testing.T) {
	handler := Sent{Evidence: (&stub{}).evidence(), ArgoCD: "argocd"}
	application := []byte(`{"metadata": {"name": "web"}, "operation": {"sync": {"manifests": [
		"{\"apiVersion\": \"v1\", \"kind\": \"PersistentVolume\", \"metadata\": {\"name\": \"disk\"}}"]}}}`)
	answer := send(t, handler, reviewOf(t, "argoproj.io", "applications", "", "UPDATE", "web", "bob", application, nil))
	if !answer.Allowed {
		t.Errorf("refused: %s", answer.Result.Message)
	}
}

// TestSent: what is sent to Application shop/web says that it is of that.
func TestSent(t *testing.T) {
	const web = `{"apiVersion": "apps/v1", "kind": "Deployment", "metadata": {"name": "web", "annotations": `
	of := func(application string) string {
		return web + `{"argocd.argoproj.io/tracking-id": "` + application + `:apps/Deployment:there/web"}}}`
	}
	for name, test := range map[string]struct{ reason, manifest, says string }{
		"Own":       {"it is synced", of("shop_web"), ""},
		"Other":     {"another sync would be believed to bring it", of("bobs"), "part of argocd/bobs"},
		"Namesake":  {"a name alone is of Argo CD's namespace", of("web"), "part of argocd/web"},
		"Nothing":   {"what is stored may say it", web + `{}}}`, "of no Application"},
		"AboutNone": {"it was copied", of("shop_web:apps/Deployment:there/other"), "of no Application"},
		"Twice": {"the last counts", strings.Replace(of("shop_web"), `"annotations"`,
			`"annotations": {"a": "b"}, "annotations"`, 1), ""},
		"TwiceTakenAway": {"the last counts", strings.TrimSuffix(of("shop_web"), "}}") + `, "annotations": {}}}`,
			"of no Application"},
		"Escaped": {"it reads the same", strings.Replace(of("bobs"), "tracking-id", `tracking\u002did`, 1),
			"part of argocd/bobs"},
		"List":       {"nobody looks into it", `{"apiVersion": "v1", "kind": "List", "items": []}`, "no single object"},
		"NoJSON":     {"nobody can read it", `{`, "operation.sync.manifests[0]"},
		"NoText":     {"nor this", `{"metadata": {"annotations": {"a": 1}}}`, "operation.sync.manifests[0]"},
		"Definition": {"Argo CD says nothing on it", `{"apiVersion": "apiextensions.k8s.io/v1", "kind": "C"}`, ""},
	} {
		clock := testingclock.NewFakePassiveClock(noon)
		handler := Sent{
			Evidence: (&stub{}).evidence(), ArgoCD: "argocd", Audit: audit.New(clock, logr.Discard(), io.Discard),
		}
		application, err := json.Marshal(map[string]any{
			"metadata":  map[string]any{"name": "web"},
			"spec":      map[string]any{"destination": map[string]any{"namespace": "there"}},
			"operation": map[string]any{"sync": map[string]any{"manifests": []string{test.manifest}}},
		})
		if err != nil {
			t.Fatal(err)
		}
		answer := send(t, handler, reviewOf(t, "argoproj.io", "applications", "", "UPDATE", "web", "bob", application, nil))
		switch {
		case answer.Allowed != (test.says == ""):
			t.Errorf("%s: %s: allowed %t", name, test.reason, answer.Allowed)
		case !answer.Allowed && !strings.Contains(answer.Result.Message, test.says):
			t.Errorf("%s: %s: %s", name, test.reason, answer.Result.Message)
		}
	}
}
