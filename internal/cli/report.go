// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

package cli

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/spf13/cobra"

	"github.com/countersign-dev/countersign/api/v1alpha1"
)

const reportHelp = `Report what policies that only warn or audit would have stopped: whose changes entered although a
policy was not met, which, and what they lacked. If you enforced today, these people would have been turned away.

It goes by the records of entries, the PromotionRequests of rule NotEnforced.`

const reportExample = `  # This week, in the namespaces of all environments
  kubectl countersign report -A

  # Since yesterday, in one namespace
  kubectl countersign report -n shop-staging --since 24h`

// week is how far a report looks back.
const week = 7 * 24 * time.Hour

func newReport(a *app) *cobra.Command {
	var everywhere bool
	since := week
	cmd := &cobra.Command{
		Use:     "report",
		Short:   "Report what would have been stopped, if policies were enforced",
		Long:    reportHelp,
		Example: reportExample,
		Args:    cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			s, err := a.hereOr(everywhere)
			if err != nil {
				return err
			}
			return a.report(cmd.Context(), s, since)
		},
	}
	cmd.Flags().BoolVarP(&everywhere, "all-namespaces", "A", false, "report on all namespaces")
	cmd.Flags().DurationVar(&since, "since", week, "how far to look back")
	return cmd
}

func (a *app) report(ctx context.Context, s session, since time.Duration) error {
	from := a.Now().Add(-since)
	tally := map[unenforced]*stopped{}
	total := 0
	err := s.each(ctx, func(request v1alpha1.PromotionRequest) {
		admission := request.Status.Admission
		if admission == nil || admission.Time.Time.Before(from) {
			return
		}
		total++
		if admission.Rule == v1alpha1.EntryRuleNotEnforced {
			count(tally, request)
		}
	})
	if err != nil {
		return err
	}
	return a.print(renderReport(tally, total, from))
}

// unenforced is who would have been turned away, from where.
type unenforced struct{ environment, deployer string }

// stopped is what of theirs.
type stopped struct {
	times   int
	changes []string
	lacking []string
}

func count(tally map[unenforced]*stopped, request v1alpha1.PromotionRequest) {
	key := unenforced{string(request.Spec.Environment), request.Status.Admission.Deployer.Username}
	if tally[key] == nil {
		tally[key] = &stopped{}
	}
	entry := tally[key]
	entry.times++
	entry.changes = append(entry.changes, request.Namespace+"/"+change(request.Spec.Change))
	entry.lacking = append(entry.lacking, request.Status.Admission.Unmet...)
}

// renderReport lists the most often stopped first.
func renderReport(tally map[unenforced]*stopped, total int, from time.Time) string {
	if len(tally) == 0 {
		return fmt.Sprintf("Nothing would have been stopped since %s, of %d entries.\n", from.UTC().Format(time.RFC3339),
			total)
	}
	keys := make([]unenforced, 0, len(tally))
	times := 0
	for key, entry := range tally {
		keys = append(keys, key)
		times += entry.times
	}
	slices.SortFunc(keys, func(a, b unenforced) int {
		return cmp.Or(cmp.Compare(tally[b].times, tally[a].times), cmp.Compare(a.environment, b.environment),
			cmp.Compare(a.deployer, b.deployer))
	})
	var t table
	t.add("ENVIRONMENT", "DEPLOYER", "TIMES", "CHANGES", "LACKED")
	for _, key := range keys {
		entry := tally[key]
		t.add(safe(key.environment), safe(key.deployer), fmt.Sprint(entry.times), few(entry.changes), few(entry.lacking))
	}
	return fmt.Sprintf("Enforced, %d of %d entries since %s would have been stopped:\n\n%s", times, total,
		from.UTC().Format(time.RFC3339), t.String())
}

// shown is how many of a list one cell names.
const shown = 3

// few of them, each once.
func few(all []string) string {
	slices.Sort(all)
	all = slices.Compact(all)
	more := ""
	if len(all) > shown {
		more = fmt.Sprintf(", and %d more", len(all)-shown)
	}
	return safe(list(all[:min(len(all), shown)])) + more
}
