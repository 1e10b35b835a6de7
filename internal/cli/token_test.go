// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

package cli

import (
	"context"
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	authenticationv1 "k8s.io/api/authentication/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"sigs.k8s.io/controller-runtime/pkg/client"
	"sigs.k8s.io/controller-runtime/pkg/client/interceptor"

	"github.com/countersign-dev/countersign/api/v1alpha1"
)

const (
	secretToken = "the-token"
	apiAudience = "https://kubernetes.default.svc"
)

// issuing is an API server that issues tokens, or refuses to. What was asked for is kept.
func issuing(asked *authenticationv1.TokenRequestSpec, failure error) interceptor.Funcs {
	return interceptor.Funcs{SubResourceCreate: func(
		_ context.Context, _ client.Client, _ string, _, sub client.Object, _ ...client.SubResourceCreateOption,
	) error {
		request, ok := sub.(*authenticationv1.TokenRequest)
		if !ok {
			return errors.New("something else than a token was asked for")
		}
		*asked = request.Spec
		if len(request.Spec.Audiences) == 0 {
			request.Spec.Audiences = []string{apiAudience}
		}
		if failure == nil {
			request.Status.Token = secretToken
			life := time.Duration(*request.Spec.ExpirationSeconds) * time.Second
			request.Status.ExpirationTimestamp = metav1.NewTime(now.Add(life))
		}
		return failure
	}}
}

func rolesOfBots() []client.Object {
	ci := role("checkout-ci")
	ci.Spec.Bots = []v1alpha1.Bot{
		{Name: "ci", Namespace: "cicd", Owner: "checkout\x1b-team", MaxTokenSeconds: 3600},
		{Name: "vault", Namespace: "cicd", Owner: "a-team", MaxTokenSeconds: 900, Audiences: []string{"vault"}},
		{Name: "twin", Namespace: "cicd", Owner: "a-team", MaxTokenSeconds: 600},
		{Name: "twin", Namespace: "other", Owner: "b-team", MaxTokenSeconds: 600},
	}
	return []client.Object{ci, role("people")}
}

func TestToken(t *testing.T) {
	accounts := schema.GroupResource{Resource: "serviceaccounts"}
	for name, tc := range map[string]struct {
		args    []string
		failure error
		want    authenticationv1.TokenRequestSpec
	}{
		"Default":  {args: []string{"checkout-ci/ci"}, want: tokenSpec(3600)},
		"Shorter":  {args: []string{"checkout-ci/ci", "--duration", "15m"}, want: tokenSpec(900)},
		"Longer":   {args: []string{"checkout-ci/ci", "--duration", "1h1s"}},
		"Audience": {args: []string{"checkout-ci/vault"}, want: tokenSpec(900, "vault")},
		"OtherAudience": {
			args: []string{"checkout-ci/ci", "--audience", "a\u202e", "--audience", "b"},
			want: tokenSpec(3600, "a\u202e", "b"),
		},
		"Twin":      {args: []string{"checkout-ci/other/twin"}, want: tokenSpec(600)},
		"WhichTwin": {args: []string{"checkout-ci/twin"}},
		"NoSuchBot": {args: []string{"checkout-ci/nobody"}},
		"NoBots":    {args: []string{"people/ci"}},
		"NoRole":    {args: []string{"nothing/ci"}},
		"NoSlash":   {args: []string{"ci"}},
		"NotMade": {
			args: []string{"checkout-ci/ci"}, failure: apierrors.NewNotFound(accounts, "ci"), want: tokenSpec(3600),
		},
		"Refused": {
			args: []string{"checkout-ci/ci"}, want: tokenSpec(3600),
			failure: refused(metav1.StatusReasonForbidden, `serviceaccounts "ci" is forbidden: User "bob" cannot create …`),
		},
	} {
		t.Run(name, func(t *testing.T) {
			var asked authenticationv1.TokenRequestSpec
			b := bench{objects: rolesOfBots(), calls: issuing(&asked, tc.failure)}
			got := b.run(t, append([]string{"token"}, tc.args...)...)
			golden(t, "token-"+name, "stdout:\n"+got.Out+"stderr:\n"+got.Err)
			if diff := cmp.Diff(tc.want, asked); diff != "" {
				t.Errorf("asked for (-want +got):\n%s", diff)
			}
			if strings.Contains(got.Err, secretToken) {
				t.Error("stderr holds the token")
			}
		})
	}
}

func tokenSpec(seconds int64, audiences ...string) authenticationv1.TokenRequestSpec {
	return authenticationv1.TokenRequestSpec{ExpirationSeconds: &seconds, Audiences: audiences}
}
