// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

package argocd

import "net"

// addresses are where the programs listen.
type addresses struct {
	redis, repoServer, repoServerMetrics, commitServer, commitServerMetrics string
	controllerMetrics, server, serverMetrics                                string
}

// chooseAddresses takes loopback addresses that nobody uses now.
func chooseAddresses() (addresses, error) {
	var chosen addresses
	for _, address := range []*string{
		&chosen.redis, &chosen.repoServer, &chosen.repoServerMetrics,
		&chosen.controllerMetrics, &chosen.server, &chosen.serverMetrics,
		&chosen.commitServer, &chosen.commitServerMetrics,
	} {
		listener, err := net.Listen("tcp", "127.0.0.1:0")
		if err != nil {
			return chosen, err
		}
		defer listener.Close() //nolint:errcheck // held so that no two are equal; nothing was sent
		*address = listener.Addr().String()
	}
	return chosen, nil
}

// port is that of an address.
func port(address string) string {
	_, port, _ := net.SplitHostPort(address)
	return port
}
