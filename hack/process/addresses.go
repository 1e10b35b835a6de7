// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

package process

import "net"

// ChooseAddresses takes loopback addresses that nobody uses now, host and port, for programs that cannot choose theirs.
// No two are equal. Somebody else may take one before the program does.
func ChooseAddresses(addresses ...*string) error {
	for _, address := range addresses {
		listener, err := net.Listen("tcp", "127.0.0.1:0")
		if err != nil {
			return err
		}
		defer listener.Close() //nolint:errcheck // held so that no two are equal; nothing was sent
		*address = listener.Addr().String()
	}
	return nil
}

// Port of an address.
func Port(address string) string {
	_, port, _ := net.SplitHostPort(address)
	return port
}
