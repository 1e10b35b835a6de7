// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

package intake

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"testing"
	"time"

	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/runtime/serializer"
	"k8s.io/client-go/rest"
	"k8s.io/utils/clock"
)

// hasty has bodies arrive soon.
func hasty() *Intake { return newIntake(50*time.Millisecond, clock.RealClock{}) }

// served has an intake in front of a handler, by HTTP/1.1 or by HTTP/2.
func served(t *testing.T, in *Intake, http2 bool, handler http.HandlerFunc) *httptest.Server {
	t.Helper()
	server := httptest.NewUnstartedServer(in.Bounded(handler))
	server.EnableHTTP2 = http2
	server.StartTLS()
	t.Cleanup(server.Close)
	return server
}

// post sends so many bytes, and returns what came of it.
func post(ctx context.Context, server *httptest.Server, size int) (int, error) {
	request, err := http.NewRequestWithContext(ctx, http.MethodPost, server.URL, bytes.NewReader(make([]byte, size)))
	if err != nil {
		return 0, err
	}
	response, err := server.Client().Do(request)
	if err != nil {
		return 0, err
	}
	_, err = io.Copy(io.Discard, response.Body)
	return response.StatusCode, err
}

// answer is the same as text.
func answer(t *testing.T, server *httptest.Server, size int) string {
	code, err := post(t.Context(), server, size)
	return fmt.Sprint(code, err)
}

// protocols that API servers, and others, speak.
var protocols = map[string]bool{"HTTP1": false, "HTTP2": true}

// TestRoom : while there is no room for a large body, small ones are taken, and the next large one is turned away. Then
// there is room again.
func TestRoom(t *testing.T) {
	for name, http2 := range protocols {
		t.Run(name, func(t *testing.T) {
			reading, done := make(chan struct{}), make(chan struct{})
			server := served(t, hasty(), http2, func(_ http.ResponseWriter, r *http.Request) {
				if body, err := io.ReadAll(r.Body); err == nil && len(body) > small {
					reading <- struct{}{}
					<-done
				}
			})
			first := make(chan string)
			go func() { first <- answer(t, server, largest) }()
			<-reading
			for size, want := range map[int]int{
				0: http.StatusOK, small: http.StatusOK, largest: http.StatusTooManyRequests,
			} {
				if got := answer(t, server, size); got != fmt.Sprint(want, nil) {
					t.Errorf("%d bytes beside a large body: %s, want %d", size, got, want)
				}
			}
			close(done)
			go func() { <-reading }()
			for _, got := range []string{<-first, answer(t, server, largest)} {
				if got != "200 <nil>" {
					t.Errorf("the first, and once there is room again: %s", got)
				}
			}
		})
	}
}

// TestTriedAgain : a client such as API servers have tries again what there was no room for, and tells nobody.
func TestTriedAgain(t *testing.T) {
	in := hasty()
	if !in.small.TryAcquire(room) {
		t.Fatal("there is no room")
	}
	tries := 0
	bounded := in.Bounded(http.HandlerFunc(func(http.ResponseWriter, *http.Request) {}))
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if tries++; tries == 2 {
			in.small.Release(room)
		}
		bounded.ServeHTTP(w, r)
	}))
	t.Cleanup(server.Close)
	client, err := rest.UnversionedRESTClientFor(&rest.Config{Host: server.URL, ContentConfig: rest.ContentConfig{
		NegotiatedSerializer: serializer.NewCodecFactory(runtime.NewScheme()).WithoutConversion(),
	}})
	if err != nil {
		t.Fatal(err)
	}
	if err := client.Post().Body([]byte("{}")).Do(t.Context()).Error(); err != nil || tries != 2 {
		t.Errorf("after %d tries: %v", tries, err)
	}
}

// TestNeverEnds : a body that does not arrive in time is an error, and takes no room any more. One that does not say
// how long it is takes as much as any may.
func TestNeverEnds(t *testing.T) {
	for name, http2 := range protocols {
		t.Run(name, func(t *testing.T) {
			read := make(chan error)
			server := served(t, hasty(), http2, func(_ http.ResponseWriter, r *http.Request) {
				_, err := io.ReadAll(r.Body)
				read <- err
			})
			body, end := io.Pipe()
			defer end.Close() //nolint:errcheck // it has been read, as far as it ever is
			request, err := http.NewRequestWithContext(t.Context(), http.MethodPost, server.URL, body)
			if err != nil {
				t.Fatal(err)
			}
			go func() { _, _ = server.Client().Do(request) }() //nolint:bodyclose // what is answered does not matter
			if err := <-read; err == nil {
				t.Error("it has been read")
			}
			go func() { <-read }()
			if code, err := post(t.Context(), server, largest); err != nil || code != http.StatusOK {
				t.Errorf("the next: %d, %v", code, err)
			}
		})
	}
}

// TestTakesItsTime : what has arrived in time is decided about for longer than it may take to arrive.
func TestTakesItsTime(t *testing.T) {
	for name, http2 := range protocols {
		t.Run(name, func(t *testing.T) {
			server := served(t, hasty(), http2, func(w http.ResponseWriter, r *http.Request) {
				if _, err := io.ReadAll(r.Body); err != nil {
					t.Error(err)
				}
				select {
				case <-r.Context().Done():
					w.WriteHeader(http.StatusGatewayTimeout)
				case <-time.After(200 * time.Millisecond):
				}
			})
			if code, err := post(t.Context(), server, 10); err != nil || code != http.StatusOK {
				t.Errorf("got %d, %v", code, err)
			}
		})
	}
}
