// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

package node

import (
	"fmt"
	"path/filepath"
	"strings"
)

func (n *Node) file(name string) string { return filepath.Join(n.dir, name) }

// Socket of its container runtime.
func (n *Node) Socket() string { return n.file("containerd.sock") }

// StaticPods is the directory whose manifests its kubelet runs.
func (n *Node) StaticPods() string { return n.file("static") }

// Kubelet is the address of its kubelet, and the file with the certificate that this shows.
func (n *Node) Kubelet() (url, caFile string) {
	return "https://" + n.kubelet, filepath.Join(n.dir, "certs", "kubelet.crt")
}

// visible fails where a path is in what a node hides.
func visible(path string) error {
	for _, hidden := range []string{"/run", "/var/lib", "/var/log"} {
		if strings.HasPrefix(path, hidden+"/") {
			return fmt.Errorf("%s is in %s, which a node hides: set TMPDIR to another place, or move the checkout", path, hidden)
		}
	}
	return nil
}
