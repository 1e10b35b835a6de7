// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

//go:build argocd

package argocd

import (
	"bytes"
	"context"
	"fmt"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	admissionregistrationv1 "k8s.io/api/admissionregistration/v1"
	rbacv1 "k8s.io/api/rbac/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/cli-runtime/pkg/genericiooptions"
	"k8s.io/utils/clock"
	"sigs.k8s.io/controller-runtime/pkg/client"
	"sigs.k8s.io/yaml"

	"github.com/countersign-dev/countersign/api/v1alpha1"
	"github.com/countersign-dev/countersign/hack/controlplane"
	"github.com/countersign-dev/countersign/internal/cli"
	"github.com/countersign-dev/countersign/test/cluster"
)

// commitFiles puts files into the repository of an Application, and returns the commit.
func commitFiles(t *testing.T, name string, files map[string]string) string {
	t.Helper()
	sha, err := repository(t, name).Commit(t.Context(), dave, "Release", files)
	if err != nil {
		t.Fatal(err)
	}
	return sha
}

// deploymentFile is a Deployment in a wave, with more in its spec.
func deploymentFile(name, version, wave, spec string) string {
	return withSpec(fmt.Sprintf(manifest, name, version), fmt.Sprintf(`{metadata: {annotations:
		{argocd.argoproj.io/sync-wave: %q}}, spec: %s}`, wave, spec))
}

// configuredFile is one that takes its environment from a ConfigMap.
func configuredFile(name, wave, configMap string) string {
	return deploymentFile(name, "v1", wave, fmt.Sprintf(`{template: {spec: {containers: [{name: web,
		image: "registry.example.com/%s:v1", envFrom: [{configMapRef: {name: %s}}]}]}}}`, name, configMap))
}

// withSpec is a manifest with more fields; lists are replaced.
func withSpec(manifest, more string) string {
	var object, change map[string]any
	for text, into := range map[string]*map[string]any{manifest: &object, more: &change} {
		if err := yaml.Unmarshal([]byte(text), into); err != nil {
			panic(err)
		}
	}
	content, err := yaml.Marshal(overlaid(object, change))
	if err != nil {
		panic(err)
	}
	return string(content)
}

func overlaid(object, change map[string]any) map[string]any {
	for key, value := range change {
		inner, isMap := value.(map[string]any)
		before, wasMap := object[key].(map[string]any)
		if isMap && wasMap {
			value = overlaid(before, inner)
		}
		object[key] = value
	}
	return object
}

// jobFile is a Job with an annotation.
func jobFile(name, version, annotation string) string {
	return fmt.Sprintf(`apiVersion: batch/v1
kind: Job
metadata: {name: %[1]s, annotations: {%[3]s}}
spec:
  template:
    spec:
      restartPolicy: Never
      containers: [{name: %[1]s, image: "registry.example.com/%[1]s:%[2]s"}]
`, name, version, annotation)
}

// podFile is a Pod in a wave.
func podFile(name, version, wave string) string {
	return fmt.Sprintf(`apiVersion: v1
kind: Pod
metadata: {name: %[1]s, annotations: {argocd.argoproj.io/sync-wave: %[3]q}}
spec:
  containers: [{name: %[1]s, image: "registry.example.com/%[1]s:%[2]s"}]
`, name, version, wave)
}

// awaitAsked waits until a failed sync of a revision has asked for these objects and no others, all in one name and of
// one release, and returns the requests.
func (e environment) awaitAsked(t *testing.T, revision string, objects ...string) (open []v1alpha1.PromotionRequest) {
	t.Helper()
	slices.Sort(objects)
	cluster.Eventually(t, func(context.Context) string {
		var asked []string
		open = nil
		for _, request := range e.requests(t) {
			if request.Status.Admission == nil && request.Status.WaitingFor != "" {
				open = append(open, request)
				asked = append(asked, request.Spec.Change.Resource+"/"+request.Spec.Change.Name)
			}
		}
		slices.Sort(asked)
		if diff := cmp.Diff(objects, asked); diff != "" {
			return "all to be asked for (-want +got):\n" + diff
		}
		return ""
	})
	for _, request := range open {
		if diff := cmp.Diff(&v1alpha1.Release{Source: "ArgoCD", Name: "argocd/" + e.name, Revision: revision},
			request.Spec.Release); diff != "" {
			t.Errorf("release of %s (-want +got):\n%s", request.Name, diff)
		}
		if diff := cmp.Diff(open[0].Spec.Requester, request.Spec.Requester); diff != "" {
			t.Errorf("requester of %s (-want +got):\n%s", request.Name, diff)
		}
		if diff := cmp.Diff(open[0].Spec.Authors, request.Spec.Authors); diff != "" {
			t.Errorf("authors of %s (-want +got):\n%s", request.Name, diff)
		}
	}
	return open
}

// approveRelease has two people approve what waits of the release, as what nobody began takes.
func (e environment) approveRelease(t *testing.T) {
	t.Helper()
	e.approveReleaseBy(t, bob, carol)
}

// approveReleaseBy has people approve what waits of the release, each by one command.
func (e environment) approveReleaseBy(t *testing.T, people ...string) {
	t.Helper()
	for _, name := range people {
		config, err := here.ControlPlane.User(name, e.managers())
		if err != nil {
			t.Fatal(err)
		}
		dir := t.TempDir()
		file := filepath.Join(dir, "kubeconfig")
		if err := controlplane.WriteKubeconfig(file, config); err != nil {
			t.Fatal(err)
		}
		var out bytes.Buffer
		streams := genericiooptions.IOStreams{In: strings.NewReader(""), Out: &out, ErrOut: &out}
		code := cli.Run(t.Context(), []string{
			"approve", "--release", "argocd/" + e.name, "-n", e.name, "--yes", "--kubeconfig", file, "--cache-dir", dir,
		}, cli.Environment{IOStreams: streams, Now: clock.RealClock{}.Now})
		if code != 0 {
			t.Fatalf("%s approves the release: exit code %d:\n%s", name, code, out.String())
		}
	}
}

// letDeploy gives the bot what its role does not: rights for what is not gated here.
func (e environment) letDeploy(t *testing.T, resources ...string) {
	t.Helper()
	meta := metav1.ObjectMeta{Namespace: e.name, Name: "deploys-more"}
	here.Create(t, &rbacv1.Role{ObjectMeta: meta, Rules: []rbacv1.PolicyRule{{
		APIGroups: []string{""}, Resources: resources, Verbs: []string{"create", "get", "patch"},
	}}})
	here.Create(t, &rbacv1.RoleBinding{
		ObjectMeta: meta,
		RoleRef:    rbacv1.RoleRef{APIGroup: rbacv1.GroupName, Kind: "Role", Name: meta.Name},
		Subjects:   []rbacv1.Subject{{Kind: "ServiceAccount", Name: "argocd", Namespace: e.bots()}},
	})
}

// gateConfiguration has the policy gate what ConfigMaps and Secrets hold as well.
func (e environment) gateConfiguration(t *testing.T) {
	t.Helper()
	c, policy := here.Admin(t), e.policy()
	cluster.Eventually(t, func(ctx context.Context) string {
		if err := c.Get(ctx, client.ObjectKeyFromObject(policy), policy); err != nil {
			return err.Error()
		}
		policy.Spec.Gates = []v1alpha1.Gate{{Type: v1alpha1.GateWorkloads}, {Type: v1alpha1.GateConfiguration}}
		if err := c.Update(ctx, policy); err != nil {
			return err.Error()
		}
		return ""
	})
	e.awaitReady(t)
}

// mutateDeployments has the API server write an annotation into the Pods of all Deployments of a namespace.
func mutateDeployments(t *testing.T, namespace string) {
	t.Helper()
	name := "mutate-" + namespace
	policy := &admissionregistrationv1.MutatingAdmissionPolicy{}
	policy.Name = name
	text := `{failurePolicy: Fail, reinvocationPolicy: Never, matchConstraints: {resourceRules: [{apiGroups: [apps],
		apiVersions: [v1], resources: [deployments], operations: [CREATE, UPDATE]}], namespaceSelector:
		{matchLabels: {kubernetes.io/metadata.name: ` + namespace + `}}}, mutations: [{patchType: ApplyConfiguration,
		applyConfiguration: {expression: 'Object{spec: Object.spec{template: Object.spec.template{metadata:
			Object.spec.template.metadata{annotations: {"mutated.example.com/by": "policy"}}}}}'}}]}`
	if err := yaml.Unmarshal([]byte(text), &policy.Spec); err != nil {
		t.Fatal(err)
	}
	here.Create(t, policy)
	binding := &admissionregistrationv1.MutatingAdmissionPolicyBinding{}
	binding.Name, binding.Spec.PolicyName = name, name
	here.Create(t, binding)
	c := here.Admin(t)
	cluster.Eventually(t, func(ctx context.Context) string {
		tried := deployment(namespace, "tried", "v1")
		if err := c.Create(ctx, tried, client.DryRunAll); err != nil {
			return err.Error()
		}
		if tried.Spec.Template.Annotations["mutated.example.com/by"] == "" {
			return "Deployments to be mutated"
		}
		return ""
	})
}
