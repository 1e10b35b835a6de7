// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

package argocd

import "github.com/countersign-dev/countersign/hack/process"

// addresses are where the programs listen.
type addresses struct {
	redis, repoServer, repoServerMetrics, commitServer, commitServerMetrics string
	controllerMetrics, server, serverMetrics                                string
}

// chooseAddresses takes some that nobody uses now.
func chooseAddresses() (chosen addresses, err error) {
	err = process.ChooseAddresses(&chosen.redis, &chosen.repoServer, &chosen.repoServerMetrics,
		&chosen.controllerMetrics, &chosen.server, &chosen.serverMetrics,
		&chosen.commitServer, &chosen.commitServerMetrics)
	return chosen, err
}
