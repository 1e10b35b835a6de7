// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

package cli

import (
	"context"
	"fmt"

	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/countersign-dev/countersign/api/v1alpha1"
	"github.com/countersign-dev/countersign/internal/index"
	"github.com/countersign-dev/countersign/internal/promotion"
)

// session is one connection to the API server, as the caller, in one namespace.
type session struct {
	client    client.Client
	namespace string
}

// in is the same connection in another namespace.
func (s session) in(namespace string) session {
	s.namespace = namespace
	return s
}

// pageSize keeps the answers of the API server small: each request carries the content it asks for.
const pageSize = 100

// each visits the requests of the namespace; of all namespaces if it is empty.
func (s session) each(ctx context.Context, visit func(v1alpha1.PromotionRequest)) error {
	var page v1alpha1.PromotionRequestList
	for {
		err := s.client.List(ctx, &page, client.InNamespace(s.namespace), client.Limit(pageSize),
			client.Continue(page.Continue))
		if err != nil {
			return fmt.Errorf("list requests: %w", err)
		}
		for i := range page.Items {
			visit(page.Items[i])
		}
		if page.Continue == "" {
			return nil
		}
	}
}

// request reads one request live, by its whole name.
func (s session) request(ctx context.Context, name string) (v1alpha1.PromotionRequest, error) {
	var request v1alpha1.PromotionRequest
	err := s.client.Get(ctx, client.ObjectKey{Namespace: s.namespace, Name: name}, &request)
	return request, err
}

// decisions about a request, oldest first.
func (s session) decisions(ctx context.Context, request v1alpha1.PromotionRequest) ([]v1alpha1.Approval, error) {
	var list v1alpha1.ApprovalList
	err := s.client.List(ctx, &list, client.InNamespace(request.Namespace),
		client.MatchingFields{index.ApprovalByRequest: request.Name})
	if err != nil {
		return nil, fmt.Errorf("list the decisions about %s: %w", request.Name, err)
	}
	sortByNumber(list.Items)
	return list.Items, nil
}

// ended tells whether nothing can enter by the request any more.
func ended(request v1alpha1.PromotionRequest) bool {
	return promotion.Ended(promotion.Attempt{Request: request})
}
