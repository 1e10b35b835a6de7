// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

package manager

import (
	"errors"
	"flag"
	"fmt"
	"strings"

	"k8s.io/apimachinery/pkg/util/validation"
	"k8s.io/utils/clock"

	"github.com/countersign-dev/countersign/internal/argocd"
	"github.com/countersign-dev/countersign/internal/argocd/api"
	countersignwebhook "github.com/countersign-dev/countersign/internal/webhook"
)

// ArgoCDOptions say where Argo CD is, and how to ask its API server. Without a server nobody is asked.
type ArgoCDOptions struct {
	// Namespace that Argo CD runs in.
	Namespace string
	// Others are namespaces, with commas between, of further ones.
	Others string
	// Promoters are user names, with commas between, of whoever beside Argo CD says who began a sync.
	Promoters string
	// Server to ask: https://host[:port][/path].
	Server string
	// TokenFile has the token of the account to ask as.
	TokenFile string
	// CAFile has the authorities, as PEM, of which one issued the server's certificate; empty for those of the system.
	CAFile string
	// Commits that name their authors.
	Commits string
}

func (o *ArgoCDOptions) bindFlags(flags *flag.FlagSet) {
	flags.StringVar(&o.Namespace, "argocd-namespace", "argocd", "the namespace that Argo CD runs in")
	flags.StringVar(&o.Others, "argocd-others", "",
		"namespaces, with commas between, of further Argo CDs, which write the status of Applications as well; what "+
			"they say of who began a sync is not believed")
	flags.StringVar(&o.Promoters, "argocd-promoters", "",
		"user names, with commas between, of whoever writes operations of Applications for others and says whom they are "+
			"of, such as system:serviceaccount:kargo:kargo-controller")
	flags.StringVar(&o.Server, "argocd-server", "",
		"Argo CD's API server, as https://host[:port][/path], to ask who wrote what is synced, and what "+
			"a sync brings; without it nobody is asked")
	flags.StringVar(&o.TokenFile, "argocd-token-file", "",
		"a file with the token of the account to ask Argo CD as; it is read each time")
	flags.StringVar(&o.CAFile, "argocd-ca-file", "",
		"authorities, as PEM, of which one issued the certificate of Argo CD's API server; without it those of the system")
	flags.StringVar(&o.Commits, "argocd-commits", string(argocd.CommitsAll),
		"which commits name their authors: All, or Signed, those alone whose signature Argo CD found good")
}

// trust says who is Argo CD, and who is believed about who began a sync.
func (o ArgoCDOptions) trust() argocd.Trust {
	return argocd.Trust{Namespace: o.Namespace, Promoters: several(o.Promoters)}
}

// namespaces of each Argo CD. They become a part of a policy, so that nothing else than a name is let in.
func (o ArgoCDOptions) namespaces() ([]string, error) {
	namespaces := append([]string{o.Namespace}, several(o.Others)...)
	for _, namespace := range namespaces {
		if wrong := validation.IsDNS1123Label(namespace); len(wrong) > 0 {
			return nil, fmt.Errorf("--argocd-namespace, --argocd-others: %q is no name of a namespace: %s",
				namespace, strings.Join(wrong, "; "))
		}
	}
	return namespaces, nil
}

// several names in one setting.
func several(setting string) []string {
	return strings.FieldsFunc(setting, func(r rune) bool { return r == ',' || r == ' ' })
}

// authors asks Argo CD who wrote what it syncs, where somebody said which.
func (o ArgoCDOptions) authors(server *api.Client) countersignwebhook.Authors {
	if server == nil {
		return argocd.Unasked{}
	}
	return api.NewAuthors(server, argocd.Commits(o.Commits), clock.RealClock{})
}

// client of the server; nil where there is none. Settings that say one thing and mean another are refused: whoever made
// them would believe that authors are excluded.
func (o ArgoCDOptions) client() (*api.Client, error) {
	commits := argocd.Commits(o.Commits)
	switch {
	case commits != argocd.CommitsAll && commits != argocd.CommitsSigned:
		return nil, fmt.Errorf("--argocd-commits: must be %s or %s, not %q", argocd.CommitsAll, argocd.CommitsSigned, commits)
	case o.Server != "" && o.TokenFile == "":
		return nil, errors.New("--argocd-server: needs --argocd-token-file, the token of an account that may get " +
			"applications")
	case o.Server == "" && (o.TokenFile != "" || o.CAFile != "" || commits == argocd.CommitsSigned):
		return nil, errors.New("--argocd-token-file, --argocd-ca-file and --argocd-commits=Signed: need --argocd-server, " +
			"or nobody is asked")
	case o.Server == "":
		return nil, nil //nolint:nilnil // nobody is to be asked
	}
	client, err := api.New(api.Options{URL: o.Server, TokenFile: o.TokenFile, CAFile: o.CAFile})
	if err != nil {
		return nil, fmt.Errorf("--argocd-server, --argocd-token-file, --argocd-ca-file: %w", err)
	}
	return client, nil
}
