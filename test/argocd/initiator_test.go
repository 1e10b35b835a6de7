// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

//go:build argocd

package argocd

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	rbacv1 "k8s.io/api/rbac/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/types"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/countersign-dev/countersign/api/v1alpha1"
	"github.com/countersign-dev/countersign/hack/argocd"
	"github.com/countersign-dev/countersign/test/cluster"
)

// mallory may change Applications, and does not deploy.
const mallory = "mallory@example.com"

// applicationAdmin lets somebody change Applications, past Argo CD.
func applicationAdmin(t *testing.T, name string) client.Client {
	t.Helper()
	role := &rbacv1.Role{
		ObjectMeta: metav1.ObjectMeta{Namespace: argocd.Namespace, Name: strings.ToLower(t.Name())},
		Rules: []rbacv1.PolicyRule{{
			APIGroups: []string{argoVersion.Group}, Resources: []string{"applications"}, Verbs: []string{"get", "patch"},
		}},
	}
	here.Create(t, role)
	here.Create(t, &rbacv1.RoleBinding{
		ObjectMeta: metav1.ObjectMeta{Namespace: role.Namespace, Name: role.Name},
		RoleRef:    rbacv1.RoleRef{APIGroup: rbacv1.GroupName, Kind: "Role", Name: role.Name},
		Subjects:   []rbacv1.Subject{{APIGroup: rbacv1.GroupName, Kind: "User", Name: name}},
	})
	return here.As(t, name)
}

// patchApplication changes an Application as somebody.
func patchApplication(t *testing.T, c client.Client, name, patch string) error {
	t.Helper()
	object := argoObject("Application", name, nil)
	return c.Patch(t.Context(), object, client.RawPatch(types.MergePatchType, []byte(patch)))
}

// asker is in whose name a request is, and how they are known.
type asker struct {
	Username string
	Evidence v1alpha1.RequesterEvidence
}

func askerOf(request v1alpha1.PromotionRequest) asker {
	return asker{request.Spec.Requester.Username, request.Spec.RequesterEvidence}
}

// TestInitiatorAsks: a sync that alice begins in Argo CD is alice's, so that one other person is enough.
func TestInitiatorAsks(t *testing.T) {
	t.Parallel()
	e := newEnvironment(t, "initiator")
	revision := release(t, dave, e.name, "v1")
	apply(t, e.name, e.name, e.name, nil)
	ask(t, argoAlice, e.name)
	denied := awaitPhase(t, e.name, "Failed")
	request := e.awaitRequest(t)
	if diff := cmp.Diff(asker{argoAlice, v1alpha1.RequesterArgoCD}, askerOf(request)); diff != "" {
		t.Fatalf("who asks (-want +got):\n%s", diff)
	}
	contains(t, "status.operationState.message", denied.Status.OperationState.Message, "asked for by "+argoAlice)
	err := e.tryApproval(t, request, alice)
	if err == nil || !strings.Contains(err.Error(), "asked for the change") {
		t.Errorf("alice approves her own sync by her other name: %v", err)
	}
	e.approve(t, request, bob)
	if begun := awaitResumed(t, e.name, revision); begun != (initiator{Username: argoAlice}) {
		t.Errorf("%+v began the sync, want alice", begun)
	}
	here.AwaitState(t, request, v1alpha1.ReasonEntered)
}

// TestForgedOperation: who writes an operation in alice's name began it, and cannot approve what it brings.
func TestForgedOperation(t *testing.T) {
	t.Parallel()
	e := newEnvironment(t, "forged-operation")
	release(t, dave, e.name, "v1")
	apply(t, e.name, e.name, e.name, nil)
	c := applicationAdmin(t, mallory)
	const operation = `{"operation":{"initiatedBy":{"username":"alice"%s},"sync":{"revision":"main"}%s}}`
	stamp := `,"info":[{"name":"countersign.dev/written-by","value":"system:serviceaccount:argocd:argocd-server"}]`
	err := patchApplication(t, c, e.name, fmt.Sprintf(operation, "", stamp))
	if err == nil || !strings.Contains(err.Error(), "who began a sync is who writes its operation: you are "+mallory) {
		t.Errorf("what Countersign writes down can be forged: %v", err)
	}
	if err := patchApplication(t, c, e.name, fmt.Sprintf(operation, "", "")); err != nil {
		t.Fatal(err)
	}
	awaitPhase(t, e.name, "Failed")
	request := e.awaitRequest(t)
	if diff := cmp.Diff(asker{mallory, ""}, askerOf(request)); diff != "" {
		t.Errorf("who asks (-want +got):\n%s", diff)
	}
	if err := e.tryApproval(t, request, mallory); err == nil || !strings.Contains(err.Error(), "asked for the change") {
		t.Errorf("mallory approves what she has synced: %v", err)
	}
	e.approve(t, request, bob)
	here.AwaitState(t, request, v1alpha1.ReasonEntered)
}

// TestOrderedOver: mallory's sync waits for its next try when somebody orders another over it. Argo CD goes on with
// hers, and what it brings by then is asked for in her name.
func TestOrderedOver(t *testing.T) {
	t.Parallel()
	e := newEnvironment(t, "ordered-over")
	release(t, dave, e.name, "v1")
	apply(t, e.name, e.name, e.name, nil)
	c := applicationAdmin(t, mallory)
	const retried = `{"operation":{"sync":{"revision":"main"},"retry":{"limit":20,"backoff":{"duration":"5s"}}}}`
	for _, patch := range []string{retried, `{"operation":null}`} {
		if err := patchApplication(t, c, e.name, patch); err != nil {
			t.Fatal(err)
		}
		e.awaitRequest(t)
	}
	release(t, dave, e.name, "v2")
	if err := patchApplication(t, here.Admin(t), e.name, `{"operation":{"sync":{"revision":"main"}}}`); err != nil {
		t.Fatal(err)
	}
	e.awaitAskedBy(t, asker{Username: mallory}, func(r v1alpha1.PromotionRequest) bool {
		return strings.HasSuffix(r.Spec.Change.Images[0], ":v2")
	})
}

// TestForgedStatus: what a sync came to says Argo CD alone, as a sync that is resumed goes on as it says.
func TestForgedStatus(t *testing.T) {
	t.Parallel()
	e := newEnvironment(t, "forged-status")
	release(t, dave, e.name, "v1")
	apply(t, e.name, e.name, e.name, once)
	awaitPhase(t, e.name, "Failed")
	c := applicationAdmin(t, mallory)
	for field, patch := range map[string]string{
		"initiator": `{"status":{"operationState":{"operation":{"initiatedBy":{"username":"alice","automated":false}}}}}`,
		"revision":  `{"status":{"operationState":{"syncResult":{"revision":"0000000000000000000000000000000000000000"}}}}`,
		"history":   `{"status":{"history":null,"sync":{"status":"Synced"}}}`,
		"resources": `{"status":{"resources":[]}}`,
	} {
		err := patchApplication(t, c, e.name, patch)
		if err == nil || !strings.Contains(err.Error(), "Argo CD writes the status of an Application") {
			t.Errorf("%s: it can be forged: %v", field, err)
		}
	}
}

// TestForgedTracking: a bot that says that what it applies is part of a sync of alice's asks for it itself, and so does
// somebody who has a token of the account that Argo CD syncs as.
func TestForgedTracking(t *testing.T) {
	t.Parallel()
	e := newEnvironment(t, "forged-tracking")
	ci := e.role(e.name+"-ci", v1alpha1.CapabilityView, v1alpha1.CapabilityRequest, v1alpha1.CapabilityDeploy)
	ci.Spec.Bots = []v1alpha1.Bot{{Name: "ci", Namespace: e.bots(), Owner: "shop-team"}}
	here.Create(t, ci)
	e.awaitReady(t, ci)
	release(t, dave, e.name, "v1")
	apply(t, e.name, e.name, e.name, map[string]any{"retry": map[string]any{"limit": int64(20)}})
	ask(t, argoAlice, e.name)
	e.awaitRequest(t)
	for i, bot := range []string{"ci", "argocd"} {
		config, err := here.ControlPlane.Bot(t.Context(), e.bots(), bot)
		if err != nil {
			t.Fatal(err)
		}
		forged := deployment(e.name, e.name, fmt.Sprintf("evil-%d", i))
		forged.Annotations = map[string]string{
			"argocd.argoproj.io/tracking-id": fmt.Sprintf("%[1]s:apps/Deployment:%[1]s/%[1]s", e.name),
		}
		if err := cluster.Client(t, config).Create(t.Context(), forged); err == nil {
			t.Fatalf("%s got in", bot)
		}
		want := asker{"system:serviceaccount:" + e.bots() + ":" + bot, ""}
		if got := askerOf(e.requestFor(t, forged.Spec.Template.Spec.Containers[0].Image)); got != want {
			t.Errorf("%s: asked for by %+v, want %+v", bot, got, want)
		}
	}
}

// requestFor is the request for an image.
func (e environment) requestFor(t *testing.T, image string) (found v1alpha1.PromotionRequest) {
	t.Helper()
	for _, request := range e.requests(t) {
		if strings.Join(request.Spec.Change.Images, " ") == image {
			return request
		}
	}
	t.Fatalf("nobody asks for %s", image)
	return found
}
