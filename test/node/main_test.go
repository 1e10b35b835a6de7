// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

//go:build node

package node

import (
	"context"
	"os"
	"testing"

	"github.com/countersign-dev/countersign/test/cluster"
)

// here is what all tests share. Each test has an environment of its own.
var here = &site{}

func TestMain(m *testing.M) { os.Exit(cluster.Main(context.Background(), m, here)) }
