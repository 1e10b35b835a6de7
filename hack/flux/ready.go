// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

package flux

import (
	"context"
	"fmt"
	"net/http"
	"time"

	"k8s.io/apimachinery/pkg/util/wait"
)

const pollInterval = 50 * time.Millisecond

// await waits until both controllers say that they are ready, and artifacts are served.
func (f *Flux) await(ctx context.Context) error {
	var last error
	err := wait.PollUntilContextCancel(ctx, pollInterval, true, func(ctx context.Context) (bool, error) {
		last = f.ready(ctx)
		return last == nil, f.ended()
	})
	if wait.Interrupted(err) {
		return fmt.Errorf("a controller is not ready: %w (%w)", last, err)
	}
	return err
}

func (f *Flux) ready(ctx context.Context) error {
	for _, url := range []string{
		"http://" + f.addresses.sourceHealth + "/readyz", "http://" + f.addresses.kustomizeHealth + "/readyz",
		"http://" + f.addresses.artifacts + "/",
	} {
		if err := readyAt(ctx, url); err != nil {
			return err
		}
	}
	return nil
}

func readyAt(ctx context.Context, url string) error {
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, url, nil)
	if err != nil {
		return err
	}
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		return err
	}
	defer response.Body.Close() //nolint:errcheck // nothing is read from it
	if response.StatusCode != http.StatusOK {
		return fmt.Errorf("%s answers %s", url, response.Status)
	}
	return nil
}

// ended is an error where a controller has ended, which none should.
func (f *Flux) ended() error {
	for _, p := range f.processes {
		if !p.Running() {
			return fmt.Errorf("%s ended; %s", p.Name, p.LogTail())
		}
	}
	return nil
}
