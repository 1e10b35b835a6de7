// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

package story

const (
	production = " -n shop-production"
	staging    = " -n shop-staging"
)

// newImage is what the CI deploys.
const newImage = "kubectl set image deployment/checkout checkout=registry.example.com/checkout@sha256:" +
	"2222222222222222222222222222222222222222222222222222222222222222" + production

// forgedPod creates a Pod that says it belongs to the ReplicaSet of checkout.
const forgedPod = "owner=$(kubectl get replicasets -l app=checkout -o name" + production + ")\n" +
	"    uid=$(kubectl get $owner -o jsonpath='{.metadata.uid}'" + production + ")\n" +
	`    sed "s/OWNER_NAME/${owner#*/}/; s/OWNER_UID/$uid/" forged-pod.yaml | kubectl create -f -` + production

// aliceToo makes alice a release manager.
const aliceToo = `[{"op":"add","path":"/spec/members/-","value":{"kind":"User","name":"alice@example.com"}}]`

// scenes of the story, in order.
func scenes() []scene {
	return []scene{
		environments(), openStaging(), twoPeople(), exactlyThis(), aroundTheGate(), theBot(), back(), freely(),
		withoutOperator(),
	}
}

func environments() scene {
	return scene{"Two environments, and who may do what", []step{
		{say: "Roles and policies are ordinary objects, applied like anything else:", as: "admin",
			command: "kubectl get pipelineroles,promotionpolicies", says: []string{"release-managers", "1 approval from"}},
		{say: "The roles have become RBAC, in the namespaces that carry the label of their environments:", as: "admin",
			command: "kubectl get rolebindings" + production, says: []string{"countersign:developers:deploy"}},
	}}
}

func openStaging() scene {
	return scene{"Staging is open: in at once, and recorded", []step{
		{say: "alice, a developer, deploys to staging.", as: "alice",
			command: "kubectl apply -f checkout.yaml" + staging, says: []string{"deployment.apps/checkout created"}},
		{as: "alice", command: "kubectl wait --for=condition=Entered promotionrequests --all --timeout=20s" + staging,
			says: []string{"condition met"}},
		{say: "Nobody was asked, and it is on record:", as: "alice",
			command: "kubectl get promotionrequests -o wide" + staging, says: []string{"alice@example.com", "Open"}},
	}}
}

func twoPeople() scene {
	return scene{"Production takes two people", []step{
		{say: "alice deploys the same to production. She may write Deployments there, and is stopped all the same.",
			as: "alice", command: "kubectl apply -f checkout.yaml" + production, fails: true,
			says: []string{"1 approval from release-managers", "kubectl countersign approve"}},
		{say: "The message names the request that was opened for her. She tries to approve it herself.", as: "alice",
			command: "kubectl countersign approve $REQUEST --yes" + production, fails: true,
			says: []string{"alice@example.com"}},
		{say: "bob, a release manager, looks at it and approves.", as: "bob",
			command: "kubectl countersign approve $REQUEST --yes -m 'load test OK'" + production,
			says:    []string{"bob@example.com"}},
		{say: "alice applies again.", as: "alice",
			command: "kubectl apply -f checkout.yaml" + production, says: []string{"deployment.apps/checkout created"}},
		{as: "alice", command: "kubectl wait --for=condition=Entered promotionrequest/$REQUEST --timeout=20s" + production,
			says: []string{"condition met"}},
		{say: "Who asked, who approved, who applied, and when:", as: "alice",
			command: "kubectl countersign show $REQUEST" + production,
			says:    []string{"alice@example.com", "bob@example.com", "load test OK"}},
	}}
}

func exactlyThis() scene {
	return scene{"An approval is for exactly one change", []step{
		{say: "alice changes one environment variable. Nobody has approved that.", as: "alice",
			command: "kubectl set env deployment/checkout POOL_SIZE=50" + production, fails: true,
			says: []string{"1 approval from release-managers"}},
	}}
}

func aroundTheGate() scene {
	return scene{"Ways around the gate", []step{
		{say: "Suppose alice were a release manager as well.", as: "admin",
			command: "kubectl patch pipelinerole release-managers --type=json -p '" + aliceToo + "'",
			says:    []string{"patched"}},
		{as: "admin", command: "kubectl wait --for=jsonpath={.status.observedGeneration}=2 pipelinerole/release-managers",
			says: []string{"condition met"}},
		{say: "She may approve now, and still not what she asked for herself.", as: "alice",
			command: "kubectl countersign approve $REQUEST --yes" + production + " 2>&1 >/dev/null", fails: true,
			says: []string{"alice@example.com asked for the change"}},
		{say: "Suppose somebody gave alice more rights than she should have: to create Pods, and to edit namespaces.",
			as: "admin", command: "kubectl apply -f too-much.yaml", says: []string{"story-too-much created"}},
		{say: "She creates a Pod that claims to belong to the approved ReplicaSet.", as: "alice",
			command: forgedPod, fails: true, says: []string{"may not enter production"}},
		{say: "She takes the environment label off the namespace.", as: "alice",
			command: "kubectl label namespace shop-production countersign.dev/environment-", fails: true,
			says: []string{"environment"}},
	}}
}

func theBot() scene {
	return scene{
		"A bot is nobody: what it asks for, two people approve",
		[]step{
			{
				say:     "The CI deploys a new image.",
				as:      "ci",
				command: newImage,
				fails:   true,
				says:    []string{"1 approval from", "1 more from", "two people must stand behind every entry"},
			},
			{as: "bob", command: "kubectl countersign approve $REQUEST --yes" + production, says: []string{"bob@example.com"}},
			{as: "carol", command: "kubectl countersign approve $REQUEST --yes" + production,
				says: []string{"carol@example.com"}},
			{as: "ci", command: newImage, says: []string{"image updated"}},
			{as: "bob", command: "kubectl wait --for=condition=Entered promotionrequest/$REQUEST --timeout=20s" + production,
				says: []string{"condition met"}},
		},
	}
}

func back() scene {
	return scene{"Back to what ran before, without waiting for anybody", []step{
		{say: "The new image misbehaves. What alice goes back to was approved when it entered.", as: "alice",
			command: "kubectl rollout undo deployment/checkout" + production, says: []string{"rolled back"}},
		{say: "It is on record like everything else:", as: "alice",
			command: "kubectl get promotionrequests -o wide" + production, says: []string{"Rollback"}},
	}}
}

func freely() scene {
	return scene{"What needs no approval", []step{
		{say: "Scaling, restarting and rescheduling bring nothing new.", as: "alice",
			command: "kubectl scale deployment/checkout --replicas=3" + production, says: []string{"scaled"}},
		{as: "alice", command: "kubectl rollout restart deployment/checkout" + production, says: []string{"restarted"}},
		{as: "alice", command: "kubectl rollout status deployment/checkout --timeout=30s" + production,
			says: []string{"successfully rolled out"}},
	}}
}

func withoutOperator() scene {
	return scene{"While Countersign is down", []step{
		{say: "The operator is stopped.", operator: stopOperator},
		{say: "What has entered still scales, restarts and reschedules,", as: "alice",
			command: "kubectl scale deployment/checkout --replicas=2" + production, says: []string{"scaled"}},
		{as: "alice", command: "kubectl rollout restart deployment/checkout" + production, says: []string{"restarted"}},
		{as: "alice", command: "kubectl delete pods -l app=checkout --wait=false" + production, says: []string{"deleted"}},
		{as: "alice", command: "kubectl rollout status deployment/checkout --timeout=30s" + production,
			says: []string{"successfully rolled out"}},
		{say: "and nothing new gets in.", as: "alice",
			command: "kubectl set env deployment/checkout POOL_SIZE=50" + production, fails: true,
			says: []string{"failed calling webhook"}},
		{say: "The operator is started again.", operator: startOperator},
	}}
}
