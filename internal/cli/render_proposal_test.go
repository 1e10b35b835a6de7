// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

package cli

import (
	"errors"
	"testing"

	apiextensionsv1 "k8s.io/apiextensions-apiserver/pkg/apis/apiextensions/v1"

	"github.com/countersign-dev/countersign/api/v1alpha1"
)

// TestHeadline: of what routes traffic it is not said that it runs.
func TestHeadline(t *testing.T) {
	there := map[string]any{"spec": map[string]any{}}
	for name, tc := range map[string]struct {
		operation v1alpha1.ChangeOperation
		running   map[string]any
		unread    error
		want      string
	}{
		"New": {running: nil, want: "There is no such object now. What would be there:"},
		"Changed": {running: there, want: "What is there now is not what was there when this was asked for. Compared with " +
			"what is there now:"},
		"Unread": {unread: errors.New("no right"), want: "What is there now cannot be read (no right).\nThe whole of what " +
			"was asked for:"},
		"Delete": {operation: v1alpha1.OperationDelete, running: there,
			want: "The object would be deleted, and the way for its traffic with it."},
	} {
		p := proposal{running: tc.running, unread: tc.unread}
		p.request.Spec.Change = v1alpha1.Change{Operation: tc.operation, Resource: "services", Name: "web"}
		if got := headline(p); got != tc.want {
			t.Errorf("%s: got %q, want %q", name, got, tc.want)
		}
	}
}

// TestHeadlineOfOrphaning: whoever approves sees that what runs goes on, also where the object cannot be read.
func TestHeadlineOfOrphaning(t *testing.T) {
	p := proposal{unread: errors.New("no right")}
	p.request.Spec.Change = v1alpha1.Change{
		Operation: v1alpha1.OperationDelete, Group: "apps", Resource: "statefulsets", Name: "web",
		Content: apiextensionsv1.JSON{Raw: []byte(`{"metadata":{"finalizers":["orphan"]},"spec":{}}`)},
	}
	const want = "The object alone would be deleted. What was made of it would stay and run on, with nothing that " +
		"manages it."
	if got := headline(p); got != want {
		t.Errorf("got %q, want %q", got, want)
	}
	if got := change(p.request.Spec.Change); got != "delete statefulsets/web alone" {
		t.Errorf("in a list: %q", got)
	}
}

// TestHeadlineOfCustomKinds: nobody knows whether one runs, and an order is no content.
func TestHeadlineOfCustomKinds(t *testing.T) {
	for operation, want := range map[v1alpha1.ChangeOperation]string{
		v1alpha1.OperationApply:  "There is no such object now. What would be there:",
		v1alpha1.OperationDelete: "The object would be deleted. There is none now.",
		v1alpha1.OperationOrder:  "Its controller would take these orders from its status:",
	} {
		p := proposal{}
		p.request.Spec.Change = v1alpha1.Change{
			Operation: operation, Group: "argoproj.io", Resource: "rollouts", Name: "web",
		}
		if got := headline(p); got != want {
			t.Errorf("%s: got %q, want %q", operation, got, want)
		}
	}
}

// TestHeadlineOfBaseline: that something runs already is taken from what runs, whatever the request says of it.
func TestHeadlineOfBaseline(t *testing.T) {
	const runs = "This runs already, and no record says how it entered. The whole of it:"
	baseline := *request(t, deployment("checkout:2"), deployment("checkout:2"))
	content, err := contentOf(baseline.Spec.Change)
	if err != nil {
		t.Fatal(err)
	}
	other, err := contentOf(request(t, nil, deployment("checkout:1")).Spec.Change)
	if err != nil {
		t.Fatal(err)
	}
	for name, tc := range map[string]struct {
		reason string
		p      proposal
		want   bool
	}{
		"Runs":   {"it is what runs", proposal{request: baseline, running: content}, true},
		"Absent": {"nothing runs", proposal{request: baseline}, false},
		"Other":  {"something else runs", proposal{request: baseline, running: other}, false},
		"Unread": {"nobody could look", proposal{request: baseline, unread: errors.New("no right")}, false},
		"Change": {
			"it is asked for as a change",
			proposal{request: *request(t, nil, deployment("checkout:2")), running: content}, false,
		},
	} {
		if got := headline(tc.p); (got == runs) != tc.want {
			t.Errorf("%s: %s: got %q", name, tc.reason, got)
		}
	}
}
