// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

package redteam

import (
	"context"
	"errors"

	"github.com/countersign-dev/countersign/hack/operator"
)

// toAnybody is tried where the operator asks for no certificate.
var toAnybody = []attack{
	{
		name: "Review in another's name, where no certificate is asked for", does: "leaves a request that bob did not make",
		as: both, deed: uncertified(pretended(false)), verdict: limit,
		limit: "Who reaches the webhooks' port can have requests opened in anybody's name",
		seen:  "`RequestOpened` in the audit trail, for a change that the API server's audit log does not have",
		trace: audited(`"RequestOpened"`, "bob@example.com", "$REQUEST"),
	},
}

// uncertified does a step while the operator asks nobody who calls for a certificate.
func uncertified(do step) step {
	return func(ctx context.Context, s *scene) error {
		options := s.options
		options.ClientCAFile = ""
		open, err := operator.New(s.cp, options)
		if err != nil {
			return err
		}
		if err := s.manager.Stop(ctx); err != nil {
			return err
		}
		started := open.Start(ctx)
		answer := error(nil)
		if started == nil {
			answer = do(ctx, s)
		}
		return errors.Join(answer, s.replaced(ctx, open, started))
	}
}
