// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

//go:build node

package node

import (
	"testing"

	"github.com/countersign-dev/countersign/hack/node"
)

// TestPlatform : an index was approved by its digest, of which people looked at one platform, and the node runs
// another. The Pod says no more than that it is of the index; which of its manifests runs follows from what the node
// is.
func TestPlatform(t *testing.T) {
	t.Parallel()
	e := newEnvironment(t, "platforms")
	registry := here.node.Registry
	var digests []string
	for _, image := range []node.Image{
		{Name: "index:looked-at", Build: reviewed, Platform: "linux/s390x"}, {Name: "index:run", Build: other},
	} {
		digest, err := registry.Push(t.Context(), image)
		if err != nil {
			t.Fatal(err)
		}
		digests = append(digests, digest)
	}
	index, err := registry.PushIndex(t.Context(), "index:v1", digests...)
	if err != nil {
		t.Fatal(err)
	}
	image := registry.Reference("index@" + index)
	e.deploy(t, e.deployment(t, "shop", image, "platform"))
	hears(t, other, "platform")
	if says := e.onlyPod(t).Status.ContainerStatuses[0].ImageID; says != image {
		t.Errorf("the Pod says that it is of %s", says)
	}
	if says := here.nodeInfo(t); says.OperatingSystem+"/"+says.Architecture != node.Platform {
		t.Errorf("the node says that it is %+v", says)
	}
}
