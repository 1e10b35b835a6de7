// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

package process

import (
	"fmt"
	"os"
	"strings"
)

const (
	tailLines = 20
	// lineLimit keeps a tail readable: some programs log whole objects in one line.
	lineLimit = 400
)

// LogFile is the path of the process's log.
func (p *Process) LogFile() string { return logPath(p.dir, p.Name) }

// LogTail is the end of the process's log, under a line that says where the whole log is.
func (p *Process) LogTail() string {
	content, err := os.ReadFile(p.LogFile())
	if err != nil {
		return fmt.Sprintf("(no log: %v)", err)
	}
	lines := strings.Split(strings.TrimSpace(string(content)), "\n")
	lines = lines[max(0, len(lines)-tailLines):]
	for i, line := range lines {
		lines[i] = "  " + line[:min(len(line), lineLimit)]
	}
	return fmt.Sprintf("the end of its log, %s:\n%s", p.LogFile(), strings.Join(lines, "\n"))
}
