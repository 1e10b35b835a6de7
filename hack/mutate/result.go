// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

package main

import (
	"context"
	"fmt"
	"io"
	"os"
	"slices"
	"sync"
)

// result of a package.
type result struct {
	dir      string
	mutex    *sync.Mutex
	outcomes map[outcome][]mutant
	err      error
}

// note the outcome of one mutant.
func (r *result) note(ctx context.Context, t trial, m mutant) {
	got, err := t.of(ctx, m.id)
	r.mutex.Lock()
	defer r.mutex.Unlock()
	if err != nil {
		r.err = err
		return
	}
	r.outcomes[got] = append(r.outcomes[got], m)
	if r.tried()%100 == 0 {
		_, _ = fmt.Fprintf(os.Stderr, "%s: %d tried\n", r.dir, r.tried())
	}
}

func (r *result) noticed() int { return len(r.outcomes[killed]) + len(r.outcomes[timedOut]) }

func (r *result) tried() int { return r.noticed() + len(r.outcomes[survived]) }

func (r *result) figures() figures { return figures{r.tried(), r.noticed()} }

// print the figures, and the survivors that nobody has explained, which it counts.
func (r *result) print(out io.Writer, explained map[string]string) int {
	survivors := r.outcomes[survived]
	slices.SortFunc(survivors, func(a, b mutant) int { return a.id - b.id })
	var unexplained []mutant
	for _, m := range survivors {
		if why := explained[m.key()]; why == "" || why == "?" {
			unexplained = append(unexplained, m)
		}
	}
	_, _ = fmt.Fprintf(out, "%s: %d mutants, %d killed, %d ran for ever, %d survived, %d of them unexplained: %.1f %%\n",
		r.dir, r.tried(), len(r.outcomes[killed]), len(r.outcomes[timedOut]), len(survivors), len(unexplained),
		100*float64(r.noticed())/float64(max(1, r.tried())))
	for _, m := range unexplained {
		_, _ = fmt.Fprintf(out, "%s:%d\n%s\n", m.file, m.line, row(m))
	}
	return len(unexplained)
}
