// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

package cli

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/util/wait"
	"k8s.io/client-go/util/retry"

	"github.com/countersign-dev/countersign/api/v1alpha1"
)

const (
	// patience is how long a command waits for the operator to take notice.
	patience = 3 * time.Second
	// glance is how often it looks meanwhile.
	glance = 100 * time.Millisecond
)

// contention is how often, and after how long, to try again where somebody else decided at the same moment and took
// the number.
var contention = wait.Backoff{Steps: 6, Duration: 50 * time.Millisecond, Factor: 2, Jitter: 0.5}

// newApproval is a decision about exactly this request. Who decides is left to the API server, which knows; so is the
// name, which the operator numbers.
func newApproval(
	request v1alpha1.PromotionRequest, decision v1alpha1.ApprovalDecision, comment string,
) *v1alpha1.Approval {
	return &v1alpha1.Approval{
		ObjectMeta: metav1.ObjectMeta{Namespace: request.Namespace, GenerateName: request.Name + "-"},
		Spec: v1alpha1.ApprovalSpec{
			Request: v1alpha1.RequestReference{
				Name: request.Name, UID: string(request.UID), Digest: request.Spec.Change.Digest,
			},
			Decision: decision,
			Comment:  comment,
		},
	}
}

// record writes the decision down, and says what it has come to. It returns the request as it stands then.
func (a *app) record(ctx context.Context, s session, approval *v1alpha1.Approval) (v1alpha1.PromotionRequest, error) {
	made, err := s.create(ctx, approval)
	if err != nil {
		return v1alpha1.PromotionRequest{}, fmt.Errorf("decide about %s: %w", approval.Spec.Request.Name, err)
	}
	after, err := s.await(ctx, made.Spec.Request.Name, func(request v1alpha1.PromotionRequest) bool {
		return recordOf(request, made.Name) != nil
	})
	if err != nil {
		return after, fmt.Errorf("%s was recorded as %s, but what it has come to cannot be read: %w",
			made.Spec.Decision, made.Name, err)
	}
	return after, a.print(outcome(made, after))
}

func (s session) create(ctx context.Context, approval *v1alpha1.Approval) (v1alpha1.Approval, error) {
	var made v1alpha1.Approval
	err := retry.OnError(contention, contended, func() error {
		approval.DeepCopyInto(&made)
		return s.client.Create(ctx, &made)
	})
	if err != nil && contended(err) {
		err = problem{"others decide about " + approval.Spec.Request.Name + " at the same moment", "try again"}
	}
	return made, err
}

// contended tells whether somebody else was quicker. A refusal of the name is the same: the name was left out, and what
// was filled in is taken by now.
func contended(err error) bool {
	return apierrors.IsAlreadyExists(err) || apierrors.IsConflict(err) ||
		apierrors.IsForbidden(err) && strings.Contains(err.Error(), "metadata.name: must be ")
}

// await reads the request until the operator has noticed something, but not for longer than patience. What it returns
// may therefore not have it yet.
func (s session) await(
	ctx context.Context, name string, noticed func(v1alpha1.PromotionRequest) bool,
) (v1alpha1.PromotionRequest, error) {
	var last v1alpha1.PromotionRequest
	err := wait.PollUntilContextTimeout(ctx, glance, patience, true, func(context.Context) (bool, error) {
		request, err := s.request(ctx, name)
		if err != nil {
			return false, err
		}
		last = request
		return noticed(request), nil
	})
	if wait.Interrupted(err) && ctx.Err() == nil {
		err = nil
	}
	return last, err
}

// recordOf is what the operator says of a decision; nil while it has not said anything.
func recordOf(request v1alpha1.PromotionRequest, approval string) *v1alpha1.ApprovalRecord {
	for i := range request.Status.Approvals {
		if request.Status.Approvals[i].Name == approval {
			return &request.Status.Approvals[i]
		}
	}
	return nil
}

// sortByNumber puts decisions in the order in which they were made: -d2 before -d10.
func sortByNumber(approvals []v1alpha1.Approval) {
	slices.SortStableFunc(approvals, func(a, b v1alpha1.Approval) int {
		return cmp.Or(cmp.Compare(number(a.Name), number(b.Name)), cmp.Compare(a.Name, b.Name))
	})
}

func number(approval string) int {
	n, err := strconv.Atoi(approval[strings.LastIndexByte(approval, 'd')+1:])
	if err != nil {
		return 0
	}
	return n
}
