// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

package argocd

import (
	"context"
	"fmt"
	"net/http"
	"time"

	"k8s.io/apimachinery/pkg/util/wait"
)

const pollInterval = 50 * time.Millisecond

// await waits until all programs say that they are well.
func (a *ArgoCD) await(ctx context.Context) error {
	client, err := a.client()
	if err != nil {
		return err
	}
	var last error
	err = wait.PollUntilContextCancel(ctx, pollInterval, true, func(ctx context.Context) (bool, error) {
		last = a.healthy(ctx, client)
		return last == nil, a.ended()
	})
	if wait.Interrupted(err) {
		return fmt.Errorf("a program is not ready: %w (%w)", last, err)
	}
	return err
}

func (a *ArgoCD) healthy(ctx context.Context, client *http.Client) error {
	for _, url := range []string{
		"http://" + a.addresses.repoServerMetrics, "http://" + a.addresses.controllerMetrics, a.URL(),
	} {
		if err := healthyAt(ctx, client, url+"/healthz"); err != nil {
			return err
		}
	}
	return nil
}

func healthyAt(ctx context.Context, client *http.Client, url string) error {
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, url, nil)
	if err != nil {
		return err
	}
	response, err := client.Do(request)
	if err != nil {
		return err
	}
	defer response.Body.Close() //nolint:errcheck // nothing is read from it
	if response.StatusCode != http.StatusOK {
		return fmt.Errorf("%s answers %s", url, response.Status)
	}
	return nil
}

// ended is an error where a program has ended, which none should.
func (a *ArgoCD) ended() error {
	for _, p := range a.processes {
		if !p.Running() {
			return fmt.Errorf("%s ended; %s", p.Name, p.LogTail())
		}
	}
	return nil
}
