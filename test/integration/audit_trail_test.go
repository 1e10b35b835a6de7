// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

package integration

import (
	"bytes"
	"context"
	"encoding/json"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/countersign-dev/countersign/api/v1alpha1"
	"github.com/countersign-dev/countersign/internal/audit"
)

// events are all of the operator's audit trail. A line that is none fails the test.
func events(t *testing.T) []audit.Event {
	t.Helper()
	lines, err := os.ReadFile(manager.AuditLogFile())
	if err != nil {
		t.Fatal(err)
	}
	var all []audit.Event
	for line := range bytes.Lines(lines) {
		var event audit.Event
		decoder := json.NewDecoder(bytes.NewReader(line))
		decoder.DisallowUnknownFields()
		if err := decoder.Decode(&event); err != nil {
			t.Fatalf("a line of the audit trail is no event: %v\n%s", err, line)
		}
		all = append(all, event)
	}
	return all
}

// awaitEvent waits until the audit trail has a line of a kind.
func awaitEvent(t *testing.T, reason string, match func(audit.Event) bool) audit.Event {
	t.Helper()
	var found audit.Event
	eventually(t, func(context.Context) string {
		all := events(t)
		if i := slices.IndexFunc(all, match); i >= 0 {
			found = all[i]
			return ""
		}
		return "the audit trail to say: " + reason
	})
	return found
}

// TestNothingLeaks: what a change carries is between those who may read it. Neither the audit trail nor the log has any
// of it, whatever became of the change.
func TestNothingLeaks(t *testing.T) {
	const canary = "canary-5f1c0b7e"
	s := newShop(t)
	developer := s.developer(t)
	s.bringIn(t, deploying(developer, s.release("checkout", canary)))
	deployment := s.deployment("checkout")
	deployment.Spec.Template.Spec.Containers[0].Command = []string{"sh", "-c", canary}
	deployment.Spec.Template.Annotations = map[string]string{"example.com/token": canary}
	s.turnedAway(t, deploying(developer, deployment))
	goesThrough(t, "a dry-run", deploying(client.NewDryRunClient(developer), deployment))
	long := s.release("checkout", strings.Repeat(canary, v1alpha1.MaxContentBytes/10))
	s.refusedForGood(t, deploying(developer, long), "256 KiB")
	broken := s.asking(t, s.release("cart", canary))
	broken.Spec.Change.Content.Raw = []byte(`["` + canary + `"]`)
	denied(t, developer.Create(t.Context(), broken), "spec.change.content")
	s.quota(t, "count/promotionrequests.countersign.dev", "0")
	if err := deploying(developer, s.release("checkout", canary+"-3"))(t.Context()); err == nil {
		t.Error("want an error: no request can be opened")
	}
	config, err := cluster.Bot(t.Context(), s.bots, "ci")
	if err != nil {
		t.Fatal(err)
	}
	if err := deploying(clientFor(t, config), s.release("checkout", canary+"-4"))(t.Context()); err == nil {
		t.Error("want an error: no request can be opened")
	}
	for _, file := range []string{manager.AuditLogFile(), manager.LogFile()} {
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		for name, secret := range map[string]string{"content": canary, "a token": config.BearerToken} {
			if bytes.Contains(text, []byte(secret)) {
				t.Errorf("%s has %s", file, name)
			}
		}
		if !bytes.Contains(text, []byte(s.namespace)) {
			t.Errorf("%s knows nothing of %s", file, s.namespace)
		}
	}
}

// TestTrailIsWhole: what happens to a change is in the audit trail once, from the first try to the entry.
func TestTrailIsWhole(t *testing.T) {
	s := newShop(t)
	deploy := deploying(s.developer(t), s.deployment("checkout"))
	request := s.turnedAway(t, deploy)
	s.approve(t, request, bob)
	s.await(t, request.Name, v1alpha1.ReasonApproved)
	goesThrough(t, "bob approved", deploy)
	awaitEvent(t, "the entry", func(e audit.Event) bool { return e.Type == audit.Entry && e.Request == request.Name })
	var said []string
	for _, e := range events(t) {
		if e.Request == request.Name && e.Namespace == s.namespace {
			words := notEmpty(string(e.Type), e.Operation, e.Verdict, e.Rule, "by", e.Actor.Username)
			said = append(said, strings.Join(words, " "))
		}
	}
	want := []string{
		"RequestOpened Apply by " + alice, "Decision CREATE Denied by " + alice, "ApprovalRecorded Approve by " + bob,
		"Decision CREATE Allowed Approved by " + alice, "Entry Apply Approved by " + alice,
	}
	if diff := cmp.Diff(want, said); diff != "" {
		t.Errorf("the audit trail: -want, +said:\n%s", diff)
	}
}

func notEmpty(words ...string) []string {
	return slices.DeleteFunc(words, func(word string) bool { return word == "" })
}
