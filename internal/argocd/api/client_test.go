// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

package api

import (
	"context"
	"encoding/pem"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/countersign-dev/countersign/internal/argocd"
)

const token = "eyJhbGciOi.J9.secret"

var shop = Application{Namespace: "argocd", Name: "shop", Project: "default"}

func TestNew(t *testing.T) {
	t.Parallel()
	empty := write(t, "empty.pem", "")
	cases := map[string]struct {
		reason  string
		options Options
		says    string
	}{
		"Plain":   {"the token would be read on the way", Options{URL: "http://argocd", TokenFile: "t"}, "must be https://"},
		"NoHost":  {"nobody is named", Options{URL: "https://", TokenFile: "t"}, "must be https://"},
		"User":    {"the token says who", Options{URL: "https://a:b@argocd", TokenFile: "t"}, "a:xxxxx@argocd"},
		"Query":   {"it has no parameters", Options{URL: "https://argocd?a=b", TokenFile: "t"}, "must be https://"},
		"Garbage": {"it is no address", Options{URL: "https://argo cd", TokenFile: "t"}, "invalid character"},
		"NoToken": {"nobody is let in without", Options{URL: "https://argocd"}, "no file with the token"},
		"NoCA":    {"nobody is believed", Options{URL: "https://argocd", TokenFile: "t", CAFile: empty}, "no certificate"},
		"CAGone":  {"nor the system", Options{URL: "https://argocd", TokenFile: "t", CAFile: empty + "x"}, "no such file"},
		"Good":    {"all is there", Options{URL: "https://argocd/root", TokenFile: "t"}, ""},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			_, err := New(tc.options)
			if tc.says == "" && err != nil || tc.says != "" && (err == nil || !strings.Contains(err.Error(), tc.says)) {
				t.Errorf("%s: want an error that says %q, got: %v", tc.reason, tc.says, err)
			}
		})
	}
}

func TestMetadata(t *testing.T) {
	t.Parallel()
	const answer = `{"author": "Alice <alice@example.com>", "date": "2026-11-30T03:00:00Z", "message": "Raise the pool",
		"tags": ["v1"], "references": [{"commit": {"author": "\"Bob\" <bob@example.com>", "sha": "abc"}}, {}],
		"signatureInfo": "Good", "sourceIntegrityResult": {"Checks": [{"Name": "GIT/GPG", "Problems": null}]}}`
	client, server := serve(t, func(w http.ResponseWriter, _ *http.Request) { say(w, http.StatusOK, answer) })
	got, err := client.Metadata(t.Context(), shop, 1, "abc/..")
	if err != nil {
		t.Fatal(err)
	}
	want := argocd.Metadata{
		Author: "Alice <alice@example.com>", Message: "Raise the pool",
		References: []argocd.Reference{{Commit: &argocd.ReferredCommit{Author: `"Bob" <bob@example.com>`}}, {}},
		Integrity:  &argocd.Integrity{Checks: []argocd.Check{{Name: "GIT/GPG"}}},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	const path = "/root/api/v1/applications/shop/revisions/abc%2F../metadata" +
		"?appNamespace=argocd&project=default&sourceIndex=1"
	if diff := cmp.Diff([]string{"GET " + path + " Bearer " + token}, server.calls); diff != "" {
		t.Errorf("calls (-want +got):\n%s", diff)
	}
}

func TestManifests(t *testing.T) {
	t.Parallel()
	cases := map[string]struct {
		revisions []string
		query     string
	}{
		"One": {[]string{"abc"}, "appNamespace=argocd&project=default&revision=abc&revisions=abc&sourcePositions=1"},
		"Several": {
			[]string{"abc", "def"},
			"appNamespace=argocd&project=default&revisions=abc&revisions=def&sourcePositions=1&sourcePositions=2",
		},
		"None": {nil, "appNamespace=argocd&project=default"},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			client, server := serve(t, func(w http.ResponseWriter, _ *http.Request) {
				say(w, http.StatusOK, `{"manifests": ["{}", "{\"kind\":\"Job\"}"], "revision": "abc"}`)
			})
			got, err := client.Manifests(t.Context(), shop, tc.revisions...)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff([]string{"{}", `{"kind":"Job"}`}, got); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
			want := []string{"GET /root/api/v1/applications/shop/manifests?" + tc.query + " Bearer " + token}
			if diff := cmp.Diff(want, server.calls); diff != "" {
				t.Errorf("calls (-want +got):\n%s", diff)
			}
		})
	}
}

// TestAnswers that are none: each is an error, and none of them shows the token.
func TestAnswers(t *testing.T) {
	t.Parallel()
	cases := map[string]struct {
		reason string
		answer http.HandlerFunc
		says   string
	}{
		"Token": {"the server does not know it", func(w http.ResponseWriter, _ *http.Request) {
			say(w, http.StatusUnauthorized, `{"error": "x", "code": 16, "message": "invalid: `+token+` is expired"}`)
		}, "401 Unauthorized: invalid: (token) is expired"},
		"Right": {"the account may not", func(w http.ResponseWriter, _ *http.Request) {
			say(w, http.StatusForbidden, `{"message": "permission\ndenied"}`)
		}, "403 Forbidden: permission denied"},
		"Long": {"it is shown to people", func(w http.ResponseWriter, _ *http.Request) {
			say(w, http.StatusInternalServerError, `{"message": "`+strings.Repeat("ä", maxWhy+1)+`"}`)
		}, "500 Internal Server Error: " + strings.Repeat("ä", maxWhy) + "…"},
		"Page": {"a proxy answered", func(w http.ResponseWriter, _ *http.Request) {
			say(w, http.StatusBadGateway, `<html>`)
		}, "502 Bad Gateway"},
		"Elsewhere": {"the token is for one server", func(w http.ResponseWriter, r *http.Request) {
			http.Redirect(w, r, "https://elsewhere.example.com/", http.StatusFound)
		}, "302 Found"},
		"Path": {"nor is it followed on the same", func(w http.ResponseWriter, r *http.Request) {
			http.Redirect(w, r, "/login", http.StatusTemporaryRedirect)
		}, "307 Temporary Redirect"},
		"NoJSON": {"a page to log in at", func(w http.ResponseWriter, _ *http.Request) {
			say(w, http.StatusOK, `<html>`)
		}, "cannot be read"},
		"Cut": {"half an answer is none", func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Length", "100")
			say(w, http.StatusOK, `{"author": "Alice <alice@example.com>"}`)
		}, "read its answer"},
		"Shape": {"an author is text", func(w http.ResponseWriter, _ *http.Request) {
			say(w, http.StatusOK, `{"author": ["Alice"]}`)
		}, "cannot be read"},
		"Large": {"it is kept in memory", func(w http.ResponseWriter, _ *http.Request) {
			say(w, http.StatusOK, `{"message": "`+strings.Repeat("a", maxMetadata)+`"}`)
		}, "more than 1024 KiB"},
		"Endless": {"it would not end", func(w http.ResponseWriter, r *http.Request) {
			for r.Context().Err() == nil {
				if _, err := w.Write(make([]byte, 1<<16)); err != nil {
					return
				}
			}
		}, "more than 1024 KiB"},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			client, _ := serve(t, tc.answer)
			got, err := client.Metadata(t.Context(), shop, 0, "abc")
			if err == nil || !strings.Contains(err.Error(), tc.says) || strings.Contains(err.Error(), token) {
				t.Errorf("%s: want an error that says %q, and not the token, got %v and: %v", tc.reason, tc.says, got, err)
			}
		})
	}
}

// TestRefused : a caller can tell one refusal from another.
func TestRefused(t *testing.T) {
	t.Parallel()
	client, _ := serve(t, func(w http.ResponseWriter, _ *http.Request) { say(w, http.StatusNotFound, `{}`) })
	_, err := client.Manifests(t.Context(), shop, "abc")
	if refused := (*Refused)(nil); !errors.As(err, &refused) || refused.Status != http.StatusNotFound {
		t.Errorf("want a refusal with status 404, got: %v", err)
	}
}

// TestSlow : nobody waits for longer than they said.
func TestSlow(t *testing.T) {
	t.Parallel()
	client, _ := serve(t, func(_ http.ResponseWriter, r *http.Request) { <-r.Context().Done() })
	ctx, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond)
	defer cancel()
	if _, err := client.Metadata(ctx, shop, 0, "abc"); !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("want the deadline, got: %v", err)
	}
}

// TestStranger : a server whose certificate nobody vouches for does not get the token.
func TestStranger(t *testing.T) {
	t.Parallel()
	client, server := serve(t, func(w http.ResponseWriter, _ *http.Request) { say(w, http.StatusOK, `{}`) })
	stranger, err := New(Options{URL: client.server.String(), TokenFile: client.tokenFile})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := stranger.Metadata(t.Context(), shop, 0, "abc"); err == nil || !strings.Contains(err.Error(), "x509") {
		t.Errorf("want an error about the certificate, got: %v", err)
	}
	if len(server.calls) > 0 {
		t.Errorf("it was called: %v", server.calls)
	}
}

// TestTokenChanged : the token is that of the file, now.
func TestTokenChanged(t *testing.T) {
	t.Parallel()
	client, server := serve(t, func(w http.ResponseWriter, _ *http.Request) { say(w, http.StatusOK, `{}`) })
	for _, content := range []string{"first\n", "second"} {
		if err := os.WriteFile(client.tokenFile, []byte(content), 0o600); err != nil {
			t.Fatal(err)
		}
		if _, err := client.Manifests(t.Context(), shop); err != nil {
			t.Fatal(err)
		}
	}
	for i, want := range []string{"Bearer first", "Bearer second"} {
		if !strings.HasSuffix(server.calls[i], want) {
			t.Errorf("call %d: want %s, got: %s", i, want, server.calls[i])
		}
	}
	for name, content := range map[string]string{"Empty": " \n", "Two": "a\nb", "Binary": "a\x00", "Letter": "ä"} {
		if err := os.WriteFile(client.tokenFile, []byte(content), 0o600); err != nil {
			t.Fatal(err)
		}
		if _, err := client.Manifests(t.Context(), shop); err == nil || !strings.Contains(err.Error(), "holds none") {
			t.Errorf("%s: want an error that says so, got: %v", name, err)
		}
	}
}

// TestNames : what is asked about is one element of a path.
func TestNames(t *testing.T) {
	t.Parallel()
	client, server := serve(t, func(w http.ResponseWriter, _ *http.Request) { say(w, http.StatusOK, `{}`) })
	for _, name := range []string{"", ".", ".."} {
		if _, err := client.Metadata(t.Context(), Application{Name: name}, 0, "abc"); err == nil {
			t.Errorf("Application %q: want an error", name)
		}
		if _, err := client.Metadata(t.Context(), shop, 0, name); err == nil {
			t.Errorf("revision %q: want an error", name)
		}
	}
	if len(server.calls) > 0 {
		t.Errorf("it was called: %v", server.calls)
	}
}

// recorder keeps what was called, and by which token.
type recorder struct{ calls []string }

// serve answers all calls alike, to a client that believes the server.
func serve(t *testing.T, answer http.HandlerFunc) (*Client, *recorder) {
	t.Helper()
	record := &recorder{}
	server := httptest.NewTLSServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		record.calls = append(record.calls, fmt.Sprintf("%s %s %s", r.Method, r.RequestURI, r.Header.Get("Authorization")))
		answer(w, r)
	}))
	t.Cleanup(server.Close)
	authority := string(pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: server.Certificate().Raw}))
	client, err := New(Options{
		URL: server.URL + "/root", TokenFile: write(t, "token", token+"\n"), CAFile: write(t, "ca.pem", authority),
	})
	if err != nil {
		t.Fatal(err)
	}
	return client, record
}

func say(w http.ResponseWriter, status int, body string) {
	w.WriteHeader(status)
	_, _ = w.Write([]byte(body)) // who asked may be gone
}

func write(t *testing.T, name, content string) string {
	t.Helper()
	file := filepath.Join(t.TempDir(), name)
	if err := os.WriteFile(file, []byte(content), 0o600); err != nil {
		t.Fatal(err)
	}
	return file
}
