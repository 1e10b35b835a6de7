// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

package identity

import (
	"strings"

	"github.com/countersign-dev/countersign/api/v1alpha1"
)

// Kind says what sort of identity a user name is.
type Kind string

const (
	// Unknown is an identity that cannot be told apart from others; it counts for nothing. The zero value.
	Unknown Kind = ""
	// Person is a human being, as far as the API server can tell.
	Person Kind = "Person"
	// Bot is a service account that a PipelineRole owns.
	Bot Kind = "Bot"
	// Controller is any other service account or system: user.
	Controller Kind = "Controller"
)

const (
	systemPrefix         = "system:"
	serviceAccountPrefix = systemPrefix + "serviceaccount:"
)

// Directory knows the bots.
type Directory struct {
	bots map[string]string
}

// NewDirectory returns a directory of the bots that the roles own.
func NewDirectory(roles []v1alpha1.PipelineRole) Directory {
	bots := map[string]string{}
	for _, role := range roles {
		for _, bot := range role.Spec.Bots {
			bots[ServiceAccount(bot.Namespace, bot.Name)] = role.Name
		}
	}
	return Directory{bots: bots}
}

// KindOf classifies a user name.
func (d Directory) KindOf(username string) Kind {
	if _, ok := d.bots[username]; ok {
		return Bot
	}
	if strings.HasPrefix(fold(username), systemPrefix) {
		return Controller
	}
	if CheckName(username) != nil {
		return Unknown
	}
	return Person
}

// IsPerson tells whether the name is a person's.
func (d Directory) IsPerson(username string) bool {
	return d.KindOf(username) == Person
}

// IsServiceAccount tells whether the name is a service account's, of a bot or any other.
func IsServiceAccount(username string) bool {
	return strings.HasPrefix(username, serviceAccountPrefix)
}

// ServiceAccount is the user name of a service account.
func ServiceAccount(namespace, name string) string {
	return serviceAccountPrefix + namespace + ":" + name
}

// ServiceAccountGroups are the groups that the API server puts a service account into, given its user name, as for one
// that somebody impersonates; nil for any other user.
// https://kubernetes.io/docs/reference/access-authn-authz/authentication/#service-account-tokens
func ServiceAccountGroups(username string) []string {
	account, ok := strings.CutPrefix(username, serviceAccountPrefix)
	namespace, _, named := strings.Cut(account, ":")
	if !ok || !named {
		return nil
	}
	return []string{"system:serviceaccounts", "system:serviceaccounts:" + namespace, "system:authenticated"}
}
