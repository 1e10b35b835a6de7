// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

package cli

import (
	"bufio"
	"context"
	"fmt"
	"strings"

	"github.com/countersign-dev/countersign/api/v1alpha1"
)

// present shows what the decision is about. What does not have the digest it names cannot be approved.
func (d *deciding) present(ctx context.Context, s session, requests []v1alpha1.PromotionRequest) error {
	for _, request := range requests {
		if d.decision == v1alpha1.DecisionApprove {
			if err := verifyDigest(request); err != nil {
				return err
			}
		}
		p, err := s.propose(ctx, request)
		if err != nil {
			return err
		}
		text, err := renderProposal(p, d.app.Now())
		if err != nil {
			return err
		}
		if err := d.app.print(text + "\n"); err != nil {
			return err
		}
	}
	return nil
}

func (d *deciding) confirm(ctx context.Context, requests int) error {
	if !d.asks() {
		return nil
	}
	question := d.question
	if requests > 1 {
		question = fmt.Sprintf("%s all %d", d.question, requests)
	}
	sure, err := d.app.ask(ctx, question+"?")
	if err == nil && !sure {
		err = problem{what: "nothing was decided, because you did not say yes"}
	}
	return err
}

// ask puts a question to whoever sits at the terminal, and takes anything but yes for no.
func (a *app) ask(ctx context.Context, question string) (bool, error) {
	if _, err := fmt.Fprintf(a.ErrOut, "%s [y/N] ", question); err != nil {
		return false, err
	}
	answers := make(chan string, 1)
	go func() {
		scanner := bufio.NewScanner(a.In)
		scanner.Scan()
		answers <- scanner.Text()
	}()
	select {
	case <-ctx.Done():
		return false, ctx.Err()
	case answer := <-answers:
		return yes(answer), nil
	}
}

func yes(answer string) bool {
	answer = strings.ToLower(strings.TrimSpace(answer))
	return answer == "y" || answer == "yes"
}
