// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

package redteam

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"os"
	"strings"
)

// annotated : an annotation of an object is such.
func annotated(object, key, want string) func(*scene) string {
	return func(s *scene) string {
		found, err := s.say(s.t.Context(), installer, read(object))
		if err != nil {
			return err.Error()
		}
		if got := at(found, "metadata", "annotations", key); got != want {
			return fmt.Sprintf("annotation %s to be %s; it is %q", key, want, got)
		}
		return ""
	}
}

// saysOf : a field of an object says something.
func saysOf(object, text string, path ...string) func(*scene) string {
	return func(s *scene) string {
		found, err := s.say(s.t.Context(), installer, read(object))
		if err != nil || !strings.Contains(at(found, path...), wordsOf(s.words).Replace(text)) {
			return fmt.Sprintf("%s to say %s in %s: %v (%v)", object, text, path, at(found, path...), err)
		}
		return ""
	}
}

// audited : one line of the operator's audit trail holds all the words.
func audited(words ...string) func(*scene) string {
	return func(s *scene) string { return lineWith(s, s.manager.AuditLogFile(), words) }
}

// How most Limits show.
const (
	onServerRecord = "the API server's audit log has who did it"
	impersonated   = "the API server's audit log has `impersonatedUser` beside who it was"
)

// auditedByServer : one line of the API server's audit log does.
func auditedByServer(words ...string) func(*scene) string {
	return func(s *scene) string { return lineWith(s, s.cp.AuditLogFile(), words) }
}

func lineWith(s *scene, file string, words []string) string {
	text, err := os.ReadFile(file)
	if err != nil {
		return err.Error()
	}
	for line := range bytes.Lines(text) {
		if has(line, s, words) {
			return ""
		}
	}
	return fmt.Sprintf("a line with %q in %s", words, file)
}

func has(line []byte, s *scene, words []string) bool {
	for _, word := range words {
		if !bytes.Contains(line, []byte(wordsOf(s.words).Replace(word))) {
			return false
		}
	}
	return true
}

// inForce : the operator has written down that the policy governs namespaces. Where none runs, that is done in its
// name.
func inForce(name string) step {
	return func(ctx context.Context, s *scene) error {
		found, err := s.say(ctx, installer, read("PromotionPolicy "+name))
		if err != nil {
			return err
		}
		if got := at(found, "status", "namespaces"); got != "" && got != "0" {
			return nil
		}
		if s.operated {
			return fmt.Errorf("policy %s governs nothing yet", name)
		}
		found["status"] = map[string]any{"namespaces": 2}
		body, err := json.Marshal(found)
		if err != nil {
			return err
		}
		return by(operatorItself, replaceAt("PromotionPolicy "+name, "status", string(body)))(ctx, s)
	}
}
