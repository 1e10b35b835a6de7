// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

package node

import (
	"context"
	"fmt"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"

	"github.com/countersign-dev/countersign/hack/repo"
)

// Platform of this machine, as images name it.
const Platform = "linux/" + runtime.GOARCH

// pause is the image that holds what containers of a Pod share.
const pause = "pause:1"

// herald is the program of every image: its source, and its file in there.
const (
	heraldSource = "./hack/node/herald"
	heraldFile   = "herald"
)

// Image is one whose program is a herald.
type Image struct {
	// Name in the registry, with a tag.
	Name string
	// Build is what its herald is to say that it is.
	Build string
	// Platform that it says it is for; this machine's where it is empty.
	Platform string
	// Files are more programs in it, by their name there.
	Files map[string]string
}

// Push makes an image and puts it under its tag, and returns its digest.
func (r *Registry) Push(ctx context.Context, image Image) (digest string, err error) {
	if image.Platform == "" {
		image.Platform = Platform
	}
	scratch, err := os.MkdirTemp(r.dir, "image-")
	if err != nil {
		return "", err
	}
	herald, layer := filepath.Join(scratch, heraldFile), filepath.Join(scratch, "layer.tar")
	if err := buildHerald(ctx, herald, image.Build); err != nil {
		return "", err
	}
	programs := map[string]string{heraldFile: herald}
	maps.Copy(programs, image.Files)
	if err := writeLayer(layer, programs); err != nil {
		return "", err
	}
	// What has no program to start yet is nobody's to pull.
	made := r.Reference("scratch:" + filepath.Base(scratch))
	if _, err := r.do(ctx, "append", "--new_layer="+layer, "--new_tag="+made); err != nil {
		return "", err
	}
	// The label tells it from others of the same programs: runtimes take what holds the same for one image.
	_, err = r.do(ctx, "mutate", made, "--tag="+r.Reference(image.Name), "--set-platform="+image.Platform,
		"--entrypoint=/"+heraldFile, "--env=HERALD="+r.listener.url(), "--label=name="+image.Name)
	if err != nil {
		return "", err
	}
	return r.digest(ctx, image.Name)
}

// PushIndex puts images, for other platforms each, under one tag, and returns the digest of that.
func (r *Registry) PushIndex(ctx context.Context, name string, digests ...string) (digest string, err error) {
	repository, _, _ := strings.Cut(name, ":")
	args := append(make([]string, 0, 3+len(digests)), "index", "append", "--tag="+r.Reference(name))
	for _, digest := range digests {
		args = append(args, "--manifest="+r.Reference(repository+"@"+digest))
	}
	if _, err := r.do(ctx, args...); err != nil {
		return "", err
	}
	return r.digest(ctx, name)
}

func (r *Registry) pushPause(ctx context.Context) error {
	_, err := r.Push(ctx, Image{Name: pause, Build: "pause"})
	return err
}

// buildHerald builds one, which needs nothing beside itself.
func buildHerald(ctx context.Context, file, build string) error {
	root, err := repo.Root()
	if err != nil {
		return err
	}
	cmd := exec.CommandContext(ctx, "go", "build", "-trimpath", "-ldflags=-s -w -X main.build="+build, "-o", file,
		heraldSource)
	cmd.Dir, cmd.Env = root, append(os.Environ(), "CGO_ENABLED=0")
	if out, err := cmd.CombinedOutput(); err != nil {
		return fmt.Errorf("build a herald: %w\n%s", err, out)
	}
	return nil
}
