// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

package environment_test

import (
	"testing"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/countersign-dev/countersign/api/v1alpha1"
	"github.com/countersign-dev/countersign/internal/environment"
)

func TestMatches(t *testing.T) {
	shop := map[string]string{v1alpha1.EnvironmentLabel: "production", "team": "shop"}
	unreadable := &metav1.LabelSelector{
		MatchExpressions: []metav1.LabelSelectorRequirement{{Key: "team", Operator: metav1.LabelSelectorOpIn}},
	}
	cases := map[string]struct {
		reason       string
		labels       map[string]string
		environments []v1alpha1.EnvironmentName
		selector     *metav1.LabelSelector
		want         bool
		wantErr      bool
	}{
		"Member": {
			reason: "the label makes it a member", labels: shop,
			environments: []v1alpha1.EnvironmentName{"staging", "production"}, want: true,
		},
		"OtherEnvironment": {
			reason: "another environment's namespace", labels: shop,
			environments: []v1alpha1.EnvironmentName{"staging"},
		},
		"NoLabel": {
			reason: "nothing but the label makes a member", labels: map[string]string{"environment": "production"},
			environments: []v1alpha1.EnvironmentName{"production"},
		},
		"EmptyLabel": {
			reason:       "the empty name is no environment, whatever the list says",
			labels:       map[string]string{v1alpha1.EnvironmentLabel: ""},
			environments: []v1alpha1.EnvironmentName{""},
		},
		"NoEnvironments": {
			reason: "no environments, no namespace", labels: shop,
		},
		"EmptySelector": {
			reason: "an empty selector selects all, as everywhere in Kubernetes", labels: shop,
			environments: []v1alpha1.EnvironmentName{"production"}, selector: &metav1.LabelSelector{}, want: true,
		},
		"Selected": {
			reason: "narrowed to this team", labels: shop, environments: []v1alpha1.EnvironmentName{"production"},
			selector: &metav1.LabelSelector{MatchLabels: map[string]string{"team": "shop"}}, want: true,
		},
		"NotSelected": {
			reason: "narrowed to another team", labels: shop, environments: []v1alpha1.EnvironmentName{"production"},
			selector: &metav1.LabelSelector{MatchLabels: map[string]string{"team": "billing"}},
		},
		"SelectorWidensNothing": {
			reason: "a selector cannot make a member", labels: map[string]string{"team": "shop"},
			environments: []v1alpha1.EnvironmentName{"production"},
			selector:     &metav1.LabelSelector{MatchLabels: map[string]string{"team": "shop"}},
		},
		"UnreadableSelector": {
			reason: "what cannot be read is not guessed", labels: shop,
			environments: []v1alpha1.EnvironmentName{"production"}, selector: unreadable, wantErr: true,
		},
		"UnreadableSelectorElsewhere": {
			reason: "whether it can be read does not depend on the namespace", labels: map[string]string{},
			environments: []v1alpha1.EnvironmentName{"production"}, selector: unreadable, wantErr: true,
		},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			got, err := environment.Matches(tc.labels, tc.environments, tc.selector)
			if got != tc.want || (err != nil) != tc.wantErr {
				t.Errorf("%s: got %t, %v; want %t, error %t", tc.reason, got, err, tc.want, tc.wantErr)
			}
		})
	}
}
