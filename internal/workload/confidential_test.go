// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

package workload_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/countersign-dev/countersign/internal/workload"
)

func TestMasks(t *testing.T) {
	const (
		variable   = `spec: {env: [{name: %s, value: %q}]}`
		annotation = `spec: {template: {metadata: {annotations: {%s: %q}}}}`
		labels     = `labels: {%s: %q}`
		label      = `spec: {template: {metadata: {labels: {%s: %q}}}}`
		header     = `spec: {livenessProbe: {httpGet: {httpHeaders: [{name: %s, value: %q}]}}}`
	)
	cases := map[string]struct {
		reason, at, name, value string
	}{
		"Password":          {"by its name", variable, "DB_PASSWORD", "hunter2"},
		"LowerCase":         {"by its name", variable, "db_passwd", "hunter2"},
		"Token":             {"by its name", variable, "GITLAB_TOKEN", "abc"},
		"Key":               {"by its name", variable, "API_KEY", "abc"},
		"Secret":            {"by its name", variable, "CLIENT_SECRET", "abc"},
		"Header":            {"by its name", header, "Authorization", "abc"},
		"Label":             {"by its name", label, "example.com/token", "abc"},
		"Labels":            {"by its name, wherever labels are", labels, "token", "abc"},
		"GitToken":          {"Git takes no code from it", variable, "GIT_TOKEN", "abc"},
		"NpmToken":          {"npm takes no code from it", variable, "npm_config__authToken", "abc"},
		"CargoToken":        {"Cargo takes no code from it", variable, "CARGO_REGISTRY_TOKEN", "abc"},
		"PipPassword":       {"pip takes no code from it", variable, "PIP_PASSWORD", "abc"},
		"GitHubToken":       {"by its prefix", variable, "A", secret},
		"TokenInText":       {"by its prefix", variable, "A", "use " + secret + " please"},
		"AWSKey":            {"by its prefix", label, "a", "AKIAIOSFODNN7EXAMPLE"},
		"JWT":               {"by its prefix", variable, "A", "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.c2ln"},
		"Bearer":            {"by its prefix", variable, "A", "Bearer c29tZXRoaW5n"},
		"UserInfo":          {"an address with a password", variable, "DATABASE_URL", "postgres://shop:hunter2@db/shop"},
		"PEM":               {"a private key", variable, "A", "-----BEGIN RSA PRIVATE KEY-----\nMIIE"},
		"PasswordInText":    {"a connection string", variable, "A", "Server=db;Password=hunter2"},
		"Random":            {"nothing but a key is so mixed", variable, "A", "q7Rf2ZkX9bLmT4vWc8Ns"},
		"RandomHex":         {"nothing but a key is so mixed", variable, "A", "9f86d081884c7d659a2feaa0c55ad015"},
		"RandomInText":      {"nothing but a key is so mixed", variable, "A", "key:q7Rf2ZkX9bLmT4vWc8Ns;"},
		"HashThatIsNotOne":  {"the name of a checksum does not cover everything", variable, "HASH", "q7Rf2ZkX9bLmT4vWc8Ns"},
		"CommitThatIsToken": {"a token stays one", variable, "COMMIT", secret},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			want := fmt.Sprintf("(masked, %d characters)", len(tc.value))
			got := workload.Diff(deployments, decode(t, `spec: {z: 1}`), decode(t, fmt.Sprintf(tc.at, tc.name, tc.value)))
			if len(got) != 2 || got[0].New+got[1].New != want {
				t.Errorf("%s: want %s, got %+v", tc.reason, want, got)
			}
		})
	}
}

func TestDoesNotMask(t *testing.T) {
	cases := map[string]string{
		"NodeSelector":   `nodeSelector: {example.com/private: "true"}`,
		"Selector":       `selector: {matchLabels: {token: a}}`,
		"Word":           `env: [{name: LOG_LEVEL, value: debug}]`,
		"Empty":          `env: [{name: PASSWORD, value: ""}]`,
		"Reference":      `env: [{name: PASSWORD, valueFrom: {secretKeyRef: {name: db-password, key: token}}}]`,
		"PullSecret":     `imagePullSecrets: [{name: registry-token}]`,
		"TopologyKey":    `topologyKey: topology.kubernetes.io/zone`,
		"Address":        `env: [{name: URL, value: "https://checkout.shop.svc.cluster.local:8443/v1/a?b=c"}]`,
		"ClassName":      `env: [{name: CLASS, value: com.example.shop.CheckoutServiceV2ImplementationFactory}]`,
		"ServiceName":    `env: [{name: NAME, value: checkout-service-production-eu-central-1}]`,
		"UUID":           `env: [{name: TENANT, value: 6ba7b810-9dad-11d1-80b4-00c04fd430c8}]`,
		"Checksum":       `annotations: {checksum/config: 9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08}`,
		"Digest":         `env: [{name: CONFIG_HASH, value: 9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822c}]`,
		"Commit":         `env: [{name: GIT_REVISION, value: 3da541559918a808c2402bba5012f6c60b27661c}]`,
		"NumberNotText":  `tokenExpirationSeconds: 3600`,
		"MailAddress":    `env: [{name: CONTACT, value: alice@example.com}]`,
		"LabelOfCounter": `labels: {app.kubernetes.io/name: checkout}`,
	}
	for name, text := range cases {
		t.Run(name, func(t *testing.T) {
			for _, difference := range workload.Diff(deployments, nil, decode(t, text)) {
				if strings.Contains(difference.New, "masked") {
					t.Errorf("masked: %+v", difference)
				}
			}
		})
	}
}

// TestLogins : of where something is fetched, who logs in there is nobody's business. Anything else is shown.
func TestLogins(t *testing.T) {
	cases := map[string]struct{ reason, value, want string }{
		"Proxy":        {"a name and a password", "http://me:hunter2@proxy:3128", "http://(masked)@proxy:3128"},
		"Token":        {"a name alone may be a token", "https://" + secret + "@pypi/a?b", "https://(masked)@pypi/a?b"},
		"Nobody":       {"nothing to mask", "http://proxy:3128", "http://proxy:3128"},
		"AnotherHost":  {"the host is behind the last @", "http://a:b@c@proxy", "http://a:b@c@proxy"},
		"PathLikeHost": {"the host ends at a slash", "http://a:b/c@proxy", "http://a:b/c@proxy"},
		"Shell":        {"a shell would run it", "http://$(curl evil)@proxy", "http://$(curl evil)@proxy"},
		"Backticks":    {"a shell would run it", "http://`evil`@proxy", "http://`evil`@proxy"},
		"Two":          {"options, of which one is an address", "-x http://a:b@c", "-x http://a:b@c"},
		"AddressLater": {"two addresses", "http://a:b@c http://d:e@f", "http://a:b@c http://d:e@f"},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			got := workload.Diff(deployments, nil, decode(t, fmt.Sprintf(`env: [{name: HTTP_PROXY, value: %q}]`, tc.value)))
			if want := `"` + tc.want + `"`; len(got) != 1 || got[0].New != want {
				t.Errorf("%s: want %s, got %+v", tc.reason, want, got)
			}
		})
	}
	for text, want := range map[string]string{
		`args: ["http://a:b@proxy"]`:                                        `["http://a:b@proxy"]`,
		`env: [{name: PATH, value: "x://tmp:y@z"}]`:                         `"x://tmp:y@z"`,
		`env: [{name: LD_PRELOAD, value: "x://evil.so:y@z"}]`:               `"x://evil.so:y@z"`,
		`env: [{name: PIP_INDEX_URL, value: "https://me:hunter2@pypi/a"}]`:  `"https://(masked)@pypi/a"`,
		`env: [{name: UV_DEFAULT_INDEX, value: "https://me:hunter2@pypi"}]`: `"https://(masked)@pypi"`,
	} {
		if got := workload.Diff(deployments, nil, decode(t, text)); len(got) != 1 || got[0].New != want {
			t.Errorf("only an address has a login in it: %s: %+v", text, got)
		}
	}
}
