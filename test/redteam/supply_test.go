// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

package redteam

import (
	"debug/buildinfo"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"github.com/countersign-dev/countersign/hack/repo"
)

// supply is what the operator comes from, before it is installed.
var supply = []attack{
	{
		name: "Operator under the same tag", does: "pushes another image under the tag that the Deployment names",
		as: publisher, verdict: limit, limit: "Whoever builds Countersign, or publishes its image",
		seen: "`imageID` in the status of its Pods", nodeTest: "TestOperatorTag",
	},
	{
		name: "Module of somebody else", does: "has another version of a module built into it", as: publisher,
		verdict: limit, limit: "Whoever builds Countersign, or publishes its image",
		seen: "`go version -m manager` lists each module with its checksum, as `go.sum` has it",
		deed: then(), trace: func(*scene) string { return notAsInGoSum() },
	},
}

var publisher = person("", "whoever publishes the operator")

// notAsInGoSum says which module of the operator is not as go.sum has it; empty where all are.
func notAsInGoSum() string {
	sums, program, err := goSum()
	if err != nil {
		return err.Error()
	}
	info, err := buildinfo.ReadFile(program)
	if err != nil || len(info.Deps) == 0 {
		return fmt.Sprintf("the operator to say what it is built from: %v", err)
	}
	for _, module := range info.Deps {
		line := module.Path + " " + module.Version + " " + module.Sum + "\n"
		if module.Replace != nil || !strings.Contains(sums, line) {
			return "go.sum to have " + line
		}
	}
	return ""
}

// goSum is what modules are held against, and the program that is built from them.
func goSum() (sums, program string, err error) {
	file, err := repo.Path("go.sum")
	if err != nil {
		return "", "", err
	}
	bin, err := repo.Bin()
	if err != nil {
		return "", "", err
	}
	text, err := os.ReadFile(file)
	return string(text), filepath.Join(bin, "manager"), err
}
