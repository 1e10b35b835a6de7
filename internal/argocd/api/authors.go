// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

package api

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"time"

	"golang.org/x/sync/singleflight"
	"k8s.io/apimachinery/pkg/types"
	"k8s.io/apimachinery/pkg/util/cache"
	"k8s.io/utils/clock"

	"github.com/countersign-dev/countersign/api/v1alpha1"
	"github.com/countersign-dev/countersign/internal/argocd"
)

const (
	// remembered is how long an answer holds. A commit does not change, but which keys count does.
	remembered = time.Minute
	// answerWithin is how long one answer may take. Whoever asks may have gone by then; the next finds it.
	answerWithin = 10 * time.Second
	// maxSources of an Application that are asked about.
	maxSources = 32
)

// Authors asks who wrote what a sync brings. The objects of one sync come at once, and Argo CD may have to check out a
// repository for an answer: each revision is asked about once, and the answer is kept for a minute. What could not be
// answered is asked again.
type Authors struct {
	client  *Client
	commits argocd.Commits
	answers *cache.Expiring
	running singleflight.Group
}

// NewAuthors asks by a client, and believes the commits.
func NewAuthors(client *Client, commits argocd.Commits, clock clock.Clock) *Authors {
	return &Authors{client: client, commits: commits, answers: cache.NewExpiringWithClock(clock)}
}

// Of the revisions that an Application is being synced to, of all its sources, and of whoever changed what these are.
// An error says why there may be others; those who are returned are authors all the same.
func (a *Authors) Of(
	ctx context.Context, name types.NamespacedName, application map[string]any,
) ([]v1alpha1.Author, error) {
	synced, err := argocd.SyncOf(application)
	editors, deliveries, unknown := argocd.Editors(application)
	if err == nil {
		deliveries = append([]argocd.Delivery{{Application: name, Sync: synced}}, deliveries...)
	}
	found := atOnce(deliveries, func(delivery argocd.Delivery) answer { return a.ofSync(ctx, delivery) })
	return append(found, answer{editors, errors.Join(err, unknown)}).joined()
}

// atOnce asks about all of them, and returns the answers in their order.
func atOnce[T any](all []T, ask func(T) answer) answers {
	found := make(answers, len(all))
	var group sync.WaitGroup
	for i, each := range all {
		group.Go(func() { found[i] = ask(each) })
	}
	group.Wait()
	return found
}

// ofSync asks about each source of a sync.
func (a *Authors) ofSync(ctx context.Context, delivery argocd.Delivery) answer {
	name, synced := delivery.Application, delivery.Sync
	if len(synced.Revisions) > maxSources {
		return answer{doubt: fmt.Errorf("%s has more than %d sources", name, maxSources)}
	}
	of := Application{Namespace: name.Namespace, Name: name.Name, Project: synced.Project}
	questions := make([]question, 0, len(synced.Revisions))
	for source, revision := range synced.Revisions {
		questions = append(questions, question{of, source, revision, synced.Hydrated})
	}
	authors, doubt := atOnce(questions, func(asked question) answer { return a.ofSource(ctx, asked) }).joined()
	return answer{authors, doubt}
}

// ofSource is asked about for as long as the caller waits.
func (a *Authors) ofSource(ctx context.Context, asked question) answer {
	if !argocd.IsCommit(asked.revision) {
		return answer{doubt: fmt.Errorf("source %d is at %q, which is no commit of Git", asked.source, asked.revision)}
	}
	known, err := a.answer(ctx, asked)
	if err = errors.Join(err, known.doubt); err != nil {
		err = fmt.Errorf("source %d at %s: %w", asked.source, asked.revision, err)
	}
	return answer{known.authors, err}
}

// question that is asked once for all who want to know.
type question struct {
	Application
	source   int
	revision string
	hydrated bool
}

// answer that Argo CD gave: who wrote it, and why there may be others.
type answer struct {
	authors []v1alpha1.Author
	doubt   error
}

// answers of several questions.
type answers []answer

// joined is all who are named, in their order, and all that is doubted.
func (a answers) joined() ([]v1alpha1.Author, error) {
	var authors []v1alpha1.Author
	doubts := make([]error, 0, len(a))
	for _, each := range a {
		authors = append(authors, each.authors...)
		doubts = append(doubts, each.doubt)
	}
	return authors, errors.Join(doubts...)
}

func (a *Authors) answer(ctx context.Context, asked question) (answer, error) {
	coming := a.running.DoChan(fmt.Sprintf("%#v", asked), func() (any, error) {
		ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), answerWithin)
		defer cancel()
		return a.ask(ctx, asked)
	})
	select {
	case <-ctx.Done():
		return answer{}, fmt.Errorf("ask Argo CD: %w", ctx.Err())
	case result := <-coming:
		return result.Val.(answer), result.Err //nolint:errcheck // it is what ask returns
	}
}

func (a *Authors) ask(ctx context.Context, asked question) (answer, error) {
	if known, found := a.answers.Get(asked); found {
		return known.(answer), nil //nolint:errcheck // nothing else is put there
	}
	metadata, err := a.client.Metadata(ctx, asked.Application, asked.source, asked.revision)
	if err != nil {
		return answer{}, err
	}
	authors, doubt := argocd.Authors(metadata, a.commits, asked.hydrated)
	known := answer{authors, doubt}
	a.answers.Set(asked, known, remembered)
	return known, nil
}
