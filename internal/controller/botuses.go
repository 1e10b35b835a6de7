// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

package controller

import (
	"context"
	"time"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/client-go/util/retry"
	"k8s.io/utils/clock"
	"sigs.k8s.io/controller-runtime/pkg/client"
	logf "sigs.k8s.io/controller-runtime/pkg/log"

	"github.com/countersign-dev/countersign/api/v1alpha1"
	"github.com/countersign-dev/countersign/internal/identity"
)

const (
	// usePrecision is how far behind the recorded last use of a bot may be: a status write for every use would be a load
	// and tell no more.
	usePrecision = 5 * time.Minute
	// usesWaiting bounds what is waiting to be written down. What finds no room is seen at the next use.
	usesWaiting = 64
)

// BotUses keeps when each bot was last seen, in the status of its role. It runs in every replica: each sees what the API
// server asks that one. Nothing is decided by it, and nobody waits for it.
type BotUses struct {
	client client.Client
	live   client.Reader
	clock  clock.PassiveClock
	seen   chan botUse
}

type botUse struct {
	role string
	bot  v1alpha1.Bot
	at   time.Time
}

// NewBotUses returns a recorder that is to be added to the manager.
func NewBotUses(c client.Client, live client.Reader, clock clock.PassiveClock) *BotUses {
	return &BotUses{client: c, live: live, clock: clock, seen: make(chan botUse, usesWaiting)}
}

// NeedLeaderElection says no: see BotUses.
func (u *BotUses) NeedLeaderElection() bool { return false }

// Saw notes that a user, if it is a bot, was seen.
func (u *BotUses) Saw(ctx context.Context, username string) {
	if !identity.IsServiceAccount(username) {
		return
	}
	var roles v1alpha1.PipelineRoleList
	if err := u.client.List(ctx, &roles, client.UnsafeDisableDeepCopy); err != nil {
		logf.FromContext(ctx).Error(err, "Could not look up whose bot was seen", "user", username)
		return
	}
	now := u.clock.Now()
	for i := range roles.Items {
		for _, bot := range roles.Items[i].Spec.Bots {
			if identity.ServiceAccount(bot.Namespace, bot.Name) == username && isNews(&roles.Items[i], bot, now) {
				u.note(botUse{role: roles.Items[i].Name, bot: bot, at: now})
			}
		}
	}
}

func (u *BotUses) note(use botUse) {
	select {
	case u.seen <- use:
	default:
	}
}

func isNews(role *v1alpha1.PipelineRole, bot v1alpha1.Bot, now time.Time) bool {
	status := botStatus(role, bot)
	return status != nil && (status.LastUseTime == nil || now.Sub(status.LastUseTime.Time) >= usePrecision)
}

// botStatus is where the bot's last use is kept; nil where the operator has not got to the bot yet.
func botStatus(role *v1alpha1.PipelineRole, bot v1alpha1.Bot) *v1alpha1.BotStatus {
	for i := range role.Status.Bots {
		if status := &role.Status.Bots[i]; status.Namespace == bot.Namespace && status.Name == bot.Name {
			return status
		}
	}
	return nil
}

// Start writes down what is noted until the context ends.
func (u *BotUses) Start(ctx context.Context) error {
	for {
		select {
		case <-ctx.Done():
			return nil
		case use := <-u.seen:
			if err := u.write(ctx, use); err != nil {
				logf.FromContext(ctx).Error(err, "Could not write down the last use of a bot", "role", use.role)
			}
		}
	}
}

func (u *BotUses) write(ctx context.Context, use botUse) error {
	return retry.RetryOnConflict(retry.DefaultBackoff, func() error {
		var role v1alpha1.PipelineRole
		if err := u.live.Get(ctx, client.ObjectKey{Name: use.role}, &role); err != nil {
			return client.IgnoreNotFound(err)
		}
		if !isNews(&role, use.bot, use.at) {
			return nil
		}
		botStatus(&role, use.bot).LastUseTime = &metav1.Time{Time: use.at}
		return u.client.Status().Update(ctx, &role)
	})
}
