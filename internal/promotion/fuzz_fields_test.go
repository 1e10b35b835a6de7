// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

package promotion_test

import (
	"encoding/json"
	"testing"
	"time"

	"github.com/countersign-dev/countersign/api/v1alpha1"
	"github.com/countersign-dev/countersign/internal/promotion"
)

// fields are all that somebody can write that a decision goes by.
type fields struct {
	Policies    []v1alpha1.PromotionPolicy  `json:"policies"`
	Roles       []v1alpha1.PipelineRole     `json:"roles"`
	Attempts    []promotion.Attempt         `json:"attempts"`
	Sources     []v1alpha1.PromotionRequest `json:"sources"`
	Freeze      *v1alpha1.Freeze            `json:"freeze"`
	Emergencies []v1alpha1.Emergency        `json:"emergencies"`
	Unreviewed  []v1alpha1.PromotionRequest `json:"unreviewed"`
	Change      promotion.Change            `json:"change"`
	Labels      map[string]string           `json:"labels"`
}

// longestDecision is what no decision takes, by far.
const longestDecision = 5 * time.Second

// FuzzFields : whatever is in the fields of our kinds, more than the API server accepts included, there is a decision
// and a message, soon, and it lets in nothing that the deployer alone speaks for.
func FuzzFields(f *testing.F) {
	for i := range uint64(40) {
		c := newAuthor(i).story()
		text, err := json.Marshal(fields{
			c.Policies, c.Roles, c.Attempts, c.Sources, c.Freeze, c.Emergencies, c.Unreviewed, c.Change, c.Environment.Labels,
		})
		if err != nil {
			f.Fatal(err)
		}
		f.Add(text)
	}
	f.Add([]byte(`{"policies":[{"spec":{"environment":"production","namespaceSelector":{"matchExpressions":[{}]},` +
		`"windows":[{"schedule":"x","timeZone":"y"}],"approvals":[{"count":-1}]}}]}`))
	f.Fuzz(func(t *testing.T, text []byte) {
		var said fields
		if len(text) > 1<<16 || json.Unmarshal(text, &said) != nil {
			return
		}
		c := story()
		c.Policies, c.Roles, c.Attempts, c.Sources = said.Policies, said.Roles, said.Attempts, said.Sources
		c.Freeze, c.Emergencies, c.Unreviewed, c.Change = said.Freeze, said.Emergencies, said.Unreviewed, said.Change
		c.Environment.Labels = said.Labels
		begin := time.Now()
		decision := promotion.Evaluate(c, noon)
		promotion.Denial(c, decision, promotion.Standing{})
		promotion.Warning(c, decision)
		for _, attempt := range c.Attempts {
			promotion.Records(c, attempt, noon)
		}
		if took := time.Since(begin); took > longestDecision {
			t.Fatalf("a decision took %s", took)
		}
		if decision.Rule == promotion.RuleApproved && !decidedByAnother(c) {
			t.Fatalf("approved by nobody else: %s", text)
		}
	})
}

// decidedByAnother tells whether anybody but the requester has approved anything.
func decidedByAnother(c promotion.Case) bool {
	for _, attempt := range c.Attempts {
		for _, decision := range attempt.Decisions {
			if decision.Spec.Decision == v1alpha1.DecisionApprove &&
				decision.Spec.Approver.Username != attempt.Request.Spec.Requester.Username {
				return true
			}
		}
	}
	return false
}
