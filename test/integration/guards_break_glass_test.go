// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

package integration

import (
	"encoding/json"
	"maps"
	"strings"
	"testing"

	corev1 "k8s.io/api/core/v1"

	"github.com/countersign-dev/countersign/api/v1alpha1"
)

// breakGlassGuard keeps the label that takes a namespace out of the gate, and what goes with it.
const breakGlassGuard = "countersign-break-glass"

// words are labels or annotations that a patch sets; nil takes one away.
type words map[string]any

func writing(t *testing.T, labels, annotations words) string {
	t.Helper()
	metadata := map[string]words{"annotations": annotations}
	if labels != nil {
		metadata["labels"] = labels
	}
	text, err := json.Marshal(map[string]any{"metadata": metadata})
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

// opening is what alice writes to open a gap, with other words where some are given.
func opening(t *testing.T, labels, annotations words) string {
	t.Helper()
	notes := words{
		v1alpha1.BreakGlassByAnnotation: alice, v1alpha1.BreakGlassReasonAnnotation: "INC-2291",
		v1alpha1.BreakGlassTimeAnnotation: "2026-09-14T16:05:07Z", v1alpha1.BreakGlassUntilAnnotation: "2026-09-14T17:05:07Z",
	}
	maps.Copy(notes, annotations)
	set := words{v1alpha1.BreakGlassLabel: "open"}
	maps.Copy(set, labels)
	return writing(t, set, notes)
}

// testBreakGlass: nobody but the group takes a namespace out of the gate, and the group does nothing else to it.
func (g guarded) testBreakGlass(t *testing.T) {
	g.namespace(t, "glass", "glass")
	g.namespace(t, "glass-free", "")
	member, both := g.as(t, alice, breakGlassGroup), g.as(t, alice, breakGlassGroup, administrators)
	ns := func() *corev1.Namespace { return namespaceIn("glass", "") }
	free := func() *corev1.Namespace { return namespaceIn("glass-free", "") }
	born := namespaceIn("glass-born", "glass")
	born.Labels[v1alpha1.BreakGlassLabel] = "open"
	opens, along := opening(t, nil, nil), opening(t, words{"team": "b"}, nil)
	tryAll(t, map[string]attempt{
		"Admin": {
			"it is for the group alone", patch(g.as(t, alice, administrators), ns(), "", opens), breakGlassGuard,
			"kubectl countersign break-glass glass --reason TEXT --as=" + alice + " --as-group=" + breakGlassGroup,
		},
		"NoEnvironment": {"there is no gate", patch(member, free(), "", opens), breakGlassGuard, "in no environment"},
		"Born":          {"a new namespace is no exception", creating(both, born), breakGlassGuard, "change of its own"},
		"ThroughStatus": {
			"labels can be written through status", patch(both, ns(), "status", opens), breakGlassGuard, "change of its own",
		},
		"OtherLabelAnyway": {
			"whatever else one may change", patch(both, ns(), "", along), breakGlassGuard, "change of its own",
		},
		"NotesAlone": {
			"a record of nothing", patch(g.admin(t), ns(), "", writing(t, nil, words{v1alpha1.BreakGlassByAnnotation: bob})),
			breakGlassGuard, "cannot be changed",
		},
		"Anything": {
			"the group may write namespaces for this alone", patch(member, ns(), "", annotated), breakGlassGuard,
			"change of its own",
		},
		"AnythingElsewhere": {
			"in no environment either", patch(member, namespaceIn("kube-system", ""), "", ofTeamB), breakGlassGuard, "",
		},
		"Operator": {
			"the operator opens nothing", patch(g.operator(t), ns(), "", opens), breakGlassGuard, "only the group",
		},
		"OperatorAnything": {"and changes nothing", patch(g.operator(t), free(), "", ofTeamB), breakGlassGuard, "of its own"},

		"AnythingByRight": {"who may update namespaces may", patch(both, free(), "", annotated), "", ""},
	})
	stoppedByBoth(t, "another role would hold there", patch(member, ns(), "", along))
	t.Run("Words", func(t *testing.T) { g.testBreakGlassWords(t, ns()) })
}

// stoppedByBoth checks that an attempt is stopped by this guard or the one that keeps labels; either may speak first.
func stoppedByBoth(t *testing.T, reason string, call try) {
	t.Helper()
	err := call(t.Context())
	if err == nil || !stoppedBy(err, breakGlassGuard) && !stoppedBy(err, environmentGuard) {
		t.Errorf("%s: want it stopped, got: %v", reason, err)
	}
}

// testBreakGlassWords: not without saying who, why and how long.
func (g guarded) testBreakGlassWords(t *testing.T, ns *corev1.Namespace) {
	member := g.as(t, alice, breakGlassGroup)
	attempts := map[string]attempt{}
	for name, notes := range map[string]words{
		"ByAnother": {v1alpha1.BreakGlassByAnnotation: bob}, "ByNobody": {v1alpha1.BreakGlassByAnnotation: nil},
		"NoReason": {v1alpha1.BreakGlassReasonAnnotation: nil}, "BlankReason": {v1alpha1.BreakGlassReasonAnnotation: " "},
		"TwoLines":   {v1alpha1.BreakGlassReasonAnnotation: "a\nb"},
		"LongReason": {v1alpha1.BreakGlassReasonAnnotation: strings.Repeat("a", 1025)},
		"NoTime":     {v1alpha1.BreakGlassTimeAnnotation: nil}, "NoUntil": {v1alpha1.BreakGlassUntilAnnotation: nil},
		"Yesterday": {v1alpha1.BreakGlassTimeAnnotation: "yesterday"},
		"NoMonth":   {v1alpha1.BreakGlassTimeAnnotation: "2026-99-14T16:05:07Z"},
		"TooLong":   {v1alpha1.BreakGlassUntilAnnotation: "2026-09-14T20:05:08Z"},
		"Backwards": {v1alpha1.BreakGlassUntilAnnotation: "2026-09-14T16:05:07Z"},
		"Ended":     {v1alpha1.BreakGlassEndedAnnotation: "2026-09-14T16:05:07Z"},
		"Recorded":  {v1alpha1.BreakGlassRecordedAnnotation: "2026-09-14T16:05:07Z"},
		"Before":    {v1alpha1.BreakGlassBeforeAnnotation: "it was bob"},
	} {
		attempts[name] = attempt{"it must say who, why and how long", patch(member, ns, "", opening(t, nil, notes)),
			breakGlassGuard, ""}
	}
	tryAll(t, attempts)
	tryAll(t, map[string]attempt{"All": {"now it does", patch(member, ns, "", opening(t, nil, nil)), "", ""}})
}
