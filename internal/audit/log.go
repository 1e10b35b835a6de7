// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

package audit

import (
	"fmt"
	"io"
	"net/http"
	"sync"

	"github.com/go-logr/logr"
	"k8s.io/utils/clock"
)

// Log records events, each in every one of its writers. It is safe for concurrent use.
type Log struct {
	clock  clock.PassiveClock
	logger logr.Logger

	mu    sync.Mutex
	sinks []sink
	lost  uint64
	err   error
}

// New returns a log that writes to each of the writers. The logger hears of events that could not be written.
func New(clock clock.PassiveClock, logger logr.Logger, writers ...io.Writer) *Log {
	log := &Log{clock: clock, logger: logger}
	for _, writer := range writers {
		log.sinks = append(log.sinks, sink{writer: writer})
	}
	return log
}

// Record writes an event. Where it cannot, the event counts as lost, the logger is told, and Check fails until an
// event is written again.
func (l *Log) Record(event Event) {
	l.mu.Lock()
	defer l.mu.Unlock()
	event.Version, event.Time = Version, l.clock.Now().UTC()
	line, err := encode(event)
	if err == nil {
		err = l.write(line)
	}
	if l.err = err; err != nil {
		l.lost++
		l.logger.Error(err, "Lost an audit event", "type", event.Type, "lost", l.lost)
	}
}

// write hands the line to every writer: one that fails does not keep the line from the others.
func (l *Log) write(line []byte) error {
	var failed error
	for i := range l.sinks {
		if err := l.sinks[i].write(line); err != nil {
			failed = fmt.Errorf("write audit event: %w", err)
		}
	}
	return failed
}

// Lost is how many events at least one writer did not take.
func (l *Log) Lost() uint64 {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.lost
}

// Check fails while the trail has a hole at its end: the last event could not be written. It is a readiness check.
func (l *Log) Check(*http.Request) error {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.err
}
