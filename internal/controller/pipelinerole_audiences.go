// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

package controller

import "github.com/countersign-dev/countersign/internal/grants"

// reasonAudiencesUnknown : it is not known what the tokens of a bot may be for, so it gets none.
const reasonAudiencesUnknown = "AudiencesUnknown"

// tokenless are the bots that get no tokens, because nobody says what for.
func (g *granting) tokenless() []string {
	var names []string
	for _, bot := range g.role.Spec.Bots {
		if len(grants.Audiences(bot, g.TokenAudiences)) == 0 {
			names = append(names, bot.Namespace+"/"+bot.Name)
		}
	}
	return names
}

func tokenlessMessage(role string, bots []string) string {
	return "No token is issued for " + some(bots) + ": Countersign could not find out which audiences the API server " +
		"takes, because it does not log in there with a token. Name one in audiences of the bot in spec.bots; by " +
		"default it is the issuer (kubectl get --raw /.well-known/openid-configuration): kubectl edit pipelinerole " +
		role
}
