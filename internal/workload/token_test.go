// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

package workload_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"
	"k8s.io/apimachinery/pkg/runtime/schema"

	"github.com/countersign-dev/countersign/internal/workload"
)

const (
	tokenType = `type: kubernetes.io/service-account-token`
	asked     = `{` + tokenType + `, metadata: {annotations: {kubernetes.io/service-account.name: ci}}}`
	askedUID  = `{` + tokenType + `, metadata: {annotations: {kubernetes.io/service-account.name: ci,
  kubernetes.io/service-account.uid: u}}}`
)

func TestTokenAccount(t *testing.T) {
	for name, test := range map[string]struct {
		reason, object string
		resource       schema.GroupResource
		want           string
		is             bool
	}{
		"Token":    {"by its type and its annotation", asked, secrets, "ci", true},
		"Nameless": {"no API server stores it, and it is one", `{` + tokenType + `}`, secrets, "", true},
		"Named": {"the annotation alone does nothing",
			`{metadata: {annotations: {kubernetes.io/service-account.name: ci}}}`, secrets, "", false},
		"Opaque":    {"another type", `{type: Opaque}`, secrets, "", false},
		"ConfigMap": {"it has no type", asked, resourceNamed("configmaps"), "", false},
		"Elsewhere": {"nor does another group's Secret", asked, resourceNamed("secrets.example.com"), "", false},
	} {
		got, is := workload.TokenAccount(test.resource, decode(t, test.object))
		if got != test.want || is != test.is {
			t.Errorf("%s: %s: %q, %t", name, test.reason, got, is)
		}
	}
}

// TestContentsOfToken: a stored Secret may have been let in before Kubernetes wrote a token into it, and with what a
// person wrote there it is another.
func TestContentsOfToken(t *testing.T) {
	const stored = `{` + tokenType + `, metadata: {name: a, labels: {b: c}, annotations: {d: e,
  kubernetes.io/service-account.name: ci, kubernetes.io/service-account.uid: u}},
  data: {token: t, ca.crt: c, namespace: n}}`
	for name, test := range map[string]struct {
		reason, stored, asked string
		may                   bool
	}{
		"Asked":    {"all else was written later", stored, asked, true},
		"AskedUID": {"the token was written later", stored, askedUID, true},
		"AsItIs":   {"it may have been restored", stored, stored, true},
		"NoUID": {"the UID was written later", stored, `{` + tokenType + `, metadata: {annotations: {
  kubernetes.io/service-account.name: ci}}, data: {token: t, ca.crt: c, namespace: n}}`, true},
		"Other": {"another account", stored, `{` + tokenType + `, metadata: {annotations: {
  kubernetes.io/service-account.name: admin}}}`, false},
		"OtherUID": {"another account of the name", stored, `{` + tokenType + `, metadata: {annotations: {
  kubernetes.io/service-account.name: ci, kubernetes.io/service-account.uid: v}}}`, false},
		"OtherToken": {"a token is not there by itself", stored, `{` + tokenType + `, metadata: {annotations: {
  kubernetes.io/service-account.name: ci}}, data: {token: mine}}`, false},
		"More": {"a person wrote it, before or after", `{` + tokenType + `, metadata: {annotations: {
  kubernetes.io/service-account.name: ci}}, data: {token: t, more: m}}`, asked, false},
		"MoreAsked": {"a person wrote it before", `{` + tokenType + `, metadata: {annotations: {
  kubernetes.io/service-account.name: ci}}, data: {token: t, more: m}}`, `{` + tokenType + `, metadata: {annotations: {
  kubernetes.io/service-account.name: ci}}, data: {more: m}}`, true},
		"NotYet":   {"nothing is written yet", asked, asked, true},
		"Nameless": {"what no API server stores is as it is", `{` + tokenType + `}`, `{` + tokenType + `}`, true},
		"Opaque":   {"nobody writes into it", `{type: Opaque, data: {token: t}}`, `{type: Opaque}`, false},
	} {
		contents, err := workload.Contents(secrets, decode(t, test.stored))
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		may := false
		for _, one := range contents {
			may = may || cmp.Equal(one, content(t, secrets, decode(t, test.asked)))
		}
		if may != test.may {
			t.Errorf("%s: %s: %v", name, test.reason, contents)
		}
	}
}

// TestContentsAreCopies: to read what it may have been leaves the content that it is.
func TestContentsAreCopies(t *testing.T) {
	object := decode(t, `{`+tokenType+`, metadata: {annotations: {kubernetes.io/service-account.uid: u}},
  data: {token: t}}`)
	contents, err := workload.Contents(secrets, object)
	if diff := cmp.Diff(content(t, secrets, object), contents[len(contents)-1]); err != nil || diff != "" {
		t.Errorf("%v, -want, +got:\n%s", err, diff)
	}
}
