// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

package authority

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync/atomic"

	"golang.org/x/sync/errgroup"
	authenticationv1 "k8s.io/api/authentication/v1"
	authorizationv1 "k8s.io/api/authorization/v1"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/countersign-dev/countersign/internal/escalation"
)

const (
	// most is how many questions may be asked about one role.
	most = 1000
	// atOnce is how many are asked at the same time.
	atOnce = 16
)

// ErrTooMany says that a role reaches too far for its author to be asked about right by right.
var ErrTooMany = errors.New("too many rights in too many namespaces to be checked one by one")

// questions about one user, counted.
type questions struct {
	reviews client.Writer
	user    authenticationv1.UserInfo
	asked   atomic.Int64
}

// holds asks whether the user holds a right in a namespace; the empty one is all of them.
func (q *questions) holds(ctx context.Context, namespace string, right escalation.Right) (bool, error) {
	if q.asked.Add(1) > most {
		return false, ErrTooMany
	}
	resource, subresource, _ := strings.Cut(right.Resource, "/")
	extra := map[string]authorizationv1.ExtraValue{}
	for key, value := range q.user.Extra {
		extra[key] = authorizationv1.ExtraValue(value)
	}
	review := &authorizationv1.SubjectAccessReview{Spec: authorizationv1.SubjectAccessReviewSpec{
		User: q.user.Username, UID: q.user.UID, Groups: q.user.Groups, Extra: extra,
		ResourceAttributes: &authorizationv1.ResourceAttributes{
			Namespace: namespace, Verb: right.Verb, Group: right.Group, Version: "*", Resource: resource,
			Subresource: subresource, Name: right.Name,
		},
	}}
	if err := q.reviews.Create(ctx, review); err != nil {
		return false, fmt.Errorf("ask what %s holds: %w", q.user.Username, err)
	}
	return review.Status.Allowed, nil
}

// lacking are the rights that the user does not hold in a namespace.
func (q *questions) lacking(
	ctx context.Context, namespace string, rights []escalation.Right,
) ([]escalation.Right, error) {
	held := make([]bool, len(rights))
	group, ctx := errgroup.WithContext(ctx)
	group.SetLimit(atOnce)
	for i, right := range rights {
		group.Go(func() (err error) {
			held[i], err = q.holds(ctx, namespace, right)
			return err
		})
	}
	if err := group.Wait(); err != nil {
		return nil, err
	}
	var lacking []escalation.Right
	for i, right := range rights {
		if !held[i] {
			lacking = append(lacking, right)
		}
	}
	return lacking, nil
}
