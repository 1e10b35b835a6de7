// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

package workload_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/countersign-dev/countersign/internal/workload"
)

// TestChosen: what the API server allocates is no change, and what somebody chooses is one.
func TestChosen(t *testing.T) {
	stored := `{spec: {clusterIP: 10.0.0.1, clusterIPs: [10.0.0.1], ports: [{port: 80, nodePort: 30001}]}}`
	given := `{spec: {clusterIP: (allocated), clusterIPs: [(allocated)], ports: [{port: 80, nodePort: (allocated)}]}}`
	other := `{spec: {clusterIP: 10.0.0.9, clusterIPs: [10.0.0.9], ports: [{port: 80, nodePort: 30001}]}}`
	for name, test := range map[string]struct{ reason, object, stored, want string }{
		"New":     {"nobody knows who chose it", stored, "", given},
		"Same":    {"nothing differs", stored, stored, given},
		"Address": {"chosen", other, stored, other},
		"More": {"chosen, beside another change",
			`{spec: {clusterIP: 10.0.0.9, clusterIPs: [10.0.0.9], selector: {a: b}, ports: [{port: 81, nodePort: 30001}]}}`,
			stored,
			`{spec: {clusterIP: 10.0.0.9, clusterIPs: [10.0.0.9], selector: {a: b}, ports: [{port: 81, nodePort: 30001}]}}`},
		"NodePort": {"chosen, beside another change",
			`{spec: {clusterIP: 10.0.0.1, selector: {a: b}, ports: [{port: 80, nodePort: 30999}]}}`, stored,
			`{spec: {clusterIP: 10.0.0.1, selector: {a: b}, ports: [{port: 80, nodePort: 30999}]}}`},
		"SecondAddress": {"chosen", `{spec: {clusterIP: 10.0.0.1, clusterIPs: [10.0.0.1, fd00::9]}}`,
			`{spec: {clusterIP: 10.0.0.1, clusterIPs: [10.0.0.1, fd00::1]}}`,
			`{spec: {clusterIP: 10.0.0.1, clusterIPs: [10.0.0.1, fd00::9]}}`},
		"HealthCheck": {"chosen", `{spec: {healthCheckNodePort: 30009}}`, `{spec: {healthCheckNodePort: 30001}}`,
			`{spec: {healthCheckNodePort: 30009}}`},
		"OtherProtocol": {"allocated anew", `{spec: {ports: [{port: 80, protocol: UDP, nodePort: 30002}]}}`,
			`{spec: {ports: [{port: 80, protocol: TCP, nodePort: 30001}]}}`,
			`{spec: {ports: [{port: 80, protocol: UDP, nodePort: (allocated)}]}}`},
		"Added": {"nobody knows who chose the port",
			`{spec: {ports: [{port: 80, nodePort: 30001}, {port: 81, nodePort: 30002}]}}`, stored,
			`{spec: {ports: [{port: 80, nodePort: (allocated)}, {port: 81, nodePort: (allocated)}]}}`},
		"First": {"nothing was allocated before", stored, `{spec: {clusterIP: None, ports: [{port: 80}]}}`, given},
		"Headless": {"none is not one that was allocated", `{spec: {clusterIP: None, clusterIPs: [None]}}`, "",
			`{spec: {clusterIP: None, clusterIPs: [None]}}`},
		"NoList": {"one address, no list of them", `{spec: {clusterIP: 10.0.0.1}}`, "", `{spec: {clusterIP: (allocated)}}`},
	} {
		var before map[string]any
		if test.stored != "" {
			before = decode(t, test.stored)
		}
		got, err := workload.Replacing(services, decode(t, test.object), before)
		if diff := cmp.Diff(decode(t, test.want), got); err != nil || diff != "" {
			t.Errorf("%s: %s: %v, -want, +got:\n%s", name, test.reason, err, diff)
		}
	}
	other = `{metadata: {name: a}, spec: {clusterIP: 10.0.0.9, replicas: 2}}`
	rollouts := resourceNamed("rollouts.argoproj.io")
	custom, err := workload.Replacing(rollouts, decode(t, other), decode(t, `{spec: {clusterIP: 10.0.0.1, replicas: 1}}`))
	if diff := cmp.Diff(content(t, rollouts, decode(t, other)), custom); err != nil || diff != "" {
		t.Errorf("to a custom kind nothing is allocated: %v, -want, +got:\n%s", err, diff)
	}
	for _, nothing := range []string{"{}", "{spec: null}"} {
		if got, err := workload.Replacing(services, decode(t, nothing), decode(t, stored)); err == nil {
			t.Errorf("%s would take the place of a Service: %v", nothing, got)
		}
	}
	if got, err := workload.Replacing(services, decode(t, stored), decode(t, "{spec: null}")); err == nil {
		t.Errorf("what is stored is no Service, and would be replaced: %v", got)
	}
	scaled, err := workload.Replacing(deployments, decode(t, "{spec: {replicas: 3}}"), decode(t, "{spec: {replicas: 2}}"))
	if diff := cmp.Diff(decode(t, "{spec: {}}"), scaled); err != nil || diff != "" {
		t.Errorf("to anything but a Service nothing is allocated: %v\n%s", err, diff)
	}
}

// TestContents: a stored Service may have been let in with what was allocated, or with what somebody chose.
func TestContents(t *testing.T) {
	for name, test := range map[string]struct {
		reason, object string
		want           []string
	}{
		"Allocated": {"either", `{spec: {clusterIP: 10.0.0.1}}`,
			[]string{`{spec: {clusterIP: (allocated)}}`, `{spec: {clusterIP: 10.0.0.1}}`}},
		"Nothing": {"both are one", `{spec: {clusterIP: None}}`, []string{`{spec: {clusterIP: None}}`}},
	} {
		got, err := workload.Contents(services, decode(t, test.object))
		var want []map[string]any
		for _, text := range test.want {
			want = append(want, decode(t, text))
		}
		if diff := cmp.Diff(want, got); err != nil || diff != "" {
			t.Errorf("%s: %s: %v, -want, +got:\n%s", name, test.reason, err, diff)
		}
	}
	if got, err := workload.Contents(services, map[string]any{}); err == nil {
		t.Errorf("nothing has contents %v", got)
	}
	one, err := workload.Contents(deployments, decode(t, `{spec: {replicas: 3}}`))
	if err != nil || len(one) != 1 {
		t.Errorf("anything but a Service has contents %v, %v", one, err)
	}
}
