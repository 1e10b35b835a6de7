// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

package cli

import (
	"fmt"
	"testing"
	"time"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/countersign-dev/countersign/api/v1alpha1"
)

// letIn adds how the request's change was let in, some time before now.
func letIn(
	r *v1alpha1.PromotionRequest, rule v1alpha1.EntryRule, deployer string, age time.Duration, unmet ...string,
) *v1alpha1.PromotionRequest {
	r.Status.Admission = &v1alpha1.Admission{
		Time: metav1.NewTime(now.Add(-age)), Rule: rule, Unmet: unmet,
		Deployer: v1alpha1.UserReference{Username: deployer},
	}
	return r
}

func TestReport(t *testing.T) {
	made := 0
	entry := func(rule v1alpha1.EntryRule, deployer string, age time.Duration, unmet ...string) client.Object {
		made++
		r := request(t, nil, deployment(fmt.Sprintf("checkout:%d", made)))
		return letIn(r, rule, deployer, age, unmet...)
	}
	const bot = "system:serviceaccount:cicd:checkout-ci"
	objects := []client.Object{
		entry(v1alpha1.EntryRuleNotEnforced, "alice@example.com", time.Hour, missingOne),
		entry(v1alpha1.EntryRuleNotEnforced, bot, 2*time.Hour, missingOne),
		entry(v1alpha1.EntryRuleNotEnforced, bot, 3*time.Hour, missingOne, "image busybox:1 is not named by digest"),
		entry(v1alpha1.EntryRuleNotEnforced, bot, 8*24*time.Hour, missingOne),
		entry(v1alpha1.EntryRuleApproved, "alice@example.com", time.Hour),
		request(t, nil, deployment("checkout:new")),
	}
	for name, tc := range map[string]struct {
		objects []client.Object
		args    []string
	}{
		"Week":       {objects, []string{"report"}},
		"Everywhere": {objects, []string{"report", "-A", "--since", "90m"}},
		"Nothing":    {objects[4:], []string{"report"}},
	} {
		t.Run(name, func(t *testing.T) {
			b := bench{objects: tc.objects}
			got := b.run(t, tc.args...)
			golden(t, "report-"+name, got.Out+got.Err)
			if got.Code != exitOK {
				t.Errorf("exit code %d: a report is no failure", got.Code)
			}
		})
	}
}
