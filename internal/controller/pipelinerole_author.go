// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

package controller

import (
	"context"
	"errors"
	"slices"

	authenticationv1 "k8s.io/api/authentication/v1"
	rbacv1 "k8s.io/api/rbac/v1"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/countersign-dev/countersign/api/v1alpha1"
	"github.com/countersign-dev/countersign/internal/authority"
	"github.com/countersign-dev/countersign/internal/conditions"
	"github.com/countersign-dev/countersign/internal/escalation"
	"github.com/countersign-dev/countersign/internal/grants"
)

// Authority says what of a role its author may not give in the namespaces; see authority.Checker.
type Authority interface {
	Lacking(
		ctx context.Context, author authenticationv1.UserInfo, role *v1alpha1.PipelineRole, namespaces []string,
	) ([]authority.Lack, error)
}

// newGrants are the namespaces in which the role does not give a grant yet, or gives less by it, by grant.
type newGrants map[grants.Grant][]string

func (n newGrants) has(grant grants.Grant, namespace string) bool {
	return slices.Contains(n[grant], namespace)
}

func (n newGrants) hasRules(namespace string) bool {
	for grant, namespaces := range n {
		if grant.Capability == "" && slices.Contains(namespaces, namespace) {
			return true
		}
	}
	return false
}

func (n newGrants) namespaces() []string {
	var all []string
	for _, namespaces := range n {
		all = append(all, namespaces...)
	}
	slices.Sort(all)
	return slices.Compact(all)
}

// fresh finds what the role gives nowhere yet, and where its rules are wider than the Role that is there. The rest was
// held against the author when it was given.
func (g *granting) fresh(stored storedGrants) newGrants {
	fresh := newGrants{}
	for _, grant := range grants.Grants(g.role) {
		for _, namespace := range g.namespaces {
			if !grant.Holds(namespace, g.gated) {
				continue
			}
			made := stored.bindings[grant.Binding(namespace)]
			if made == nil || !grants.MadeForThis(made, g.role) ||
				grant.Capability == "" && g.widens(stored.roles[grant.Binding(namespace)]) {
				fresh[grant] = append(fresh[grant], namespace)
			}
		}
	}
	return fresh
}

func (g *granting) widens(stored client.Object) bool {
	role, ok := stored.(*rbacv1.Role)
	return !ok || len(escalation.Beyond(escalation.Permitted(g.role.Spec.Rules), role.Rules)) > 0
}

// withholdUnauthorized says what of the new grants the role's author may not give: a namespace that joins later, or a
// ceiling that rises, would otherwise be a way round. What cannot be found out is not given, and tried again.
func (g *granting) withholdUnauthorized(ctx context.Context, fresh newGrants) newGrants {
	if len(fresh) == 0 {
		return nil
	}
	written := g.role.Annotations[v1alpha1.AuthorAnnotation]
	author, err := authority.Decode(written)
	if err != nil {
		g.withhold("", "", "nobody vouches for what the role gives. "+g.howToVouch())
		return fresh
	}
	lacks, err := g.Authority.Lacking(ctx, author, g.role, fresh.namespaces())
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
		g.withhold(lack.Grant.String(), lack.Namespace,
			lack.Describe(author)+". "+g.howToVouch())
	}
	return kept
}

// howToVouch is how somebody else becomes the role's author.
func (g *granting) howToVouch() string {
	return "Whoever holds it vouches for the role by: kubectl annotate pipelinerole " + g.role.Name + " " +
		v1alpha1.AuthorAnnotation + "-"
}

const (
	// mostGrant and mostMessage are what the status has room for.
	mostGrant   = 512
	mostMessage = 2048
)

// withhold notes what somebody does not get.
func (g *granting) withhold(grant, namespace, message string) {
	if grant == "" {
		grant = "everything new"
	}
	g.withheld = append(g.withheld, v1alpha1.Withheld{
		Grant: conditions.Shorten(grant, mostGrant), Namespace: namespace, Message: conditions.Shorten(message, mostMessage),
	})
}
