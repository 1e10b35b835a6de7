// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

package redteam

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"strings"
)

// What is written down, and who takes it away. Three have it: the operator, the API server, and the request.
var keepsRecord = []attack{
	{
		name: "Audit trail that cannot be written", does: "fills the disk that it is on, and has an approved change enter",
		as: onNode, before: []step{fullDisk, operated(asked(dan, create(deployment())), approved(bob))},
		deed: by(dan, create(deployment())), verdict: visible,
		seen:  "the operator is not ready any more, and its standard output has what the file lacks",
		trace: all(unready("audit"), logged(`"Decision"`, "$REQUEST"), inRecord("dan@example.com")),
	},
	{
		name: "Audit trail emptied", does: "has a change enter, and takes all lines away",
		as: onNode, before: approvedDeployment,
		deed:    then(by(dan, create(deployment())), emptied(func(s *scene) string { return s.manager.AuditLogFile() })),
		verdict: visible, seen: "the API server's audit log names the request, and the request who deployed",
		trace: all(auditedByServer(`"workloads.gate.countersign.dev/request":"$REQUEST"`, "dan@example.com"),
			inRecord("dan@example.com")),
	},
	{
		name: "Audit log of the API server emptied", does: "the same on the other machine",
		as: onNode, before: approvedDeployment,
		deed:    then(by(dan, create(deployment())), emptied(func(s *scene) string { return s.cp.AuditLogFile() })),
		verdict: visible, seen: "the operator's audit trail has the decision, and the request who deployed",
		trace: all(audited(`"Decision"`, "$REQUEST", "dan@example.com"), inRecord("dan@example.com")),
	},
}

// then does steps one after the other.
func then(steps ...step) step {
	return func(ctx context.Context, s *scene) error {
		for _, step := range steps {
			if err := step(ctx, s); err != nil {
				return err
			}
		}
		return nil
	}
}

// all traces have to be there.
func all(traces ...func(*scene) string) func(*scene) string {
	return func(s *scene) string {
		for _, trace := range traces {
			if why := trace(s); why != "" {
				return why
			}
		}
		return ""
	}
}

// fullDisk : nothing can be written to the operator's audit trail until the attack is over.
func fullDisk(ctx context.Context, s *scene) error {
	file := s.manager.AuditLogFile()
	s.t.Cleanup(func() {
		ctx := context.WithoutCancel(ctx)
		if err := errors.Join(s.manager.Stop(ctx), os.Rename(file+".kept", file), s.manager.Start(ctx)); err != nil {
			s.t.Error(err)
		}
	})
	if err := errors.Join(s.manager.Stop(ctx), os.Rename(file, file+".kept"), os.Symlink("/dev/full", file)); err != nil {
		return err
	}
	return s.answers(ctx)
}

// answers starts the operator, and waits until it answers, be it ready or not.
func (s *scene) answers(ctx context.Context) error {
	starting, enough := context.WithCancel(ctx)
	started := make(chan error, 1)
	go func() { started <- s.manager.Start(starting) }()
	err := eventually(ctx, func(ctx context.Context) string {
		if _, err := s.say(ctx, dan, create(deployment()).rehearsed()); err != nil {
			return err.Error()
		}
		return ""
	})
	enough()
	<-started // it may never be ready
	return err
}

func emptied(file func(*scene) string) step {
	return func(_ context.Context, s *scene) error { return os.Truncate(file(s), 0) }
}

// unready : the operator says that it is not ready, for a reason.
func unready(check string) func(*scene) string {
	return func(s *scene) string {
		url := "http://" + s.manager.Health() + "/readyz"
		request, err := http.NewRequestWithContext(s.t.Context(), http.MethodGet, url, http.NoBody)
		if err != nil {
			return err.Error()
		}
		response, err := http.DefaultClient.Do(request)
		if err != nil {
			return err.Error()
		}
		defer response.Body.Close() //nolint:errcheck // it has been read
		said, err := io.ReadAll(response.Body)
		if err != nil || !strings.Contains(string(said), "[-]"+check+" failed") {
			return fmt.Sprintf("the operator not to be ready: %s (%v)", said, err)
		}
		return ""
	}
}

// logged : one line of what the operator writes to where it cannot be taken from has all the words.
func logged(words ...string) func(*scene) string {
	return func(s *scene) string { return lineWith(s, s.manager.LogFile(), words) }
}

// inRecord : the request of the scene says who deployed.
func inRecord(name string) func(*scene) string {
	return func(s *scene) string {
		found, err := s.say(s.t.Context(), installer, read("PromotionRequest $NAMESPACE/$REQUEST"))
		if err != nil {
			return err.Error()
		}
		if at(found, "status", "admission", "deployer", "username") != name {
			return "the request to say who deployed: " + at(found, "status")
		}
		return ""
	}
}
