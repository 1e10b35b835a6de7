// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

package audit_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/go-logr/logr"
	"github.com/go-logr/logr/funcr"
	"github.com/google/go-cmp/cmp"
	clocktesting "k8s.io/utils/clock/testing"

	"github.com/countersign-dev/countersign/internal/audit"
)

var now = time.Date(2026, 3, 1, 12, 30, 0, 123456789, time.UTC)

// newLog returns a log whose clock stands still.
func newLog(logger logr.Logger, writers ...io.Writer) *audit.Log {
	return audit.New(clocktesting.NewFakePassiveClock(now), logger, writers...)
}

func TestRecordWritesOneLineToEachWriter(t *testing.T) {
	var stdout, file bytes.Buffer
	newLog(logr.Discard(), &stdout, &file).Record(audit.Event{
		Type: audit.GrantWritten, Namespace: "shop-staging", Operation: "CREATE", Role: "deployers", Generation: 2,
		GrantedBy: "alice", Subjects: []string{"User:bob"},
		Object: audit.Object{Group: "rbac.authorization.k8s.io", Resource: "rolebindings", Name: "x"},
	})
	want := `{"version":"audit.countersign.dev/v1","time":"2026-03-01T12:30:00.123456789Z","type":"GrantWritten",` +
		`"namespace":"shop-staging","object":{"group":"rbac.authorization.k8s.io","resource":"rolebindings","name":"x"},` +
		`"operation":"CREATE","role":"deployers","generation":2,"grantedBy":"alice","subjects":["User:bob"]}` + "\n"
	if diff := cmp.Diff(want, stdout.String()); diff != "" {
		t.Errorf("stdout: -want, +got:\n%s", diff)
	}
	if diff := cmp.Diff(want, file.String()); diff != "" {
		t.Errorf("file: -want, +got:\n%s", diff)
	}
}

func TestConcurrentRecordsDoNotMix(t *testing.T) {
	var out bytes.Buffer
	log := newLog(logr.Discard(), &out)
	var group sync.WaitGroup
	for range 100 {
		group.Go(func() { log.Record(audit.Event{Type: audit.Entry, Request: strings.Repeat("x", 500)}) })
	}
	group.Wait()
	lines := strings.Split(strings.TrimSuffix(out.String(), "\n"), "\n")
	if len(lines) != 100 {
		t.Errorf("%d lines, want 100", len(lines))
	}
	for _, line := range lines {
		if !json.Valid([]byte(line)) {
			t.Errorf("not JSON: %s", line)
		}
	}
}

// failing fails after it has taken some bytes, for as many writes as told.
type failing struct {
	bytes.Buffer
	failures, takes int
}

var errFull = errors.New("disk full")

func (f *failing) Write(line []byte) (int, error) {
	if f.failures > 0 {
		f.failures--
		n, _ := f.Buffer.Write(line[:f.takes])
		return n, errFull
	}
	return f.Buffer.Write(line)
}

func TestALostEventIsReported(t *testing.T) {
	var healthy bytes.Buffer
	var logged []string
	logger := funcr.New(func(_, args string) { logged = append(logged, args) }, funcr.Options{})
	log := newLog(logger, &failing{failures: 1}, &healthy)

	log.Record(audit.Event{Type: audit.Decision})
	if err := log.Check(nil); !errors.Is(err, errFull) {
		t.Errorf("Check after a failed write: %v, want %v", err, errFull)
	}
	if log.Lost() != 1 || len(logged) != 1 {
		t.Errorf("%d lost, %d logged, want 1 and 1", log.Lost(), len(logged))
	}
	if healthy.Len() == 0 {
		t.Error("one writer that fails kept the event from the other")
	}

	log.Record(audit.Event{Type: audit.Decision})
	if err := log.Check(nil); err != nil || log.Lost() != 1 {
		t.Errorf("after a write that worked: %v, %d lost; want no error, 1 lost", err, log.Lost())
	}
}

func TestATornLineDoesNotSpoilTheNext(t *testing.T) {
	out := &failing{failures: 2, takes: 10}
	log := newLog(logr.Discard(), out)
	for range 3 {
		log.Record(audit.Event{Type: audit.Decision})
	}
	lines := strings.Split(strings.TrimSuffix(out.String(), "\n"), "\n")
	if last := lines[len(lines)-1]; !json.Valid([]byte(last)) {
		t.Errorf("the line after a torn one is not JSON: %q", last)
	}
}
