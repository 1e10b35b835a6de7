// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

package controller

import (
	"context"
	"sync"
	"time"

	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/types"
	"sigs.k8s.io/controller-runtime/pkg/client"
	logf "sigs.k8s.io/controller-runtime/pkg/log"

	"github.com/countersign-dev/countersign/internal/argocd"
)

const (
	// restTries is how often the rest of a sync is asked for, where that fails.
	restTries = 6
	// restWait is how long to wait after the first failure; after each further one it is twice as long.
	restWait = 2 * time.Second
	// restTimeout bounds one try.
	restTimeout = time.Minute
)

// once asks for the rest of a sync, and returns how long to wait before it is tried again: not at all where it has been
// done, or has failed often enough.
func (r *RestReconciler) once(
	ctx context.Context, application *unstructured.Unstructured, rest argocd.Rest,
) time.Duration {
	key := client.ObjectKeyFromObject(application)
	try := r.asked.begin(key, rest.Sync)
	if try > restTries {
		return 0
	}
	log := logf.FromContext(ctx).WithValues("sync", rest.Sync)
	if rest.WhyNot != "" {
		log.Info("The rest of the sync is asked for when its turn comes", "why", rest.WhyNot)
		r.asked.end(key, rest.Sync)
		return 0
	}
	ctx, cancel := context.WithTimeout(ctx, restTimeout)
	defer cancel()
	switch _, err := r.ask(ctx, application, rest, "the rest of the sync that request "+rest.First.Name+" is of"); {
	case err == nil:
		r.asked.end(key, rest.Sync)
		return 0
	case try < restTries:
		log.V(1).Info("Could not ask for the rest of the sync yet", "why", err.Error())
		return restWait << (try - 1)
	default:
		log.Error(err, "Could not ask for the rest of the sync; what of it needs approval is asked for when its turn comes")
		return 0
	}
}

// rests remembers for which syncs the rest was asked for: of each Application the last.
type rests struct {
	mu    sync.Mutex
	syncs map[types.NamespacedName]tries
}

// tries at one sync.
type tries struct {
	sync string
	made int
}

// begin counts a try, and returns the how manieth it is.
func (r *rests) begin(application types.NamespacedName, sync string) int {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.syncs == nil {
		r.syncs = map[types.NamespacedName]tries{}
	}
	last := r.syncs[application]
	if last.sync != sync {
		last = tries{sync: sync}
	}
	last.made++
	r.syncs[application] = last
	return last.made
}

// end : no further try is needed.
func (r *rests) end(application types.NamespacedName, sync string) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.syncs[application] = tries{sync: sync, made: restTries}
}

// forget an Application of which nothing waits.
func (r *rests) forget(application types.NamespacedName) {
	r.mu.Lock()
	defer r.mu.Unlock()
	delete(r.syncs, application)
}
