// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

package api

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"os"
	"strings"
)

// maxRefusal bounds what is read of an answer that is no success, in bytes, and maxWhy what is passed on of its
// message, in characters.
const (
	maxRefusal = 16 << 10
	maxWhy     = 300
)

// Refused is an answer other than success.
type Refused struct {
	// Status is that of HTTP.
	Status int
	// Message of the server; empty where there was none to read.
	Message string
}

// Error says what the answer was.
func (r *Refused) Error() string {
	text := fmt.Sprintf("it answers %d %s", r.Status, http.StatusText(r.Status))
	if r.Message != "" {
		text += ": " + r.Message
	}
	return text
}

// get the answer at a path below /api/v1/applications, as JSON of no more than limit bytes.
func (c *Client) get(ctx context.Context, path []string, query url.Values, limit int64, into any) error {
	content, err := c.fetch(ctx, path, query, limit)
	if err != nil {
		return fmt.Errorf("ask Argo CD: %w", err)
	}
	if err := json.Unmarshal(content, into); err != nil {
		return fmt.Errorf("ask Argo CD: its answer cannot be read: %w", err)
	}
	return nil
}

func (c *Client) fetch(ctx context.Context, path []string, query url.Values, limit int64) ([]byte, error) {
	token, err := c.token()
	if err != nil {
		return nil, err
	}
	request, err := c.request(ctx, path, query)
	if err != nil {
		return nil, err
	}
	request.Header.Set("Authorization", "Bearer "+token)
	response, err := c.http.Do(request)
	if err != nil {
		return nil, err
	}
	defer response.Body.Close() //nolint:errcheck // what was wanted of it has been read
	if response.StatusCode != http.StatusOK {
		return nil, refusal(response, token)
	}
	content, err := io.ReadAll(io.LimitReader(response.Body, limit+1))
	if err != nil {
		return nil, fmt.Errorf("read its answer: %w", err)
	}
	if int64(len(content)) > limit {
		return nil, fmt.Errorf("its answer has more than %d KiB", limit>>10)
	}
	return content, nil
}

func (c *Client) request(ctx context.Context, path []string, query url.Values) (*http.Request, error) {
	elements := []string{"api", "v1", "applications"}
	for _, element := range path {
		if element == "" || element == "." || element == ".." {
			return nil, fmt.Errorf("%q names nothing", element)
		}
		elements = append(elements, url.PathEscape(element))
	}
	at := c.server.JoinPath(elements...)
	at.RawQuery = query.Encode()
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, at.String(), nil)
	if err != nil {
		return nil, err
	}
	request.Header.Set("Accept", "application/json")
	return request, nil
}

// token as the file has it now.
func (c *Client) token() (string, error) {
	content, err := os.ReadFile(c.tokenFile)
	if err != nil {
		return "", fmt.Errorf("read the token: %w", err)
	}
	token := string(bytes.TrimSpace(content))
	if token == "" || strings.ContainsFunc(token, notInToken) {
		return "", errors.New("read the token: " + c.tokenFile + " holds none")
	}
	return token, nil
}

// notInToken : a token has nothing that is no printable ASCII.
func notInToken(r rune) bool { return r <= ' ' || r > '~' }

// refusal is the answer as an error. What the server says is passed on, but for the token.
func refusal(response *http.Response, token string) error {
	refused := &Refused{Status: response.StatusCode}
	content, err := io.ReadAll(io.LimitReader(response.Body, maxRefusal))
	var said struct{ Message string }
	if err != nil || json.Unmarshal(content, &said) != nil {
		return refused
	}
	words := strings.Fields(strings.ReplaceAll(said.Message, token, "(token)"))
	refused.Message = clip(strings.Join(words, " "))
	return refused
}

func clip(message string) string {
	if runes := []rune(message); len(runes) > maxWhy {
		return string(runes[:maxWhy]) + "…"
	}
	return message
}
