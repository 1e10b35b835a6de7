// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

package intake

import (
	"io"
	"net/http"
	"time"

	"golang.org/x/sync/semaphore"
	"k8s.io/utils/clock"
)

const (
	// largest is how much of a body is read: as much as controller-runtime does.
	largest = 7 << 20
	// small is a body that larger ones leave room for. Almost all are.
	small = 256 << 10
	// room is how many bytes of bodies are held at once, of small ones and of larger ones. To decide about an object takes
	// several times its size, and the operator has 256 MiB in all (config/manager).
	room = 8 << 20
	// patience is how long a body may take to arrive. API servers wait five seconds for an answer.
	patience = 4 * time.Second
	// again is after how many seconds there may be room: an API server that is told tries again by itself, for as long as
	// it waits for an answer, and refuses nobody in the meantime.
	again = "1"
)

// Intake has room for some bodies at once.
type Intake struct {
	small, large *semaphore.Weighted
	patience     time.Duration
	clock        clock.PassiveClock
}

// New makes one with all its room.
func New(clock clock.PassiveClock) *Intake { return newIntake(patience, clock) }

func newIntake(patience time.Duration, clock clock.PassiveClock) *Intake {
	return &Intake{
		small: semaphore.NewWeighted(room), large: semaphore.NewWeighted(room), patience: patience, clock: clock,
	}
}

// Bounded hands on what there is room for, until it has been answered. Nothing waits for room: what waited, unread,
// would hold up the small ones that come by the same connection.
func (i *Intake) Bounded(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		size := sizeOf(r)
		kind := i.kindOf(size)
		if !kind.TryAcquire(size) {
			w.Header().Set("Retry-After", again)
			http.Error(w, "too much is sent at once; try again", http.StatusTooManyRequests)
			return
		}
		defer kind.Release(size)
		if err := i.hurry(w, r); err != nil {
			http.Error(w, err.Error(), http.StatusInternalServerError)
			return
		}
		next.ServeHTTP(w, r)
	})
}

// sizeOf a body, as far as it is read: what does not say how long it is may be as long as any.
func sizeOf(r *http.Request) int64 {
	if r.ContentLength < 0 {
		return largest
	}
	return min(r.ContentLength, largest)
}

func (i *Intake) kindOf(size int64) *semaphore.Weighted {
	if size <= small {
		return i.small
	}
	return i.large
}

// hurry has the body arrive in time. What becomes of it then takes the time that it takes: without an end of its own
// the deadline would end the call itself.
func (i *Intake) hurry(w http.ResponseWriter, r *http.Request) error {
	connection := http.NewResponseController(w)
	if err := connection.SetReadDeadline(i.clock.Now().Add(i.patience)); err != nil {
		return err
	}
	r.Body = &timely{ReadCloser: r.Body, arrived: func() error { return connection.SetReadDeadline(time.Time{}) }}
	return nil
}

// timely is a body that says when it has arrived.
type timely struct {
	io.ReadCloser

	arrived func() error
}

// Read some of it.
func (t *timely) Read(into []byte) (int, error) {
	n, err := t.ReadCloser.Read(into)
	if err == io.EOF {
		if failed := t.arrived(); failed != nil {
			return n, failed
		}
	}
	return n, err
}
