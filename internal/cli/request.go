// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

package cli

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"
	cmdutil "k8s.io/kubectl/pkg/cmd/util"

	"github.com/countersign-dev/countersign/api/v1alpha1"
	"github.com/countersign-dev/countersign/internal/release"
)

const requestHelp = `Ask for a change before applying it.

Sends the objects to the API server as "kubectl apply" would, as a dry-run with your own rights, and opens a request
for each gated object that would change. Nothing is applied. Once approved, "kubectl apply" of the same files gets in.
Give --server-side if that is how you will apply.

What is not gated or would not change needs no request; a change that has an open request already gets no second one.`

const requestExample = `  # Ask for what a directory would change
  kubectl countersign request -f deploy/ -R -n shop-production --reason "CHK-123 raise pool size"

  # In CI: name the authors, and group the requests of one release
  kubectl countersign request -f rendered.yaml -n shop-production --author alice@example.com \
    --release-name shop --revision 9f1c2d7 --exit-code`

// cliSource is the source of a release that nothing but this command makes.
const cliSource = "CLI"

// sources of releases.
var sources = []string{cliSource, release.ArgoCD, release.Flux, release.Helm}

// asking is one request command with its flags.
type asking struct {
	app       *app
	manifests manifests
	purpose   purpose
	exitCode  bool
}

// purpose is what the caller says about the changes: why, by whom written, of which release.
type purpose struct {
	reason  string
	authors []string
	release string
	// source of the release.
	source   string
	revision string
	// baseline : to have what runs already on record.
	baseline bool
}

func newRequest(a *app) *cobra.Command {
	r := &asking{app: a}
	cmd := &cobra.Command{
		Use:     "request (-f FILENAME | -k DIRECTORY)",
		Short:   "Ask for a change before applying it",
		Long:    requestHelp,
		Example: requestExample,
		Args:    cobra.NoArgs,
		RunE:    func(cmd *cobra.Command, _ []string) error { return r.run(cmd.Context()) },
	}
	r.addFlags(cmd.Flags())
	return cmd
}

func (r *asking) addFlags(flags *pflag.FlagSet) {
	m, p := &r.manifests, &r.purpose
	cmdutil.AddJsonFilenameFlag(flags, &m.Filenames, "file, directory or URL with the objects to ask for; - for stdin")
	flags.StringVarP(&m.Kustomize, "kustomize", "k", "", "kustomization directory to ask for, instead of -f")
	flags.BoolVarP(&m.Recursive, "recursive", "R", false, "process the directories of -f recursively")
	flags.BoolVar(&m.serverSide, "server-side", false, "as kubectl apply --server-side would")
	flags.BoolVar(&m.forceConflicts, "force-conflicts", false, "with --server-side: take over fields of others")
	flags.StringVar(&m.fieldManager, "field-manager", "", "who will own the fields (default: as kubectl apply)")
	flags.StringVar(&p.reason, "reason", "", "reason for the change, for its approvers")
	flags.StringArrayVar(&p.authors, "author", nil, "who wrote the change, and so cannot approve it; may be repeated")
	flags.StringVar(&p.release, "release-name", "", "release that the requests belong to")
	flags.StringVar(&p.source, "release-source", cliSource,
		"what makes the release NAMESPACE/NAME: ArgoCD, Flux or Helm")
	flags.StringVar(&p.revision, "revision", "", "revision of the release, such as a commit")
	flags.BoolVar(&r.exitCode, "exit-code", false, "exit with 3 if approvals are still missing")
}

func (r *asking) run(ctx context.Context) error {
	if err := r.check(); err != nil {
		return err
	}
	s, err := r.app.here()
	if err != nil {
		return err
	}
	f, err := r.app.forecasts()
	if err != nil {
		return err
	}
	forecasts, err := f.forecast(ctx, r.manifests)
	if err != nil {
		return err
	}
	answers, err := s.askForAll(ctx, forecasts, r.purpose)
	err = errors.Join(err, r.app.print(renderAnswers(answers, r.purpose.release)))
	if err == nil && r.exitCode && slices.ContainsFunc(answers, answer.missing) {
		err = errMissing
	}
	return err
}

func (r *asking) check() error {
	files := r.manifests.FilenameOptions
	switch {
	case len(files.Filenames) == 0 && files.Kustomize == "":
		return problem{"say what to ask for: -f FILENAME or -k DIRECTORY",
			"see the examples: kubectl countersign request --help"}
	case r.manifests.forceConflicts && !r.manifests.serverSide:
		return problem{what: "--force-conflicts only works with --server-side"}
	}
	return r.purpose.check()
}

func (p purpose) check() error {
	switch {
	case p.revision != "" && p.release == "":
		return problem{what: "--revision needs --release-name: it is the revision of a release"}
	case p.source == cliSource:
		return nil
	case !slices.Contains(sources, p.source):
		return problem{what: fmt.Sprintf("--release-source is one of %s, not %q", strings.Join(sources, ", "), p.source)}
	case strings.Count(p.release, "/") != 1:
		return problem{what: "--release-source needs --release-name NAMESPACE/NAME: the name that the release has there"}
	}
	return nil
}

func (p purpose) specOf(environment v1alpha1.EnvironmentName, change v1alpha1.Change) v1alpha1.PromotionRequestSpec {
	spec := v1alpha1.PromotionRequestSpec{Environment: environment, Change: change, Reason: p.reason}
	if p.release != "" {
		spec.Release = &v1alpha1.Release{Source: p.source, Name: p.release, Revision: p.revision}
	}
	return spec
}
