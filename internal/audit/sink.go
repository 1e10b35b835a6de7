// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

package audit

import "io"

// sink is one writer of a log.
type sink struct {
	writer io.Writer
	// torn: a write ended inside a line.
	torn bool
}

// write starts a new line first where the last one was torn, so that one lost event does not spoil the next.
func (s *sink) write(line []byte) error {
	if s.torn {
		line = append([]byte{'\n'}, line...)
	}
	written, err := s.writer.Write(line)
	if err != nil {
		s.torn = s.torn || written > 0
		return err
	}
	s.torn = false
	return nil
}
