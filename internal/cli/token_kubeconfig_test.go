// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

package cli

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"

	authenticationv1 "k8s.io/api/authentication/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/client-go/tools/clientcmd"
)

// writing runs the command against a cluster whose authority is in a file, and has it write another beside that.
func writing(t *testing.T, b *bench, file string, args ...string) outcomeOf {
	t.Helper()
	dir := filepath.Dir(file)
	authority := filepath.Join(dir, "ca.crt")
	if err := os.WriteFile(authority, []byte("an authority"), 0o600); err != nil {
		t.Fatal(err)
	}
	args = append(args, "--server", "https://cluster.example.com", "--certificate-authority", authority)
	got := b.run(t, append([]string{"token", "--write-kubeconfig", file}, args...)...)
	got.Out, got.Err = strings.ReplaceAll(got.Out, dir, "DIR"), strings.ReplaceAll(got.Err, dir, "DIR")
	return got
}

func TestTokenKubeconfig(t *testing.T) {
	file := filepath.Join(t.TempDir(), "ci.yaml")
	var asked authenticationv1.TokenRequestSpec
	b := bench{objects: rolesOfBots(), calls: issuing(&asked, nil)}
	got := writing(t, &b, file, "checkout-ci/ci")
	golden(t, "token-Kubeconfig", "stdout:\n"+got.Out+"stderr:\n"+got.Err+"file:\n"+private(t, file))
	if _, err := clientcmd.LoadFromFile(file); err != nil {
		t.Errorf("kubectl cannot read the file: %v", err)
	}
}

func TestTokenKubeconfigRefused(t *testing.T) {
	failure := refused(metav1.StatusReasonForbidden, "no")
	for name, tc := range map[string]struct {
		reason  string
		bot     string
		failure error
		login   error
		before  string
	}{
		"There":   {reason: "no file is lost", bot: "checkout-ci/ci", before: "mine"},
		"NoToken": {reason: "no token, no file", bot: "checkout-ci/ci", failure: failure},
		"NotForTheAPI": {
			reason: "it would let nobody in", bot: "checkout-ci/vault", login: apierrors.NewUnauthorized("Unauthorized"),
		},
	} {
		t.Run(name, func(t *testing.T) {
			file := filepath.Join(t.TempDir(), "ci.yaml")
			if tc.before != "" {
				if err := os.WriteFile(file, []byte(tc.before), 0o600); err != nil {
					t.Fatal(err)
				}
			}
			var asked authenticationv1.TokenRequestSpec
			b := bench{objects: rolesOfBots(), calls: issuing(&asked, tc.failure), login: tc.login}
			got := writing(t, &b, file, tc.bot)
			golden(t, "token-Kubeconfig"+name, got.Out+got.Err)
			if after := private(t, file); after != tc.before {
				t.Errorf("%s: the file holds %q", tc.reason, after)
			}
			if (asked.ExpirationSeconds == nil) != (tc.before != "") {
				t.Errorf("%s: asked for a token: %v", tc.reason, asked)
			}
		})
	}
}

// With --force the file is replaced as a whole: what it points at stays as it was.
func TestTokenKubeconfigForce(t *testing.T) {
	dir := t.TempDir()
	file, elsewhere := filepath.Join(dir, "ci.yaml"), filepath.Join(dir, "elsewhere")
	if err := os.WriteFile(elsewhere, []byte("mine"), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := os.Symlink(elsewhere, file); err != nil {
		t.Fatal(err)
	}
	var asked authenticationv1.TokenRequestSpec
	b := bench{objects: rolesOfBots(), calls: issuing(&asked, nil)}
	if got := writing(t, &b, file, "checkout-ci/ci", "--force"); got.Code != exitOK {
		t.Fatalf("got %+v", got)
	}
	if text := private(t, file); !strings.Contains(text, secretToken) {
		t.Errorf("the file holds %q", text)
	}
	if text := private(t, elsewhere); text != "mine" {
		t.Errorf("what the file pointed at now holds %q", text)
	}
	if left, err := filepath.Glob(filepath.Join(dir, "*")); err != nil || len(left) != 3 {
		t.Errorf("want three files, got %v (%v)", left, err)
	}
}

// private is what a file holds that nobody else may read; nothing where there is none.
func private(t *testing.T, file string) string {
	t.Helper()
	info, err := os.Lstat(file)
	if errors.Is(err, fs.ErrNotExist) {
		return ""
	}
	if err != nil {
		t.Fatal(err)
	}
	if info.Mode() != 0o600 {
		t.Errorf("mode of %s is %s", file, info.Mode())
	}
	text, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}
