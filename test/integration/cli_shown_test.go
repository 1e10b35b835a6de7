// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

package integration

import (
	"strings"
	"testing"
)

// TestPluginShowsAll: what runs first, what an annotation tells others to do, and what a program takes from its
// environment stands before whoever is to approve it, whole.
func TestPluginShowsAll(t *testing.T) {
	s := newShop(t)
	long := strings.Repeat("add_header X on; ", 20)
	file := manifest(t,
		"    metadata: {labels: {app: checkout}}",
		`    metadata: {labels: {app: checkout}, annotations: {example.com/token: "`+long+`token=$x; proxy_pass evil;"}}`,
		"      containers:", "      initContainers: [{name: verify, image: v}, {name: extra, image: e}]\n      containers:",
		`{name: OLD, value: "x"}`, `{name: LUA_INIT, value: "token=1; os.execute('evil')"}`)
	asked := s.terminalOf(t, alice, s.developers).countersign(t, "request", "-f", file).says(t, 0, "opened").request(t)
	s.terminalOf(t, bob, s.managers).countersign(t, "show", asked).says(t, 0,
		`initContainers, in order: ["verify", "extra"]`, long+"token=$x; proxy_pass evil;", "token=1; os.execute('evil')")
}
