// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

package main

import (
	"context"
	"fmt"
	"path/filepath"

	"github.com/countersign-dev/countersign/hack/controlplane"
	"github.com/countersign-dev/countersign/hack/story"
)

// story plays the main story on what up has started, and says how to go on.
func (d *demo) story(ctx context.Context) error {
	cp, err := controlplane.Attach(d.controlPlaneDir())
	if err != nil {
		return fmt.Errorf("%w\nNothing runs here; make demo-up starts it", err)
	}
	op, err := d.operator(cp)
	if err != nil {
		return err
	}
	stage := story.Stage{
		Out: d.out, Bin: filepath.Join(d.root, "bin"), Kubeconfigs: d.dir(),
		Manifests: filepath.Join(d.root, "hack", "story", "manifests"), Operator: op,
	}
	if err := story.Play(ctx, stage); err != nil {
		return err
	}
	d.howToGoOn()
	return nil
}

func (d *demo) howToGoOn() {
	d.say(`
== That was the story. Everything is still running. ==

Go on as anybody in it:

  export PATH=$PWD/bin:$PATH
  export KUBECONFIG=$PWD/%[1]s/alice.kubeconfig    # a developer
  export KUBECONFIG=$PWD/%[1]s/bob.kubeconfig      # a release manager, like carol
  export KUBECONFIG=$PWD/%[1]s/ci.kubeconfig       # the bot
  export KUBECONFIG=$PWD/%[1]s/admin.kubeconfig    # the cluster administrator

For instance, as bob:

  kubectl countersign requests -n shop-production
  kubectl get promotionrequests,approvals -n shop-production

Every decision is a line in %[1]s/operator/audit.jsonl.
make demo-down stops everything and cleans up.`, d.relative(d.dir()))
}
