// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

package gitrepo

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"os/exec"
	"strings"
)

// Keyring is a directory in which gpg keeps keys of people. Its path must be short: gpg listens there on sockets.
type Keyring struct{ dir string }

// Key of somebody, to sign commits with.
type Key struct {
	// ID has the last 16 hexadecimal digits of its fingerprint.
	ID string
	// Public is the public key, as armored text.
	Public  string
	keyring string
}

// NewKeyring makes one in a directory, which is made where it is missing.
func NewKeyring(dir string) (*Keyring, error) {
	return &Keyring{dir: dir}, os.MkdirAll(dir, 0o700)
}

// NewKey makes a key without a passphrase.
func (k *Keyring) NewKey(ctx context.Context, person Person) (Key, error) {
	name := fmt.Sprintf("%s <%s>", person.Name, person.Email)
	if _, err := k.run(ctx, "gpg", "--batch", "--passphrase", "", "--quick-generate-key", name, "ed25519", "sign",
		"never"); err != nil {
		return Key{}, err
	}
	listed, err := k.run(ctx, "gpg", "--with-colons", "--list-secret-keys", "="+name)
	if err != nil {
		return Key{}, err
	}
	_, rest, _ := strings.Cut("\n"+listed, "\nfpr:::::::::")
	fingerprint, _, found := strings.Cut(rest, ":")
	if !found || len(fingerprint) != 40 {
		return Key{}, fmt.Errorf("find the key of %s in %q", name, listed)
	}
	public, err := k.run(ctx, "gpg", "--armor", "--export", fingerprint)
	return Key{ID: fingerprint[24:], Public: public, keyring: k.dir}, err
}

// Close ends what gpg left running.
func (k *Keyring) Close(ctx context.Context) error {
	_, err := k.run(ctx, "gpgconf", "--kill", "all")
	return err
}

func (k *Keyring) run(ctx context.Context, program string, args ...string) (string, error) {
	cmd := exec.CommandContext(ctx, program, args...)
	cmd.Env = append(os.Environ(), "GNUPGHOME="+k.dir)
	var complaint bytes.Buffer
	cmd.Stderr = &complaint
	out, err := cmd.Output()
	if err != nil {
		return "", fmt.Errorf("%s %s: %w: %s", program, strings.Join(args, " "), err, bytes.TrimSpace(complaint.Bytes()))
	}
	return string(out), nil
}
