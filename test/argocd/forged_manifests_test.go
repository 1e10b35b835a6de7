// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

//go:build argocd

package argocd

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	appsv1 "k8s.io/api/apps/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
)

// TestForgedManifests: while alice's Application syncs, bob has another one sync what he sends. Argo CD applies that as
// the account that it applies hers as, so it must not say that it is hers: bob would approve it as alice's.
func TestForgedManifests(t *testing.T) {
	t.Parallel()
	e := newEnvironment(t, "forged-manifests")
	other := e.name + "-other"
	release(t, dave, e.name, "v1")
	apply(t, e.name, e.name, e.name, map[string]any{"retry": map[string]any{"limit": int64(20)}})
	release(t, dave, other, "v1")
	apply(t, other, e.name, e.name, nil)
	ask(t, argoAlice, e.name)
	e.awaitRequest(t)
	send := func(of string) error {
		return inArgoCD(t, argoBob).Sync(t.Context(), other, map[string]any{"manifests": []string{e.sentAs(t, of)}})
	}
	for of, why := range map[string]string{e.name: "is part of argocd/" + e.name, "": "says of no Application"} {
		if err := send(of); err == nil || !strings.Contains(err.Error(), why) {
			t.Errorf("as part of %q: %v", of, err)
		}
	}
	if err := send(other); err != nil {
		t.Fatal(err)
	}
	awaitPhase(t, other, "Failed")
	request := e.requestFor(t, "registry.example.com/"+e.name+":evil")
	if got := askerOf(request); got.Username == argoAlice {
		t.Errorf("what bob sent is asked for by %+v", got)
	}
}

// sentAs is another Deployment of the name that the environment has, which says that it is part of an Application.
func (e environment) sentAs(t *testing.T, application string) string {
	t.Helper()
	object := deployment(e.name, e.name, "evil")
	object.TypeMeta = metav1.TypeMeta{APIVersion: appsv1.SchemeGroupVersion.String(), Kind: "Deployment"}
	if application != "" {
		object.Annotations = map[string]string{
			"argocd.argoproj.io/tracking-id": fmt.Sprintf("%s:apps/Deployment:%s/%s", application, e.name, e.name),
		}
	}
	text, err := json.Marshal(object)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}
