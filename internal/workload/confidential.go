// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

package workload

import (
	"regexp"
	"slices"
	"strings"
)

// secretName matches what people call environment variables, headers and labels that hold credentials.
var secretName = regexp.MustCompile(`(?i)passw|passphrase|pwd|secret|token|key|credential|private|cookie|dsn|` +
	`authorization|connection_?string`)

// secretValue matches a PEM block, an address with a password in it, and tokens that say what they are.
var secretValue = regexp.MustCompile(`-----BEGIN |` +
	`[A-Za-z][A-Za-z0-9+.-]*://[^/?#\s@]+@|` +
	`\b(gh[oprsu]_|github_pat_|glpat-|xox[abeoprs]-|sk-|[rs]k_live_|hvs\.|dckr_pat_|npm_|pypi-)[\w-]{8}|` +
	`\b(SG\.|ya29\.|AIza)[\w-]{8}|` +
	`\b(AKIA|ASIA)[A-Z0-9]{16}\b|` +
	`\beyJ[\w-]+\.eyJ|` +
	`(?i)\b(basic|bearer) [\w+/.~-]{8}|` +
	`(?i)\b(password|passwd|pwd|secret|token|api_?key)=.`)

// addressName ends the names of variables that hold an address, and no list of paths: such a one may look like a login.
var addressName = regexp.MustCompile(`(?i)(proxy|index|registry|url)$`)

// login matches an address with a name and a password in it, and nothing that a shell would act on in these.
var login = regexp.MustCompile(`^("[A-Za-z][A-Za-z0-9+.-]*://)[\w.~%:-]+@([^/?#\s@]+([/?#][^@]*)?")$`)

// A checksum looks like a key, and is none.
var (
	checksumName  = regexp.MustCompile(`(?i)checksum|hash|digest|sha256|commit|revision`)
	checksumValue = regexp.MustCompile(`^([a-z0-9]+:)?[0-9a-f]{7,128}$`)
)

// confidential reports whether a value looks like a credential, by its name or by itself.
func confidential(at path, value any) bool {
	switch value := value.(type) {
	case string:
		return value != "" && confidentialText(at.names(), value)
	case []any:
		return slices.ContainsFunc(value, func(element any) bool { return confidential(at, element) })
	}
	return false
}

func confidentialText(names []string, value string) bool {
	if slices.ContainsFunc(names, secretName.MatchString) || secretValue.MatchString(value) {
		return true
	}
	checksum := slices.ContainsFunc(names, checksumName.MatchString) && checksumValue.MatchString(value)
	return !checksum && looksRandom(value)
}

// withoutLogin takes the name and the password out of the address of a proxy or an index. What counts is whose it is.
func withoutLogin(at path, quoted string) string {
	if !slices.ContainsFunc(at.names(), addressName.MatchString) {
		return quoted
	}
	return login.ReplaceAllString(quoted, "${1}(masked)@${2}")
}

// names returns what people call the value: the names of an environment variable or a header, or the key of a label.
// Names that the API gives to fields, such as secretKeyRef, say nothing of their values, nor do the keys by which Pods
// and nodes are chosen.
func (p path) names() []string {
	if len(p) < 2 {
		return nil
	}
	last, parent := p[len(p)-1], p[len(p)-2]
	switch {
	case last.key == "value":
		return parent.names
	case parent.key == "labels":
		return []string{last.key}
	}
	return nil
}

// looksRandom reports whether the value holds a long run of letters and digits that changes between small letters,
// capitals and digits as often as only random text does. Words, even in camel case, change far less.
func looksRandom(value string) bool {
	const shortest, perChange = 20, 4
	runs := strings.FieldsFunc(value, func(char rune) bool { return class(char) == 0 })
	return slices.ContainsFunc(runs, func(run string) bool {
		return len(run) >= shortest && strings.ContainsAny(run, "0123456789") && changes(run)*perChange >= len(run)
	})
}

func changes(run string) int {
	count := 0
	for i := 1; i < len(run); i++ {
		if class(rune(run[i])) != class(rune(run[i-1])) {
			count++
		}
	}
	return count
}

func class(char rune) int {
	switch {
	case 'a' <= char && char <= 'z':
		return 1
	case 'A' <= char && char <= 'Z':
		return 2
	case '0' <= char && char <= '9':
		return 3
	}
	return 0
}
