// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

package process

import (
	"context"
	"fmt"
	"net/http"
	"time"

	"k8s.io/apimachinery/pkg/util/wait"
)

// awaitInterval is how often to ask whether a program is ready.
const awaitInterval = 50 * time.Millisecond

// Await waits until all of some addresses, http://…, answer 200. It fails where one of the processes ends.
func Await(ctx context.Context, processes []*Process, addresses ...string) error {
	var last error
	err := wait.PollUntilContextCancel(ctx, awaitInterval, true, func(ctx context.Context) (bool, error) {
		for _, p := range processes {
			if !p.Running() {
				return false, fmt.Errorf("%s ended; %s", p.Name, p.LogTail())
			}
		}
		last = answer(ctx, addresses)
		return last == nil, nil
	})
	if wait.Interrupted(err) {
		return fmt.Errorf("a program is not ready: %w (%w)", last, err)
	}
	return err
}

func answer(ctx context.Context, addresses []string) error {
	for _, address := range addresses {
		request, err := http.NewRequestWithContext(ctx, http.MethodGet, address, nil)
		if err != nil {
			return err
		}
		response, err := http.DefaultClient.Do(request)
		if err != nil {
			return err
		}
		if err := response.Body.Close(); err != nil {
			return err
		}
		if response.StatusCode != http.StatusOK {
			return fmt.Errorf("%s answers %s", address, response.Status)
		}
	}
	return nil
}
