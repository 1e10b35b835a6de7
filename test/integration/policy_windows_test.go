// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

package integration

import (
	"testing"
	"time"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/countersign-dev/countersign/api/v1alpha1"
)

// TestWindows: a closed window keeps out what is approved, until somebody who may overrides it, or it opens.
func TestWindows(t *testing.T) {
	s := newShop(t, func(policy *v1alpha1.PromotionPolicy) {
		policy.Spec.Windows = []v1alpha1.Window{deny("freeze", -time.Minute, time.Hour)}
		policy.Spec.WindowOverride = &v1alpha1.HolderSource{
			AnyOf: []v1alpha1.RoleName{v1alpha1.RoleName(policy.Name + "-managers")},
		}
	})
	developer := s.developer(t)
	deploy := deploying(developer, s.deployment("checkout"))
	s.policyShows(t, v1alpha1.StateClosed)
	request := s.turnedAway(t, deploy, "is closed by window freeze until ", "or an override by "+s.managers)
	s.approve(t, request, bob)
	s.refusedForGood(t, deploy, "is closed by window freeze", "kubectl countersign override "+request.Name)

	s.terminalOf(t, alice, s.managers).countersign(t, "override", request.Name, "-y", "-m", "mine").
		says(t, 1, alice+" asked for the change")
	manager := s.terminalOf(t, carol, s.managers)
	manager.countersign(t, "override", request.Name, "-y").says(t, 1, "needs a reason")
	manager.countersign(t, "override", request.Name, "-y", "-m", "CVE-2026-1234").says(t, 0, "Overrode closed windows for")
	s.await(t, request.Name, v1alpha1.ReasonApproved)
	goesThrough(t, "approved and overridden", deploy)
	manager.countersign(t, "show", request.Name).says(t, 0, carol+" overrode closed windows for it", `"CVE-2026-1234"`)

	s.policyIs(t, func(policy *v1alpha1.PromotionPolicy) {
		policy.Spec.Windows = []v1alpha1.Window{deny("freeze", -time.Minute, 3*time.Second)}
	})
	request = s.turnedAway(t, deploying(developer, s.release("checkout", "v2")), "is closed by window freeze")
	s.approve(t, request, bob)
	s.await(t, request.Name, v1alpha1.ReasonApproved)
	goesThrough(t, "the window has opened", deploying(developer, s.release("checkout", "v2")))
	s.policyShows(t, v1alpha1.StateOpen)
}

// deny is a window that comes once, from and to so far from now.
func deny(name string, from, to time.Duration) v1alpha1.Window {
	start, end := metav1.NewTime(time.Now().Add(from)), metav1.NewTime(time.Now().Add(to))
	return v1alpha1.Window{Name: name, Type: v1alpha1.WindowDeny, StartTime: &start, EndTime: &end}
}

// TestUnreadableWindows: what could never open is refused when it is written, with the field and the way out.
func TestUnreadableWindows(t *testing.T) {
	recurring := func(schedule, zone string) v1alpha1.Window {
		return v1alpha1.Window{
			Name: "x", Type: v1alpha1.WindowAllow, Schedule: schedule, DurationSeconds: 3600, TimeZone: zone,
		}
	}
	for name, tc := range map[string]struct {
		window v1alpha1.Window
		says   string
	}{
		"Zone":     {recurring("0 9 * * MON-FRI", "Europe/Atlantis"), "spec.windows[0].timeZone"},
		"Schedule": {recurring("0 9 30 2 *", "Europe/Berlin"), "spec.windows[0].schedule"},
		"Every":    {recurring("@every 1h", "Europe/Berlin"), "must be five fields"},
		"Neither":  {v1alpha1.Window{Name: "x", Type: v1alpha1.WindowDeny}, "must have either `schedule`"},
	} {
		t.Run(name, func(t *testing.T) {
			policy := (shop{environment: "unheard-of", managers: "nobody"}).policy()
			policy.Spec.Windows = []v1alpha1.Window{tc.window}
			denied(t, admin(t).Create(t.Context(), policy, client.DryRunAll), tc.says)
		})
	}
}
