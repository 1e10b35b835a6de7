# The usual targets of a kubebuilder project. `make help` lists them.
#
# Tools are pinned modules under hack/tools and are built into bin/; nothing but Go and git has to be installed. For
# test-argocd GnuPG has to be as well; Redis and runc are those that are installed, or else come from Debian.

SHELL = /usr/bin/env bash -o pipefail
.SHELLFLAGS = -ec

IMG     ?= controller:latest
KUBECTL ?= kubectl

CONTROLLER_GEN = go tool -modfile=hack/tools/go.mod controller-gen
LINT           = bin/golangci-lint

.PHONY: all
all: build

##@ General

.PHONY: help
help: ## Show this.
	@awk 'BEGIN {FS = ":.*##"} /^##@/ {printf "\n%s\n", substr($$0, 5)} \
		/^[a-z-]+:.*##/ {printf "  %-18s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

##@ Try

.PHONY: demo
demo: demo-up ## Start everything on this machine and play the main story.
	go run ./hack/demo story

.PHONY: demo-up
demo-up: programs ## Start everything on this machine.
	go run ./hack/demo up

.PHONY: demo-down
demo-down: ## Stop it and clean up.
	go run ./hack/demo down

##@ Develop

.PHONY: manifests
manifests: ## Generate the CRDs, the guards as static manifests, and the patch for Argo CD.
	$(CONTROLLER_GEN) crd paths=./api/... output:crd:dir=config/crd/bases
	go run ./hack/static
	go run ./hack/healthchecks

.PHONY: generate
generate: ## Generate the DeepCopy methods.
	$(CONTROLLER_GEN) object:headerFile=hack/boilerplate.go.txt paths=./api/...

.PHONY: fmt
fmt: ## Format the code.
	go fmt ./...

.PHONY: vet
vet: ## Run go vet.
	go vet -tags argocd,delivery,node ./...

.PHONY: lint
lint: $(LINT) ## Run the linters.
	$(LINT) run --allow-parallel-runners

.PHONY: lint-fix
lint-fix: $(LINT) ## Run the linters and let them fix what they can.
	$(LINT) run --allow-parallel-runners --fix

.PHONY: lint-api
lint-api: $(LINT) ## Check the API types against the Kubernetes API conventions.
	$(LINT) run --allow-parallel-runners --config .golangci-kal.yml ./api/...

.PHONY: lint-config
lint-config: $(LINT) ## Check the configuration of the linters.
	$(LINT) config verify --config .golangci.yml
	$(LINT) config verify --config .golangci-kal.yml

##@ Test

.PHONY: test
test: test-unit test-integration ## Run all tests. Never writes generated files.

.PHONY: test-unit
test-unit: ## Run the tests that need no control plane.
	go test ./api/... ./cmd/... ./config/... ./hack/mutate ./internal/...

.PHONY: test-integration
# They run each time: go does not see that a program in bin/ has changed.
test-integration: programs ## Run the tests against a real control plane.
	go test -count=1 -timeout 25m ./hack/... ./test/...

.PHONY: test-argocd
# The tests wait more than they work, so more of them run at a time than there are cores.
test-argocd: programs bin/redis-server gpg ## Run the tests with a real Argo CD, which takes some minutes to build the first time.
	go run ./hack/build argocd helm kustomize
	go test -tags argocd ./hack/healthchecks
	go test -tags argocd -count=1 -timeout 10m -parallel 6 ./test/argocd

.PHONY: test-delivery
test-delivery: programs ## Run the tests with a real Helm, Flux and Argo Rollouts, which take minutes to build the first time.
	go run ./hack/build helm kustomize-controller source-controller rollouts-controller
	go test -tags delivery -count=1 -timeout 10m -parallel 6 ./test/delivery

.PHONY: test-node
test-node: root programs bin/runc ## Run the tests with a real kubelet and real containers, on Linux, as root.
	go run ./hack/build kubelet containerd containerd-shim-runc-v2 ctr crane
	go test -tags node -count=1 -timeout 10m -parallel 8 ./test/node

.PHONY: root
root:
	@[[ $$(uname) == Linux && $$(id -u) == 0 ]] || \
		{ echo "A real node needs Linux and root: it makes namespaces, mounts and cgroups" >&2; exit 1; }

FUZZTIME ?= 1m

.PHONY: fuzz
fuzz: ## Run each fuzz test for FUZZTIME.
	FUZZTIME=$(FUZZTIME) hack/fuzz

MUTATE ?= $(addprefix internal/,promotion workload identity window loosening grants escalation separation ledger \
	configuration argocd)

.PHONY: mutate
mutate: ## Break the packages MUTATE on purpose, and tell what their tests do not notice. Takes an hour.
	go run ./hack/mutate $(MUTATE)

.PHONY: verify
verify: bin/kubectl $(LINT) ## Check generated files, modules, manifests and style.
	hack/verify

##@ Build

.PHONY: build
build: ## Build the operator and the kubectl plugin into bin/.
	go run ./hack/build manager kubectl-countersign

.PHONY: docker-build
docker-build: ## Build the operator's image IMG.
	docker build -t $(IMG) .

.PHONY: build-installer
build-installer: ## Write all manifests, with image IMG, to dist/install.yaml.
	mkdir -p dist
	$(call render,config/default) > dist/install.yaml

##@ Deploy

.PHONY: install
install: ## Install the CRDs into the cluster of the current context.
	$(KUBECTL) apply -k config/crd

.PHONY: uninstall
uninstall: ## Remove the CRDs, and with them every role, policy, request and approval.
	$(KUBECTL) delete --ignore-not-found -k config/crd

.PHONY: deploy
deploy: ## Deploy the operator, with image IMG, and its guards.
	$(call render,config/default) | $(KUBECTL) apply -f -

.PHONY: undeploy
# The operator would put back what is missing, and the guards mark what the group deletes: they go last.
undeploy: ## Remove all of it, as a member of the group countersign:break-glass: see docs/operations.md.
	$(KUBECTL) delete --ignore-not-found --cascade=foreground -n countersign-system \
		deployment countersign-controller-manager
	$(KUBECTL) delete --ignore-not-found -k config/webhook
	$(KUBECTL) delete --ignore-not-found -k config/default

# $(call render,DIR): the manifests of DIR with image IMG.
render = $(KUBECTL) kustomize $(1) | sed 's|image: controller:latest|image: $(IMG)|'

##@ Tools

.PHONY: programs
programs: ## Build what tests and demo run into bin/, a control plane included.
	go run ./hack/build

bin/kubectl:
	go run ./hack/build kubectl

.PHONY: gpg
gpg:
	@command -v gpg >/dev/null && command -v gpgconf >/dev/null || \
		{ echo "There is no gpg, which commits are signed with: install GnuPG (Debian: apt-get install gnupg)" >&2; exit 1; }

bin/redis-server bin/runc: hack/debian
	hack/debian $(@F)

$(LINT): hack/tools/lint/main.go hack/tools/lint/go.mod hack/tools/lint/go.sum
	cd hack/tools/lint && go build -trimpath -ldflags '-s -w' -o "$(CURDIR)/$@" .
