// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

package integration

// judged is what becomes of writes to a resource.
type judged struct {
	// why that is enough: of which objects somebody is asked, and why of the rest nobody is.
	why string
	// by are the webhooks and policies that are about it.
	by []string
}

func asks(why string, by ...string) judged { return judged{why, by} }

// Reasons that more than one has.
const (
	accepted    = "is a limit in docs/threat-model.md, with how it shows"
	placement   = "says where and when Pods run, and not what: " + accepted
	fillsIn     = "the API server fills it into Pods, and none of it names an image: " + accepted
	volumes     = "what a volume holds is no content: " + accepted
	told        = "says what was seen, and nothing is made from it"
	inquiry     = "is a question, and stores nothing"
	asGated     = "asked about where a policy has the gate; elsewhere it " + accepted
	fromSeat    = "in the operator's namespace; elsewhere it changes neither what runs nor who may"
	handedOut   = "what Countersign makes; what others give, RBAC itself holds to what they have"
	addresses   = "says which addresses and controllers there are, as the cluster is set up; not where a Service goes"
	deviceKinds = "says what volumes and devices are like, as the cluster is set up: " + volumes
	itsMetadata = "its metadata; that the addresses in it move traffic " + accepted
	ownRecords  = "Countersign's own record"
	ownRules    = "Countersign's own rule"
)

// indirectly is everything that can be written and runs nothing by itself.
var indirectly = map[string]judged{
	"/configmaps": asks(asGated, "writes.configuration.countersign.dev", "delete.configuration.countersign.dev",
		"countersign-ledger", "countersign-identities"),
	"/secrets": asks(asGated, "writes.configuration.countersign.dev", "delete.configuration.countersign.dev",
		"countersign-bot-secrets", "countersign-operator-namespace"),
	"/services": asks(asGated, "routes.routing.countersign.dev", "delete.routing.countersign.dev",
		"countersign-operator-namespace"),
	"/services/status": asks(itsMetadata, "countersign-status", "countersign-operator-namespace"),
	"/endpoints": asks(asGated, "endpoints.routing.countersign.dev", "delete.routing.countersign.dev",
		"countersign-operator-namespace"),
	"discovery.k8s.io/endpointslices": asks(asGated, "endpoints.routing.countersign.dev",
		"delete.routing.countersign.dev", "countersign-operator-namespace"),
	"networking.k8s.io/ingresses": asks(asGated, "routes.routing.countersign.dev",
		"delete.routing.countersign.dev"),
	"networking.k8s.io/ingresses/status":    asks(itsMetadata, "countersign-status"),
	"networking.k8s.io/ingressclasses":      asks(addresses),
	"networking.k8s.io/ipaddresses":         asks(addresses),
	"networking.k8s.io/servicecidrs":        asks(addresses),
	"networking.k8s.io/servicecidrs/status": asks(told),
	"networking.k8s.io/networkpolicies":     asks(fromSeat, "countersign-operator-namespace"),
	"/namespaces": asks("all labels of what is in an environment",
		"countersign-environment-label"),
	"/namespaces/status": asks("the same labels, and all other metadata", "countersign-environment-label",
		"countersign-status"),
	"/namespaces/finalize": asks("the same, and that what is in it does not outlive it", "countersign-environment-label",
		"countersign-status"),
	"/serviceaccounts": asks("what Countersign makes; the pull secrets of others are "+accepted,
		"countersign-generated-rbac", "countersign-operator-bounds"),
	"/serviceaccounts/token": asks("of bots and of the operator; those of built-in controllers are "+accepted,
		"countersign-bot-tokens", "countersign-operator-namespace"),
	"/limitranges": asks(fillsIn, "countersign-operator-namespace"),
	"/resourcequotas": asks("neither starves the operator nor silences anybody",
		"countersign-operator-namespace", "countersign-quotas"),
	"/resourcequotas/status": asks("the same: API servers judge by it", "countersign-operator-namespace",
		"countersign-quotas"),
	"/persistentvolumeclaims":        asks(volumes),
	"/persistentvolumeclaims/status": asks(told),
	"/persistentvolumes":             asks(volumes),
	"/persistentvolumes/status":      asks(told),
	"/nodes":                         asks(placement),
	"/nodes/status":                  asks(placement),
	"/events":                        asks(told),
	"events.k8s.io/events":           asks(told),
	"autoscaling/horizontalpodautoscalers": asks(
		"scales through the subresource scale, which is asked about from zero", "countersign-operator-namespace"),
	"policy/poddisruptionbudgets":                 asks(fromSeat, "countersign-operator-namespace"),
	"policy/poddisruptionbudgets/status":          asks(fromSeat, "countersign-operator-namespace"),
	"coordination.k8s.io/leases":                  asks(fromSeat, "countersign-operator-namespace"),
	"scheduling.k8s.io/priorityclasses":           asks(fillsIn),
	"node.k8s.io/runtimeclasses":                  asks(fillsIn),
	"storage.k8s.io/storageclasses":               asks(fillsIn),
	"storage.k8s.io/csidrivers":                   asks(deviceKinds),
	"storage.k8s.io/csinodes":                     asks(deviceKinds),
	"storage.k8s.io/csinodes/status":              asks(told),
	"storage.k8s.io/csistoragecapacities":         asks(deviceKinds),
	"storage.k8s.io/volumeattachments":            asks(deviceKinds),
	"storage.k8s.io/volumeattachments/status":     asks(told),
	"storage.k8s.io/volumeattributesclasses":      asks(deviceKinds),
	"resource.k8s.io/devicetaintrules":            asks(placement),
	"resource.k8s.io/devicetaintrules/status":     asks(told),
	"resource.k8s.io/resourceslices":              asks(deviceKinds),
	"autoscaling/horizontalpodautoscalers/status": asks(told),

	"rbac.authorization.k8s.io/rolebindings": asks(handedOut, "countersign-generated-rbac",
		"countersign-operator-bounds", "countersign-operator-namespace"),
	"rbac.authorization.k8s.io/roles": asks(handedOut, "countersign-generated-rbac", "countersign-operator-bounds",
		"countersign-operator-namespace"),
	"rbac.authorization.k8s.io/clusterroles": asks("those that the operator comes to hold; a widened capability is "+
		accepted, "countersign-gated-kinds"),
	"rbac.authorization.k8s.io/clusterrolebindings": asks("RBAC itself holds who writes one to what they have"),

	"certificates.k8s.io/certificatesigningrequests":          asks("asks for a certificate, and gets none by that"),
	"certificates.k8s.io/certificatesigningrequests/approval": asks("makes one whom one likes: " + accepted),
	"certificates.k8s.io/certificatesigningrequests/status":   asks("takes verb sign on the signer, as approval does"),
	"certificates.k8s.io/clustertrustbundles":                 asks("authorities that Pods may mount: " + volumes),
	"certificates.k8s.io/podcertificaterequests":              asks("is for kubelets, of Pods that run on their node"),
	"certificates.k8s.io/podcertificaterequests/status":       asks("takes verb sign on the signer"),

	"admissionregistration.k8s.io/validatingwebhookconfigurations": asks("ours; another can only refuse more",
		"countersign-installation"),
	"admissionregistration.k8s.io/mutatingwebhookconfigurations": asks("ours; what others change of Pods is "+accepted,
		"countersign-installation"),
	"admissionregistration.k8s.io/validatingadmissionpolicies": asks(
		"ours, where API servers have the guards on their "+
			"disks; elsewhere it "+accepted, "countersign-guards.static.k8s.io"),
	"admissionregistration.k8s.io/validatingadmissionpolicies/status": asks(told),
	"admissionregistration.k8s.io/validatingadmissionpolicybindings": asks("the same",
		"countersign-guards.static.k8s.io"),
	"admissionregistration.k8s.io/mutatingadmissionpolicies":       asks("what it changes of Pods is " + accepted),
	"admissionregistration.k8s.io/mutatingadmissionpolicybindings": asks("the same"),
	"apiextensions.k8s.io/customresourcedefinitions": asks("ours; what comes of others is Pods, or gated as a custom kind",
		"countersign-installation"),
	"apiextensions.k8s.io/customresourcedefinitions/status": asks("ours", "countersign-installation"),
	"apiregistration.k8s.io/apiservices": asks("ours; of others it "+accepted,
		"countersign-installation"),
	"apiregistration.k8s.io/apiservices/status": asks(
		"says whether the server answers, and so at most that none does"),
	"flowcontrol.apiserver.k8s.io/flowschemas": asks("says who waits for the API server",
		"countersign-flow-schemas"),
	"flowcontrol.apiserver.k8s.io/flowschemas/status":                 asks("its owners", "countersign-flow-schemas"),
	"flowcontrol.apiserver.k8s.io/prioritylevelconfigurations":        asks("says who waits for the API server"),
	"flowcontrol.apiserver.k8s.io/prioritylevelconfigurations/status": asks(told),
	"storagemigration.k8s.io/storageversionmigrations":                asks("stores objects again as they are"),
	"storagemigration.k8s.io/storageversionmigrations/status":         asks(told),

	"authentication.k8s.io/selfsubjectreviews":       asks(inquiry),
	"authentication.k8s.io/tokenreviews":             asks(inquiry),
	"authorization.k8s.io/localsubjectaccessreviews": asks(inquiry),
	"authorization.k8s.io/selfsubjectaccessreviews":  asks(inquiry),
	"authorization.k8s.io/selfsubjectrulesreviews":   asks(inquiry),
	"authorization.k8s.io/subjectaccessreviews":      asks(inquiry),

	"countersign.dev/approvals": asks(ownRecords, "stamp.countersign.dev", "records.countersign.dev",
		"countersign-approver-stamp", "countersign-approvals-keep"),
	"countersign.dev/approvals/status": asks(ownRecords, "countersign-request-status"),
	"countersign.dev/promotionrequests": asks(ownRecords, "stamp.countersign.dev", "records.countersign.dev",
		"countersign-requester-stamp", "countersign-request-status"),
	"countersign.dev/promotionrequests/status": asks(ownRecords, "countersign-request-status"),
	"countersign.dev/releasegates":             asks(ownRecords, "countersign-release-gates"),
	"countersign.dev/releasegates/status":      asks(ownRecords, "countersign-request-status"),
	"countersign.dev/emergencies": asks(ownRecords, "stamp.countersign.dev", "records.countersign.dev",
		"ended.countersign.dev", "countersign-emergencies"),
	"countersign.dev/emergencies/status": asks(ownRecords, "countersign-request-status"),
	"countersign.dev/freezes": asks(ownRules, "stamp.countersign.dev", "records.countersign.dev",
		"countersign-freezes"),
	"countersign.dev/pipelineroles": asks(ownRules, "stamp.countersign.dev", "roles.countersign.dev",
		"delete.rules.countersign.dev"),
	"countersign.dev/pipelineroles/status": asks(ownRules, "countersign-request-status"),
	"countersign.dev/promotionpolicies": asks(ownRules, "stamp.countersign.dev", "roles.countersign.dev",
		"delete.rules.countersign.dev", "countersign-policies-keep"),
	"countersign.dev/promotionpolicies/status": asks(ownRules, "countersign-request-status"),
}

// partly are operations that nobody is asked about on what somebody is asked about otherwise, and why.
var partly = map[string]string{
	"rbac.authorization.k8s.io/clusterroles DELETE":                       "takes rights away, and gives nobody any",
	"admissionregistration.k8s.io/validatingwebhookconfigurations CREATE": "one beside ours can only refuse more",
	"admissionregistration.k8s.io/mutatingwebhookconfigurations CREATE": "one beside ours: what it changes of Pods is " +
		accepted,
	"apiextensions.k8s.io/customresourcedefinitions CREATE": "one beside ours",
	"countersign.dev/releasegates UPDATE":                   "its spec cannot be changed, by its schema",
	"countersign.dev/releasegates DELETE":                   "then the sync goes on, and the gate judges what it brings",
}
