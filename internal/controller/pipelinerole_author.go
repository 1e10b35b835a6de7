// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

package controller

import (
	"context"
	"errors"
	"slices"

	authenticationv1 "k8s.io/api/authentication/v1"

	"github.com/countersign-dev/countersign/api/v1alpha1"
	"github.com/countersign-dev/countersign/internal/authority"
	"github.com/countersign-dev/countersign/internal/grants"
)

// Authority says what of a role its author may not give in the namespaces; see authority.Checker.
type Authority interface {
	Lacking(
		ctx context.Context, author authenticationv1.UserInfo, role *v1alpha1.PipelineRole, namespaces []string,
	) ([]authority.Lack, error)
}

// newGrants are the grants that the role has not given in a namespace yet, by grant.
type newGrants map[grants.Grant][]string

// given tells for each grant and namespace whether it is given there. What is given already was checked when the role
// was written. What is new is held against the author: a namespace that joins later would otherwise be a way round.
func (g *granting) given(ctx context.Context, bindings storedObjects) func(grants.Grant, string) bool {
	fresh := newGrants{}
	var namespaces []string
	for _, grant := range grants.Grants(g.role) {
		for _, namespace := range g.namespaces {
			if bindings[grant.Binding(namespace)] == nil {
				fresh[grant] = append(fresh[grant], namespace)
				namespaces = append(namespaces, namespace)
			}
		}
	}
	slices.Sort(namespaces)
	kept := g.withholdUnauthorized(ctx, fresh, slices.Compact(namespaces))
	return func(grant grants.Grant, namespace string) bool { return !slices.Contains(kept[grant], namespace) }
}

// withholdUnauthorized says what of the new grants the role's author may not give. What cannot be found out is not
// given, and tried again.
func (g *granting) withholdUnauthorized(ctx context.Context, fresh newGrants, namespaces []string) newGrants {
	if len(fresh) == 0 {
		return nil
	}
	written := g.role.Annotations[v1alpha1.AuthorAnnotation]
	author, err := authority.Decode(written)
	if err != nil {
		g.withhold("", "", "nobody vouches for what the role gives; apply the role again: kubectl apply")
		return fresh
	}
	lacks, err := g.Authority.Lacking(ctx, author, g.role, namespaces)
	switch {
	case errors.Is(err, authority.ErrTooMany):
		g.withhold("", "", author.Username+" applied the role last, and holds it neither in all namespaces nor has verb "+
			"escalate on it: "+err.Error())
		return fresh
	case err != nil:
		g.fail(err)
		return fresh
	}
	return g.withholdLacking(fresh, lacks, author.Username)
}

func (g *granting) withholdLacking(fresh newGrants, lacks []authority.Lack, author string) newGrants {
	kept := newGrants{}
	for _, lack := range lacks {
		namespaces := []string{lack.Namespace}
		if lack.Namespace == "" {
			namespaces = fresh[lack.Grant]
		}
		namespaces = slices.DeleteFunc(slices.Clone(namespaces), func(namespace string) bool {
			return !slices.Contains(fresh[lack.Grant], namespace)
		})
		if len(namespaces) == 0 {
			continue
		}
		kept[lack.Grant] = append(kept[lack.Grant], namespaces...)
		g.withhold(lack.Grant.String(), lack.Namespace, lack.Describe(author)+". Somebody who holds it applies the role again")
	}
	return kept
}

// withhold notes what somebody does not get.
func (g *granting) withhold(grant, namespace, message string) {
	if grant == "" {
		grant = "everything new"
	}
	g.withheld = append(g.withheld, v1alpha1.Withheld{Grant: grant, Namespace: namespace, Message: message})
}
