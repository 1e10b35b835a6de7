// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

package node

import (
	"archive/tar"
	"errors"
	"maps"
	"os"
	"slices"
)

// writeLayer writes an archive of programs: the file that each name in it is to have.
func writeLayer(file string, programs map[string]string) (err error) {
	archive, err := os.Create(file)
	if err != nil {
		return err
	}
	writer := tar.NewWriter(archive)
	defer func() { err = errors.Join(err, writer.Close(), archive.Close()) }()
	for _, name := range slices.Sorted(maps.Keys(programs)) {
		if err := addProgram(writer, name, programs[name]); err != nil {
			return err
		}
	}
	return nil
}

func addProgram(to *tar.Writer, name, file string) error {
	content, err := os.ReadFile(file)
	if err != nil {
		return err
	}
	if err := to.WriteHeader(&tar.Header{Name: name, Mode: 0o755, Size: int64(len(content))}); err != nil {
		return err
	}
	_, err = to.Write(content)
	return err
}
