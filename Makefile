# The targets that a maintainer types. `make` alone lists them.

GO            ?= go
GOLANGCI_LINT := github.com/golangci/golangci-lint/v2/cmd/golangci-lint@v2.15.0
LINES         ?= 1000000
SOAK          ?= 10000000
KILLS         ?= 1000
ROTATIONS     ?= 1000
T             ?= 1m
N             ?= 1000
SEARCH        ?= 1h
SEED          ?= $(shell date +%s)
MUTANTS       ?= 300

.DEFAULT_GOAL := help

help: ## list the targets
	@awk -F ':.*## ' '/^[a-z0-9-]+:.*## / { printf "  %-12s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

test: ## what the README tells: go test ./...
	$(GO) test ./...

race: ## the same under the race detector
	$(GO) test -race ./...

assert: ## the engine with assertions, poisoned memory and named leaks
	$(GO) test -tags assert ./ring ./internal/layout ./property ./internal/arena ./message ./filter ./routing/... ./engine ./typed ./module/... ./gateway

lint: ## golangci-lint at the pinned version
	$(GO) run $(GOLANGCI_LINT) run ./...

hot: ## the hot path benchmarks
	$(GO) test -run '^$$' -bench Hot -benchmem ./ring ./internal/arena ./filter ./routing/... ./engine

bench: ## every benchmark, briefly
	$(GO) test -run '^$$' -bench . -benchtime 0.1s ./...

gate: ## what publishing costs against a channel; and that half the speed would be noticed
	@./scripts/gate

peers: ## the engine against its rivals, into PEERS.md; SHORT=1 for a quick look
	cd bench/peers && $(GO) run . $(if $(SHORT),-rounds 5 -slice 5ms,-rounds 20) -out ../../PEERS.md

versus: ## this tree beside the commit it is compared with, and both beside the floor; SHORT=1 for a quick look
	@./scripts/versus $(if $(SHORT),-rounds 5 -performances 2 -slice 5ms)

scale: ## what many modules and links cost, at n and ten times n; N=100 for a quick look
	@$(GO) run ./bench/scale -n $(N) $(if $(ONLY),-only "$(ONLY)")

benchmarks: ## measure everything anew, into BENCHMARKS.md, PEERS.md and docs/; SHORT=1 to see that it works
	SHORT=$(SHORT) ./scripts/benchmarks

platforms: ## build for the other platforms
	GOOS=windows GOARCH=amd64 $(GO) build ./...
	GOOS=darwin GOARCH=arm64 $(GO) build ./...
	GOOS=linux GOARCH=arm64 $(GO) build ./...
	GOOS=linux GOARCH=arm $(GO) build ./...

windows: ## the tests under Wine; PACKAGES="./ring ./engine" for some
	./scripts/windows $(PACKAGES)

arm: ## ring, message and engine as on a 32-bit ARM, under qemu-user; PACKAGES for others
	./scripts/arm $(PACKAGES)

quickstart: ## run the quickstart for four seconds and look at what it prints
	@$(GO) build -o .build/edge ./cmd/edge
	@./scripts/quickstart .build/edge

stdin: ## pipe LINES JSON lines through examples/stdin.json and compare what comes out
	@$(GO) build -o .build/edge ./cmd/edge
	@./scripts/stdin .build/edge $(LINES)

performance: ## v1's own performance test, 50 runs of one second, beside v1's figures
	@$(GO) build -o .build/edge ./cmd/edge
	@./scripts/performance .build/edge 50

remote-c: ## a remote module in C: run its gateway, kill it, and send 100,000 messages through it
	@$(GO) build -o .build/edge ./cmd/edge
	@./scripts/remote-c .build/edge

explore: ## the lock-free code under every interleaving, within CI's bounds, and a sample of the mutants
	$(GO) test -tags explore ./internal/atom
	$(GO) test -tags explore -run TestExplore ./internal/park ./internal/completion ./ring ./internal/layout ./internal/arena ./engine
	$(GO) run ./internal/mutants -every 15
	$(GO) run ./internal/mutants -random -seed $(SEED) -n 20 -own -within 45s -limit 1m -least 0

mutants: ## MUTANTS random mutants of SEED, over all packages: which test notices each, and what nobody does
	$(GO) run ./internal/mutants -random -seed $(SEED) -n $(MUTANTS)

proofs: ## explore everything and try all mutants, into PROOFS.md; SHORT=1 within CI's bounds
	./scripts/proofs

search: ## topologies by chance, for SEARCH: none stands still, all keep the promises
	$(GO) test -count=1 -run 'TestSearch$$' -timeout 0 -v ./engine -args -search $(SEARCH)

soak: ## SOAK messages and pairs, topologies for SEARCH, KILLS kills of a remote module, ROTATIONS of a followed file, every fuzzer for T
	$(MAKE) --no-print-directory search
	$(GO) test -run TestBalanceUnderLinkChanges -timeout 60m ./engine -args -soak $(SOAK)
	$(GO) test -timeout 60m ./routing/index -args -soak $(SOAK)
	$(GO) test -run 'TestKill$$' -timeout 60m -v ./outprocess -args -kills $(KILLS)
	$(GO) test -run TestSoakRotations -timeout 60m -v ./modules/file -args -rotations $(ROTATIONS) -dwell 500ms
	$(MAKE) --no-print-directory fuzz T=$(T)

worst: ## search for the filters that take longest to match, to link, and by an index; each for T
	$(GO) test ./fuzz -run 'TestWorst$$' -timeout 0 -v -args -worst $(T)

fuzz: ## every fuzzer for T
	./scripts/fuzz $(T)

.PHONY: help test race assert lint hot bench gate peers versus scale benchmarks platforms windows arm quickstart stdin performance remote-c explore mutants proofs search soak fuzz
