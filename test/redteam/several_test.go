// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

package redteam

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"sync"

	"github.com/countersign-dev/countersign/hack/operator"
)

// Two operators, and two API servers, which do not hear of everything at the same time.
var several = []attack{
	{
		name: "One approval, two replicas", does: "has each of two replicas asked ten times in the same moment",
		as: dan, before: []step{
			asked(dan, create(deployment(`{metadata: {name: null, generateName: $ME-}}`))), approved(bob),
		},
		deed: askedTwice, by: rule("workloads.gate", "an approval is for one entry").saying("an approval covers one entry"),
		right: []step{asked(dan, create(deployment(`{metadata: {name: $ME-x}}`))), approved(bob),
			by(dan, create(deployment(`{metadata: {name: $ME-x}}`)))},
		rightly: "another, approved too",
	},
	{
		name: "API server that lags behind",
		does: "deploys by another one, which has not heard yet that the namespace is in an environment",
		as:   mallory, before: []step{given(`{apiVersion: v1, kind: Namespace, metadata: {name: $ME}}`)},
		deed: byLaggard(by(wendy, change("Namespace $ME", `{metadata: {labels: {countersign.dev/environment: production}}}`)),
			create(deployment(`{metadata: {namespace: $ME}}`))),
		verdict: limit, limit: "Each API server hears for itself",
		seen:  "the policy lists that it runs there without a record",
		trace: saysOf("PromotionPolicy production", "$ME", "status", "unrecorded"),
	},
}

// askedTwice asks two replicas about what is approved once. It works where they let in more than one.
func askedTwice(ctx context.Context, s *scene) error {
	second, err := s.replica(ctx)
	if err != nil {
		return err
	}
	object, err := s.say(ctx, dan, create(deployment()).rehearsed())
	if err != nil {
		return err
	}
	first, err := s.webhook(ctx)
	if err != nil {
		return err
	}
	addresses, answers := []string{first, "https://" + second.Webhook()}, make([]error, 20)
	certificates, err := s.asAPIServer()
	if err != nil {
		return err
	}
	caller := http.Client{Transport: &http.Transport{MaxIdleConnsPerHost: len(answers), TLSClientConfig: &tls.Config{
		InsecureSkipVerify: true, Certificates: certificates,
	}}}
	atOnce(len(answers), func(i int) { _ = verdictOf(ctx, caller, addresses[i%2], "{}") }) // they are connected now
	atOnce(len(answers), func(i int) {
		body := s.reviewBy("dan@example.com", named(object, s.words["ME"], i))
		answers[i] = verdictOf(ctx, caller, addresses[i%2], body)
	})
	through := 0
	for _, err := range answers {
		if err == nil {
			through++
		}
	}
	switch through {
	case 0:
		return fmt.Errorf("not even one is let in: %s", answers)
	case 1:
		return errors.Join(answers...)
	}
	return nil
}

// named is the object as the API server would name it.
func named(object map[string]any, name string, n int) map[string]any {
	made := fmt.Sprintf("%s-zzzz%c", name, "bcdfghjklmnpqrstvwxz"[n])
	return merge(object, decode(`{metadata: {generateName: `+name+`-, name: `+made+`}}`)).(map[string]any)
}

// atOnce does something so many times at the same moment.
func atOnce(times int, do func(i int)) {
	start := make(chan struct{})
	var group sync.WaitGroup
	for i := range times {
		group.Go(func() {
			<-start
			do(i)
		})
	}
	close(start)
	group.Wait()
}

// verdictOf a replica on a review; none where it lets it in.
func verdictOf(ctx context.Context, caller http.Client, address, body string) error {
	request, err := http.NewRequestWithContext(ctx, http.MethodPost, address+"/gate", strings.NewReader(body))
	if err != nil {
		return err
	}
	request.Header.Set("Content-Type", "application/json")
	response, err := caller.Do(request)
	if err != nil {
		return err
	}
	defer response.Body.Close() //nolint:errcheck // it has been read
	text, err := io.ReadAll(response.Body)
	if err != nil {
		return err
	}
	if answer := decoded(text); at(answer, "response", "allowed") != "true" {
		return errors.New(at(answer, "response", "status", "message"))
	}
	return nil
}

// replica is another one beside that of the site, until the attack is over.
func (s *scene) replica(ctx context.Context) (*operator.Operator, error) {
	options := s.options
	options.Dir, options.Called = filepath.Join(s.dir, "replica"), s.manager
	if err := os.MkdirAll(options.Dir, 0o700); err != nil {
		return nil, err
	}
	replica, err := operator.New(s.cp, options)
	if err != nil {
		return nil, err
	}
	s.t.Cleanup(func() {
		if err := replica.Stop(context.WithoutCancel(ctx)); err != nil {
			s.t.Error(err)
		}
	})
	return replica, replica.Start(ctx)
}
