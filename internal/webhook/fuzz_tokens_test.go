// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

package webhook

import (
	"bytes"
	"context"
	"encoding/json"
	"slices"
	"testing"

	"github.com/go-logr/logr"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	testingclock "k8s.io/utils/clock/testing"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/countersign-dev/countersign/api/v1alpha1"
	"github.com/countersign-dev/countersign/internal/audit"
)

// bots reads one role, with bot ci of namespace shop, and writes down who was seen.
type bots struct {
	client.Reader

	seen []string
}

func (*bots) List(_ context.Context, list client.ObjectList, _ ...client.ListOption) error {
	if roles, ok := list.(*v1alpha1.PipelineRoleList); ok {
		role := managers()
		role.Spec.Bots = []v1alpha1.Bot{{Namespace: "shop", Name: "ci", MaxTokenSeconds: 900, Audiences: []string{"vault"}}}
		roles.Items = []v1alpha1.PipelineRole{role}
	}
	return nil
}

func (b *bots) Saw(_ context.Context, username string) { b.seen = append(b.seen, username) }

// FuzzTokens : whatever is asked for, a bot gets no token beyond its role, and nobody else is kept from one. Who gets
// one is seen, and what a bot asked for is on record.
func FuzzTokens(f *testing.F) {
	for _, spec := range []string{
		`{}`, `{"expirationSeconds":900}`, `{"expirationSeconds":901}`, `{"audiences":["vault"]}`, `{"audiences":["api"]}`,
		`{"audiences":["vault","api"],"expirationSeconds":1}`, `{"audiences":1}`, `{"expirationSeconds":1e3}`, `null`,
	} {
		f.Add("ci", "alice", []byte(`{"spec":`+spec+`}`))
		f.Add("default", "alice", []byte(`{"spec":`+spec+`}`))
	}
	f.Fuzz(func(t *testing.T, name, user string, object []byte) {
		if !json.Valid(object) {
			return
		}
		var trail bytes.Buffer
		reader := &bots{}
		answer := send(t, Tokens{
			Roles: reader, Uses: reader, APIAudiences: []string{"api"},
			Audit: audit.New(testingclock.NewFakePassiveClock(noon), logr.Discard(), &trail),
		}, reviewOf(t, "", "serviceaccounts", "token", "CREATE", name, user, object, nil))
		unread := len(answer.Warnings) > 0
		switch tooMuch := beyondBot(object); {
		case name != "ci" && (!answer.Allowed || trail.Len() > 0 || len(reader.seen) > 0):
			t.Fatalf("%q is no bot: %v, %s", name, answer, trail.String())
		case name != "ci" || unread:
		case answer.Allowed == tooMuch || trail.Len() == 0:
			t.Fatalf("allowed %t: %s\n%s", answer.Allowed, object, trail.String())
		case answer.Allowed != slices.Equal(reader.seen, []string{"system:serviceaccount:shop:ci"}):
			t.Fatalf("seen: %v", reader.seen)
		}
	})
}

// beyondBot tells whether a token is more than the bot may have.
func beyondBot(object []byte) bool {
	content, err := decode(object)
	if err != nil {
		return false
	}
	seconds, _, err := unstructured.NestedFieldNoCopy(content, "spec", "expirationSeconds")
	if err != nil {
		return false
	}
	if whole, ok := seconds.(int64); ok && whole > 900 {
		return true
	}
	if fraction, ok := seconds.(float64); ok && fraction >= 901 {
		return true
	}
	audiences, _, err := unstructured.NestedSlice(content, "spec", "audiences")
	return err == nil && slices.ContainsFunc(audiences, func(audience any) bool { return audience != "vault" })
}
