// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

package identity

import (
	"errors"
	"fmt"
	"strings"
	"unicode/utf8"

	"sigs.k8s.io/yaml"
)

// What a mapping may hold. It is read whole, and looked at in every decision.
const (
	maxMapping = 256 << 10 // bytes
	maxPeople  = 4096
	maxName    = 512 // characters, as in a user reference
)

// Mapping says which names are one person's, beside those that are equal already. It only ever joins: with more in it,
// fewer people count as different. The zero Mapping joins nothing.
type Mapping struct {
	// person has for the key of every name that is mapped one key of that person's, the same for all.
	person map[string]string
}

// mapped is one entry of a mapping, as it is written.
type mapped struct {
	// Person is what the entry is called. Entries of one name are one entry.
	Person string   `json:"person"`
	Names  []string `json:"names"`
}

// ParseMapping reads a mapping: a list in YAML of entries such as {person: alice, names: [alice, al]}. A name in two
// entries joins the two. Anything that is not understood is an error: whoever wrote it meant to join.
func ParseMapping(text string) (Mapping, error) {
	if len(text) > maxMapping {
		return Mapping{}, fmt.Errorf("it must not be larger than %d KiB", maxMapping>>10)
	}
	var entries []mapped
	if err := yaml.UnmarshalStrict([]byte(text), &entries); err != nil {
		return Mapping{}, fmt.Errorf("it must be a list of {person: …, names: […]}: %w", err)
	}
	if len(entries) > maxPeople {
		return Mapping{}, fmt.Errorf("it must not have more than %d entries", maxPeople)
	}
	joined := union{}
	for i, entry := range entries {
		if err := joined.add(entry); err != nil {
			return Mapping{}, fmt.Errorf("entry %d: %w", i+1, err)
		}
	}
	return Mapping{person: joined.keys()}, nil
}

// union is sets of names, each a tree of which the root stands for all. What an entry is called is in it too, apart
// from the names.
type union map[string]string

const (
	isPerson = "person:"
	isName   = "name:"
)

func (u union) add(entry mapped) error {
	person := strings.TrimSpace(entry.Person)
	if person == "" || len(entry.Names) == 0 {
		return errors.New("person and names must be set")
	}
	for _, name := range entry.Names {
		switch {
		case key(name) == "":
			return fmt.Errorf("names of %q: none must be empty", person)
		case utf8.RuneCountInString(name) > maxName:
			return fmt.Errorf("names of %q: none must have more than %d characters", person, maxName)
		}
		u.join(isPerson+person, isName+key(name))
	}
	return nil
}

func (u union) join(a, b string) {
	if a, b = u.root(a), u.root(b); a != b {
		u[b] = a
	}
}

func (u union) root(node string) string {
	parent, ok := u[node]
	if !ok {
		u[node] = node
		return node
	}
	if parent == node {
		return node
	}
	u[node] = u.root(parent)
	return u[node]
}

// keys has one key of each set, the same for every name in it.
func (u union) keys() map[string]string {
	first, keys := map[string]string{}, map[string]string{}
	for node := range u {
		name, ok := strings.CutPrefix(node, isName)
		if !ok {
			continue
		}
		root := u.root(node)
		if _, known := first[root]; !known {
			first[root] = name
		}
		keys[name] = first[root]
	}
	return keys
}

// key of a name, the same for all names of one person.
func (m Mapping) key(name string) string {
	own := key(name)
	if person, ok := m.person[own]; ok {
		return person
	}
	return own
}
