// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

package cli

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"strings"

	authenticationv1 "k8s.io/api/authentication/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/util/duration"
	authenticationclient "k8s.io/client-go/kubernetes/typed/authentication/v1"
	"k8s.io/client-go/rest"
	"k8s.io/client-go/tools/clientcmd"
	clientcmdapi "k8s.io/client-go/tools/clientcmd/api"
)

// writeToken writes a kubeconfig file with a token. It looks at the file first, so that no token is made for nothing.
func (a *app) writeToken(
	ctx context.Context, s session, b botOf, spec authenticationv1.TokenRequestSpec, options tokenOptions,
) error {
	if _, err := os.Lstat(options.file); !options.force && !errors.Is(err, fs.ErrNotExist) {
		return problem{options.file + " is there already", "choose another file, or replace it with --force"}
	}
	cluster, err := a.cluster()
	if err != nil {
		return err
	}
	issued, err := s.ask(ctx, b, spec)
	if err != nil {
		return err
	}
	if apierrors.IsUnauthorized(a.tryToken(ctx, issued.Status.Token)) {
		return b.notForTheAPI(issued.Spec.Audiences)
	}
	text, err := clientcmd.Write(kubeconfigOf(b, cluster, s.namespace, issued.Status.Token))
	if err != nil {
		return fmt.Errorf("write the kubeconfig: %w", err)
	}
	if err := write(options.file, text, options.force); err != nil {
		return fmt.Errorf("write the kubeconfig: %w", err)
	}
	return a.note("Wrote " + options.file + " with a token of " + a.lifeOf(b, issued))
}

// logIn tries a token on the API server, as a login of its own.
func (a *app) logIn(ctx context.Context, token string) error {
	config, err := a.flags.ToRESTConfig()
	if err != nil {
		return err
	}
	config = rest.AnonymousClientConfig(config)
	config.BearerToken = token
	api, err := authenticationclient.NewForConfig(config)
	if err != nil {
		return err
	}
	_, err = api.SelfSubjectReviews().Create(ctx, &authenticationv1.SelfSubjectReview{}, metav1.CreateOptions{})
	return err
}

// cluster is the one that this command talks to, with its certificate authority in full.
func (a *app) cluster() (*clientcmdapi.Cluster, error) {
	config, err := a.flags.ToRESTConfig()
	if err != nil {
		return nil, fmt.Errorf("read the kubeconfig: %w", err)
	}
	cluster := clientcmdapi.NewCluster()
	cluster.Server, cluster.TLSServerName = config.Host, config.ServerName
	cluster.InsecureSkipTLSVerify = config.Insecure
	cluster.CertificateAuthorityData = config.CAData
	if len(config.CAData) == 0 && config.CAFile != "" {
		if cluster.CertificateAuthorityData, err = os.ReadFile(config.CAFile); err != nil {
			return nil, fmt.Errorf("read the certificate authority: %w", err)
		}
	}
	return cluster, nil
}

// kubeconfigOf holds one login, under the name of the role and the bot.
func kubeconfigOf(b botOf, cluster *clientcmdapi.Cluster, namespace, token string) clientcmdapi.Config {
	name := b.role.Name + "/" + b.bot.Name
	config := clientcmdapi.NewConfig()
	config.Clusters[name] = cluster
	config.AuthInfos[name] = &clientcmdapi.AuthInfo{Token: token}
	config.Contexts[name] = &clientcmdapi.Context{Cluster: name, AuthInfo: name, Namespace: namespace}
	config.CurrentContext = name
	return *config
}

// write a file that only its owner can read, and that was not there before, or else is replaced as a whole.
func write(file string, text []byte, replace bool) error {
	if !replace {
		return writeNew(file, text)
	}
	fresh := fmt.Sprintf("%s.%d", file, os.Getpid())
	if err := writeNew(fresh, text); err != nil {
		return err
	}
	if err := os.Rename(fresh, file); err != nil {
		return errors.Join(err, os.Remove(fresh))
	}
	return nil
}

func writeNew(file string, text []byte) error {
	f, err := os.OpenFile(file, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600) //nolint:gosec // the caller names it
	if err != nil {
		return err
	}
	_, err = f.Write(text)
	if err := errors.Join(err, f.Close()); err != nil {
		return errors.Join(err, os.Remove(file))
	}
	return nil
}

// lifeOf says whose token it is, what for, and until when.
func (a *app) lifeOf(b botOf, issued *authenticationv1.TokenRequest) string {
	until := issued.Status.ExpirationTimestamp
	return fmt.Sprintf("%s, a bot of PipelineRole %s, for %s. It lives until %s, %s from now.\n", b, b.role.Name,
		safe(strings.Join(issued.Spec.Audiences, ", ")), stamp(until), duration.HumanDuration(until.Sub(a.Now())))
}

// note says something beside what a command prints.
func (a *app) note(text string) error {
	if _, err := io.WriteString(a.ErrOut, text); err != nil {
		return fmt.Errorf("print: %w", err)
	}
	return nil
}
