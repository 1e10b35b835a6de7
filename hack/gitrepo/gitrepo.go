// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

// Package gitrepo keeps a Git repository on this machine, with commits by whomever a test wants.
package gitrepo

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
)

// Repository is a working tree with one branch, main. It takes one commit at a time.
type Repository struct {
	dir string
	// keyring that commits are signed from; empty for none.
	keyring string
}

// Person is who commits.
type Person struct {
	Name, Email string
}

// New makes a repository in a directory, which is made where it is missing. One that is there stays as it is.
func New(ctx context.Context, dir string) (*Repository, error) {
	r := &Repository{dir: dir}
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return nil, err
	}
	_, err := r.git(ctx, "init", "--quiet", "--initial-branch=main")
	return r, err
}

// URL is its file:// address.
func (r *Repository) URL() string { return "file://" + r.dir }

// Commit writes files, by their path, and commits them. It returns the commit's SHA.
func (r *Repository) Commit(
	ctx context.Context, author Person, message string, files map[string]string,
) (string, error) {
	return r.commit(ctx, author, message, files)
}

// CommitFor commits files as somebody who names another one as the author.
func (r *Repository) CommitFor(
	ctx context.Context, committer, author Person, message string, files map[string]string,
) (string, error) {
	return r.commit(ctx, committer, message, files, fmt.Sprintf("--author=%s <%s>", author.Name, author.Email))
}

// CommitSigned commits files, and signs the commit with a key of whoever it is.
func (r *Repository) CommitSigned(
	ctx context.Context, key Key, author Person, message string, files map[string]string,
) (string, error) {
	signing := Repository{dir: r.dir, keyring: key.keyring}
	return signing.commit(ctx, author, message, files, "--gpg-sign="+key.ID)
}

func (r *Repository) commit(
	ctx context.Context, by Person, message string, files map[string]string, options ...string,
) (string, error) {
	for path, content := range files {
		if err := r.write(path, content); err != nil {
			return "", err
		}
	}
	if _, err := r.git(ctx, "add", "--all"); err != nil {
		return "", err
	}
	args := append([]string{"-c", "user.name=" + by.Name, "-c", "user.email=" + by.Email, "-c", "commit.gpgSign=false",
		"commit", "--quiet", "--message=" + message}, options...)
	if _, err := r.git(ctx, args...); err != nil {
		return "", err
	}
	return r.git(ctx, "rev-parse", "HEAD")
}

func (r *Repository) write(path, content string) error {
	file := filepath.Join(r.dir, path)
	if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil {
		return err
	}
	return os.WriteFile(file, []byte(content), 0o644)
}

// git runs a command in the repository, whatever the settings of this user are, and returns what it prints.
func (r *Repository) git(ctx context.Context, args ...string) (string, error) {
	cmd := exec.CommandContext(ctx, "git", args...)
	cmd.Dir = r.dir
	cmd.Env = append(os.Environ(), "GIT_CONFIG_GLOBAL=/dev/null", "GIT_CONFIG_SYSTEM=/dev/null", "GNUPGHOME="+r.keyring)
	var complaint bytes.Buffer
	cmd.Stderr = &complaint
	out, err := cmd.Output()
	if err != nil {
		return "", fmt.Errorf("git %s: %w: %s", args[0], err, bytes.TrimSpace(complaint.Bytes()))
	}
	return string(bytes.TrimSpace(out)), nil
}
