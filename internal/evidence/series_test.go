// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

package evidence

import (
	"context"
	"errors"
	"math/rand/v2"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"k8s.io/apimachinery/pkg/runtime/schema"
)

// shelf holds the objects of a series, and notes which are asked for.
type shelf struct {
	mu     sync.Mutex
	there  func(n int) bool
	broken int
	asked  map[int]int
}

var errBroken = errors.New("broken")

func (s *shelf) get(_ context.Context, n int) (int, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.asked == nil {
		s.asked = map[int]int{}
	}
	s.asked[n]++
	switch {
	case n == s.broken:
		return n, errBroken
	case !s.there(n):
		return 0, apierrors.NewNotFound(schema.GroupResource{}, "")
	}
	return n, nil
}

func upTo(last int) func(int) bool { return func(n int) bool { return n >= 1 && n <= last } }

func always(int) bool { return true }

func span(first, last int) (all []int) {
	for n := first; n <= last; n++ {
		all = append(all, n)
	}
	return all
}

// TestSeriesReadsAll: however far off the hint of the cache is, nothing that is there is passed over.
func TestSeriesReadsAll(t *testing.T) {
	for range 2000 {
		there, first, last := rand.IntN(30), 1+rand.IntN(30), rand.IntN(30)
		s := &shelf{there: upTo(there)}
		got, err := series[int]{s.get, always}.read(t.Context(), first, last)
		if err != nil {
			t.Fatal(err)
		}
		if first > there {
			first = 1
		}
		if diff := cmp.Diff(span(first, there), got, cmp.Transformer("empty", func(all []int) []int {
			return append([]int{}, all...)
		})); diff != "" {
			t.Fatalf("%d are there, read from %d, at least to %d: -want, +got:\n%s", there, first, last, diff)
		}
	}
}

func TestSeries(t *testing.T) {
	for name, test := range map[string]struct {
		reason      string
		first, last int
		there       func(int) bool
		broken      int
		goesOn      func(int) bool
		want, asked []int
		err         error
	}{
		"Unknown": {
			reason: "the hint knows none, and one more is looked for",
			first:  1, last: 0, there: upTo(1), goesOn: always,
			want: span(1, 1), asked: span(1, 2),
		},
		"NoneCanFollow": {
			reason: "the last says that none follows",
			first:  1, last: 2, there: upTo(3), goesOn: func(n int) bool { return n < 2 },
			want: span(1, 2), asked: span(1, 2),
		},
		"Gap": {
			reason: "what is behind a gap does not count",
			first:  1, last: 4, there: func(n int) bool { return n != 2 && n < 5 }, goesOn: always,
			want: span(1, 1), asked: span(1, 4),
		},
		"Broken": {
			reason: "what cannot be read is not taken for absent",
			first:  1, last: 3, there: upTo(3), broken: 2, goesOn: always,
			asked: span(1, 3), err: errBroken,
		},
		"BrokenAtEnd": {
			reason: "nor is what would have come after",
			first:  1, last: 1, there: upTo(2), broken: 2, goesOn: always,
			asked: span(1, 2), err: errBroken,
		},
	} {
		t.Run(name, func(t *testing.T) {
			s := &shelf{there: test.there, broken: test.broken}
			got, err := series[int]{s.get, test.goesOn}.read(t.Context(), test.first, test.last)
			if !errors.Is(err, test.err) {
				t.Fatalf("%s: want %v, got %v", test.reason, test.err, err)
			}
			if diff := cmp.Diff(test.want, got); diff != "" {
				t.Errorf("%s: -want, +got:\n%s", test.reason, diff)
			}
			for n := range s.asked {
				if n < test.asked[0] || n > test.asked[len(test.asked)-1] {
					t.Errorf("%s: number %d was asked for", test.reason, n)
				}
			}
		})
	}
}
