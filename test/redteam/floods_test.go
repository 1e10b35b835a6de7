// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

package redteam

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"

	"golang.org/x/sync/errgroup"
)

// Whoever has the operator hold much at once has it turn away what is too much, and run out of nothing.
var floods = []attack{
	{
		name: "Large objects without end",
		does: "tries what is as large as can be, a hundred at once, so that the operator runs out of memory",
		as:   dan, before: scraped, deed: largeAtOnce(100), verdict: visible, seen: counts,
		trace: all(frugal, answersOthers, turnedAway),
	},
	{
		name: "Large reviews that never end", does: "sends sixty of seven megabytes, and of none the last byte",
		as: both, before: scraped, deed: almost(60, 7_000_000), verdict: visible, seen: counts,
		trace: all(frugal, answersOthers, turnedAway),
	},
}

const counts = "it stays within its limit of memory, answers others, and counts what it turned away"

// largeAtOnce tries so many Deployments at the same time, of which none may get in.
func largeAtOnce(times int) step {
	object := create(deployment(web(`{env: [{name: FILL, value: "` + strings.Repeat("x", 2_900_000) + `"}]}`)))
	return func(ctx context.Context, s *scene) error {
		group, ctx := errgroup.WithContext(ctx)
		for range times {
			group.Go(func() error {
				for range 3 {
					if _, err := s.say(ctx, dan, object); err == nil {
						return errors.New("the flood lets one in")
					}
				}
				return nil
			})
		}
		return group.Wait()
	}
}

// almost sends so many reviews of so many bytes at the same time, but for the last byte, and keeps them open.
func almost(times, bytes int) step {
	head := "POST /gate HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n"
	body := fmt.Sprintf("%sContent-Length: %d\r\n\r\n%s", head, bytes, strings.Repeat(" ", bytes-1))
	return func(ctx context.Context, s *scene) error {
		dial, err := s.dialer(ctx)
		if err != nil {
			return err
		}
		group, ctx := errgroup.WithContext(ctx)
		for range times {
			group.Go(func() error {
				connection, err := dial(ctx)
				if err != nil {
					return err
				}
				s.t.Cleanup(func() { _ = connection.Close() }) // nothing was to come of it
				_, _ = connection.Write([]byte(body))          // it may be turned away before all of it is sent
				return nil
			})
		}
		return group.Wait()
	}
}

// most memory that a process has held.
var most = regexp.MustCompile(`VmHWM:\s+(\d+) kB`)

// frugal : the operator has never held more than a good part of the 256 MiB that config/manager lets it have.
func frugal(s *scene) string {
	pid, err := os.ReadFile(filepath.Join(s.dir, "manager.pid"))
	if err != nil {
		return err.Error()
	}
	status, err := os.ReadFile(filepath.Join("/proc", strings.Fields(string(pid))[0], "status"))
	if err != nil {
		return err.Error()
	}
	found := most.FindSubmatch(status)
	if found == nil {
		return "the operator's memory to be known"
	}
	if held, err := strconv.Atoi(string(found[1])); err != nil || held > 200<<10 {
		return fmt.Sprintf("the operator to hold no more than 200 MiB: %s kB, %v", found[1], err)
	}
	return ""
}
