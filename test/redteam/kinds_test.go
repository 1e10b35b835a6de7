// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

package redteam

import (
	"encoding/json"
	"fmt"
	"iter"
	"regexp"
	"slices"
	"strings"
)

// kinds that calls are about: where the API server serves them.
var kinds = map[string]string{
	"Binding":                          "/api/v1/bindings",
	"ConfigMap":                        "/api/v1/configmaps",
	"Endpoints":                        "/api/v1/endpoints",
	"LimitRange":                       "/api/v1/limitranges",
	"Namespace":                        "/api/v1/namespaces",
	"Node":                             "/api/v1/nodes",
	"Pod":                              "/api/v1/pods",
	"PodTemplate":                      "/api/v1/podtemplates",
	"ReplicationController":            "/api/v1/replicationcontrollers",
	"ResourceQuota":                    "/api/v1/resourcequotas",
	"Secret":                           "/api/v1/secrets",
	"Service":                          "/api/v1/services",
	"ServiceAccount":                   "/api/v1/serviceaccounts",
	"ControllerRevision":               "/apis/apps/v1/controllerrevisions",
	"DaemonSet":                        "/apis/apps/v1/daemonsets",
	"Deployment":                       "/apis/apps/v1/deployments",
	"ReplicaSet":                       "/apis/apps/v1/replicasets",
	"StatefulSet":                      "/apis/apps/v1/statefulsets",
	"FlowSchema":                       "/apis/flowcontrol.apiserver.k8s.io/v1/flowschemas",
	"CronJob":                          "/apis/batch/v1/cronjobs",
	"Job":                              "/apis/batch/v1/jobs",
	"HorizontalPodAutoscaler":          "/apis/autoscaling/v2/horizontalpodautoscalers",
	"Lease":                            "/apis/coordination.k8s.io/v1/leases",
	"EndpointSlice":                    "/apis/discovery.k8s.io/v1/endpointslices",
	"NetworkPolicy":                    "/apis/networking.k8s.io/v1/networkpolicies",
	"Ingress":                          "/apis/networking.k8s.io/v1/ingresses",
	"IPAddress":                        "/apis/networking.k8s.io/v1/ipaddresses",
	"PodDisruptionBudget":              "/apis/policy/v1/poddisruptionbudgets",
	"RuntimeClass":                     "/apis/node.k8s.io/v1/runtimeclasses",
	"PriorityClass":                    "/apis/scheduling.k8s.io/v1/priorityclasses",
	"Role":                             "/apis/rbac.authorization.k8s.io/v1/roles",
	"RoleBinding":                      "/apis/rbac.authorization.k8s.io/v1/rolebindings",
	"ClusterRole":                      "/apis/rbac.authorization.k8s.io/v1/clusterroles",
	"ClusterRoleBinding":               "/apis/rbac.authorization.k8s.io/v1/clusterrolebindings",
	"CertificateSigningRequest":        "/apis/certificates.k8s.io/v1/certificatesigningrequests",
	"CustomResourceDefinition":         "/apis/apiextensions.k8s.io/v1/customresourcedefinitions",
	"APIService":                       "/apis/apiregistration.k8s.io/v1/apiservices",
	"MutatingAdmissionPolicy":          "/apis/admissionregistration.k8s.io/v1/mutatingadmissionpolicies",
	"MutatingAdmissionPolicyBinding":   "/apis/admissionregistration.k8s.io/v1/mutatingadmissionpolicybindings",
	"MutatingWebhookConfiguration":     "/apis/admissionregistration.k8s.io/v1/mutatingwebhookconfigurations",
	"ValidatingWebhookConfiguration":   "/apis/admissionregistration.k8s.io/v1/validatingwebhookconfigurations",
	"ValidatingAdmissionPolicy":        "/apis/admissionregistration.k8s.io/v1/validatingadmissionpolicies",
	"ValidatingAdmissionPolicyBinding": "/apis/admissionregistration.k8s.io/v1/validatingadmissionpolicybindings",
	"Approval":                         "/apis/countersign.dev/v1alpha1/approvals",
	"Emergency":                        "/apis/countersign.dev/v1alpha1/emergencies",
	"Freeze":                           "/apis/countersign.dev/v1alpha1/freezes",
	"PipelineRole":                     "/apis/countersign.dev/v1alpha1/pipelineroles",
	"PromotionPolicy":                  "/apis/countersign.dev/v1alpha1/promotionpolicies",
	"PromotionRequest":                 "/apis/countersign.dev/v1alpha1/promotionrequests",
	"Application":                      "/apis/argoproj.io/v1alpha1/applications",
	"ReleaseGate":                      "/apis/countersign.dev/v1alpha1/releasegates",
	"Rollout":                          "/apis/shop.example.com/v1/rollouts",
	"Switch":                           "/apis/shop.example.com/v1/switches",
}

var notInNames = regexp.MustCompile(`[^a-z0-9]+`)

// pathOf an object, called as "Deployment shop/web"; or, where it is not called, the collection that the body's object
// belongs to.
func pathOf(object string, body []byte) (string, error) {
	kind, place, _ := strings.Cut(object, " ")
	if object == "" {
		var named struct {
			Kind     string `json:"kind"`
			Metadata struct {
				Namespace string `json:"namespace"`
			} `json:"metadata"`
		}
		if err := json.Unmarshal(body, &named); err != nil {
			return "", err
		}
		kind, place = named.Kind, named.Metadata.Namespace+"/"
		if named.Metadata.Namespace == "" {
			place = ""
		}
	}
	collection, ok := kinds[kind]
	if !ok {
		return "", fmt.Errorf("%q is of no kind that is known here", kind)
	}
	return placed(collection, place), nil
}

// placed is the path of an object: namespace/name, a name of its own, namespace/ for all of a namespace.
func placed(collection, place string) string {
	namespace, name, namespaced := strings.Cut(place, "/")
	if !namespaced {
		namespace, name = "", place
	}
	if namespaced {
		cut := strings.LastIndex(collection, "/")
		collection = collection[:cut] + "/namespaces/" + namespace + collection[cut:]
	}
	if name != "" {
		collection += "/" + name
	}
	return collection
}

func longestFirst(names iter.Seq[string]) []string {
	return slices.SortedFunc(names, func(a, b string) int {
		if len(a) != len(b) {
			return len(b) - len(a)
		}
		return strings.Compare(a, b)
	})
}
