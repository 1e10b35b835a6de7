// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

package manager

import (
	"fmt"

	"k8s.io/utils/clock"
	ctrl "sigs.k8s.io/controller-runtime"
	"sigs.k8s.io/controller-runtime/pkg/client"
	"sigs.k8s.io/controller-runtime/pkg/webhook"
	"sigs.k8s.io/controller-runtime/pkg/webhook/admission"

	"github.com/countersign-dev/countersign/internal/argocd/api"
	"github.com/countersign-dev/countersign/internal/audit"
	"github.com/countersign-dev/countersign/internal/authority"
	"github.com/countersign-dev/countersign/internal/certs"
	"github.com/countersign-dev/countersign/internal/configuration"
	"github.com/countersign-dev/countersign/internal/controller"
	"github.com/countersign-dev/countersign/internal/evidence"
	"github.com/countersign-dev/countersign/internal/intake"
	"github.com/countersign-dev/countersign/internal/ledger/store"
	"github.com/countersign-dev/countersign/internal/served"
	"github.com/countersign-dev/countersign/internal/skew"
	countersignwebhook "github.com/countersign-dev/countersign/internal/webhook"
)

// parts are what webhooks and controllers are made with.
type parts struct {
	mgr      ctrl.Manager
	operator identity
	trail    *audit.Log
	clock    clock.PassiveClock
	// clocks compares it with the API server's.
	clocks  *skew.Meter
	served  *served.Kinds
	options Options
	// identities says which names are one person's.
	identities *evidence.Identities
	// certificate of the webhooks; nil where something else issues it.
	certificate *certs.Serving
	// argoCD asks Argo CD's API server; nil where nobody said which.
	argoCD *api.Client
	// authors of what Argo CD syncs.
	authors countersignwebhook.Authors
}

// webhooks registers the handlers under the paths of config/webhook.
func (p parts) webhooks() error {
	uses := controller.NewBotUses(p.mgr.GetClient(), p.mgr.GetAPIReader(), p.clock)
	if err := p.mgr.Add(uses); err != nil {
		return fmt.Errorf("set up the last use of bots: %w", err)
	}
	live := p.evidence(p.mgr.GetAPIReader())
	live.Agree = p.clocks.Agree
	server, in := p.mgr.GetWebhookServer(), intake.New(p.clock)
	register := func(path string, handler admission.Handler) {
		server.Register(path, in.Bounded(&webhook.Admission{Handler: handler}))
	}
	gate := &countersignwebhook.Gate{
		Evidence: live, Live: p.mgr.GetAPIReader(), Records: p.mgr.GetClient(), Kinds: p.served,
		Syncs:         p.syncs(),
		Configuration: p.configuration(), Ledger: p.ledgers(), Audit: p.trail, Clock: p.clock,
		Authors: p.authors,
	}
	register("/gate", countersignwebhook.Seen{Uses: uses, Handler: gate})
	register("/joins", countersignwebhook.Joins{
		Rules: p.mgr.GetClient(), Live: p.mgr.GetAPIReader(), Ledger: p.ledgers(),
	})
	register("/tokens", countersignwebhook.Tokens{
		Roles: p.mgr.GetClient(), Uses: uses, Audit: p.trail, APIAudiences: p.operator.Audiences,
	})
	register("/applications", countersignwebhook.Applications{
		Syncs: p.syncs(), Operator: p.operator.Username,
	})
	register("/sent", countersignwebhook.Sent{
		Evidence: live, ArgoCD: p.options.ArgoCD.trust().Namespace, Audit: p.trail,
	})
	register("/stamp", &countersignwebhook.Stamp{
		Evidence: live, Configuration: p.configuration(), Operator: p.operator.Username,
	})
	register("/records", countersignwebhook.Seen{
		Uses: uses, Handler: &countersignwebhook.Records{
			Evidence: live, Configuration: p.configuration(), Operator: p.operator.Username, Kinds: p.served,
			Audit: p.trail, Clock: p.clock, Authority: p.authority(), Gate: gate,
		},
	})
	return nil
}

// evidence reads requests and approvals by the reader, and all else from the cache.
func (p parts) evidence(records client.Reader) evidence.Reader {
	return evidence.Reader{
		Cache: p.mgr.GetClient(), Records: records, Identities: p.identities, Workloads: workloadKinds(), Clock: p.clock,
		Namespace: p.options.Namespace,
	}
}

// syncs tells of which sync of Argo CD a change is part.
func (p parts) syncs() countersignwebhook.Syncs {
	return countersignwebhook.Syncs{Live: p.mgr.GetAPIReader(), Trust: p.options.ArgoCD.trust()}
}

func (p parts) configuration() configuration.Reader {
	return configuration.Reader{Live: p.mgr.GetAPIReader(), Namespace: p.options.Namespace}
}

func (p parts) authority() authority.Checker {
	return authority.Checker{Reviews: p.mgr.GetClient(), Live: p.mgr.GetAPIReader(), Cache: p.mgr.GetClient()}
}

func (p parts) ledgers() store.Store {
	return store.Store{Client: p.mgr.GetClient(), Live: p.mgr.GetAPIReader(), Kinds: ledgerKinds()}
}

func (p parts) controllers() error {
	roles := &controller.PipelineRoleReconciler{
		Client: p.mgr.GetClient(), Live: p.mgr.GetAPIReader(), Audit: p.trail, Clock: p.clock,
		Authority: p.authority(), TokenAudiences: p.operator.Audiences, Identities: p.identities,
	}
	if err := roles.SetupWithManager(p.mgr); err != nil {
		return fmt.Errorf("set up roles: %w", err)
	}
	kinds, err := gatedKinds(p.mgr, p.served, p.clock)
	if err != nil {
		return err
	}
	policies := &controller.PromotionPolicyReconciler{
		Client: p.mgr.GetClient(), Clock: p.clock, Workloads: workloadKinds(), Kinds: kinds,
	}
	if err := policies.SetupWithManager(p.mgr); err != nil {
		return fmt.Errorf("set up policies: %w", err)
	}
	freezes := &controller.FreezeReconciler{Client: p.mgr.GetClient(), Clock: p.clock}
	if err := freezes.SetupWithManager(p.mgr); err != nil {
		return fmt.Errorf("set up freezes: %w", err)
	}
	emergencies := &controller.EmergencyReconciler{
		Client: p.mgr.GetClient(), Clock: p.clock, Evidence: p.evidence(p.mgr.GetClient()),
	}
	if err := emergencies.SetupWithManager(p.mgr); err != nil {
		return fmt.Errorf("set up emergencies: %w", err)
	}
	glass := &controller.BreakGlassReconciler{
		Client: p.mgr.GetClient(), Live: p.mgr.GetAPIReader(), Audit: p.trail, Clock: p.clock,
		Workloads: workloadKinds(), Kinds: kinds, Ready: p.ready, Ledger: p.ledgers(),
	}
	if err := glass.SetupWithManager(p.mgr); err != nil {
		return fmt.Errorf("set up gaps in the gate: %w", err)
	}
	requests := &controller.PromotionRequestReconciler{
		Client: p.mgr.GetClient(), Live: p.mgr.GetAPIReader(), Audit: p.trail, Clock: p.clock,
		WriteTimeout: p.options.WriteTimeout, Kinds: kinds, Evidence: p.evidence(p.mgr.GetClient()),
		Configuration: p.configuration(),
	}
	if err := requests.SetupWithManager(p.mgr, workloadKinds()); err != nil {
		return fmt.Errorf("set up requests: %w", err)
	}
	if err := p.access(); err != nil {
		return err
	}
	ledgers := &controller.LedgerReconciler{
		Store: p.ledgers(), Client: p.mgr.GetClient(), Workloads: workloadKinds(), Clock: p.clock,
		WriteTimeout: p.options.WriteTimeout,
	}
	if err := ledgers.SetupWithManager(p.mgr); err != nil {
		return fmt.Errorf("set up ledgers of images: %w", err)
	}
	gates := &controller.GateReconciler{
		Client: p.mgr.GetClient(), Live: p.mgr.GetAPIReader(), Kinds: kinds, Gaps: p.gaps(),
		AuthoritiesKept: p.certificate != nil,
	}
	if err := gates.SetupWithManager(p.mgr); err != nil {
		return fmt.Errorf("set up gates: %w", err)
	}
	if err := p.deliveries(); err != nil {
		return err
	}
	return p.guards()
}
