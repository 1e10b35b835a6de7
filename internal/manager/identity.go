// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

package manager

import (
	"context"
	"fmt"
	"os"

	authenticationv1 "k8s.io/api/authentication/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	authenticationclient "k8s.io/client-go/kubernetes/typed/authentication/v1"
	"k8s.io/client-go/rest"
)

// identity is how the API server knows the operator.
type identity struct {
	// Username from which alone requests in others' names are accepted.
	Username string
	// Audiences of the API server that the operator's token is for; none where it logs in otherwise.
	Audiences []string
}

// whoAmI asks the API server.
func whoAmI(ctx context.Context, config *rest.Config) (identity, error) {
	client, err := authenticationclient.NewForConfig(config)
	if err != nil {
		return identity{}, fmt.Errorf("make a client: %w", err)
	}
	review, err := client.SelfSubjectReviews().Create(ctx, &authenticationv1.SelfSubjectReview{}, metav1.CreateOptions{})
	if err != nil {
		return identity{}, fmt.Errorf("ask the API server who the operator is: %w", err)
	}
	audiences, err := audiences(ctx, client, config)
	return identity{Username: review.Status.UserInfo.Username, Audiences: audiences}, err
}

// audiences are the API server's own, as it says of the operator's token.
func audiences(
	ctx context.Context, client *authenticationclient.AuthenticationV1Client, config *rest.Config,
) ([]string, error) {
	token := config.BearerToken
	if config.BearerTokenFile != "" {
		content, err := os.ReadFile(config.BearerTokenFile)
		if err != nil {
			return nil, fmt.Errorf("read the operator's token: %w", err)
		}
		token = string(content)
	}
	if token == "" {
		return nil, nil
	}
	review := &authenticationv1.TokenReview{Spec: authenticationv1.TokenReviewSpec{Token: token}}
	review, err := client.TokenReviews().Create(ctx, review, metav1.CreateOptions{})
	if err != nil {
		return nil, fmt.Errorf("ask the API server for its audiences: %w", err)
	}
	return review.Status.Audiences, nil
}
