# Everything here needs Go; what needs more says so. `make help` lists it.

SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help

VERSION ?= $(shell git describe --tags --always --dirty 2>/dev/null || echo unknown)
LDFLAGS := -s -w -X main.version=$(VERSION)
BUILD := CGO_ENABLED=0 go build -trimpath -ldflags "$(LDFLAGS)"

# Tools are pinned, and built from source into bin/, which git ignores.
STATICCHECK_VERSION := v0.8.2
VERSITYGW_VERSION := v1.8.0
STATICCHECK := bin/staticcheck-$(STATICCHECK_VERSION)
VERSITYGW := bin/versitygw-$(VERSITYGW_VERSION)

PLATFORMS := linux/amd64 linux/arm64 darwin/amd64 darwin/arm64 windows/amd64 windows/arm64
GO_FILES = $(shell find . -name '*.go' -not -path './ui/*' -not -path './bin/*' -not -path './tmp/*')

KILLS ?= 200
TABLE_BYTES ?= 2147483648
FUZZTIME ?= 20s
BENCH ?= .

.PHONY: help
help: ## list the targets
	@awk -F ':.*## ' '/^[a-z0-9-]+:.*## / { printf "  %-14s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

##@ Use

.PHONY: build
build: ## build the executable, bin/assay
	$(BUILD) -o bin/assay .

.PHONY: run
run: ## build and start Assay on http://127.0.0.1:8420
	go run .

.PHONY: release
release: ## build the executables of all platforms into bin/release/
	@for p in $(PLATFORMS); do \
		os=$${p%/*}; arch=$${p#*/}; ext=; if [ $$os = windows ]; then ext=.exe; fi; \
		out=bin/release/assay-$(VERSION)-$$os-$$arch$$ext; \
		GOOS=$$os GOARCH=$$arch $(BUILD) -o $$out .; echo $$out; \
	done

##@ Develop

.PHONY: dev
dev: ui/node_modules ## server that restarts on change, and Vite in front of it (needs Node 20)
	.ci/dev

.PHONY: seed
seed: ## fill a running server on this machine with example datasets
	.ci/seed tmp/seed
	go run . push tmp/seed/*

##@ Check

.PHONY: test
test: ## run all tests that need only Go
	go test ./...
	@echo
	@echo 'Suites that need more than Go, and how to run them:'
	@echo '  a real Redis and a real S3 server   make integration'
	@echo '  the page: types and components      make ui        (Node 20)'
	@echo '  the page in a browser               make e2e       (Node 20, Chromium)'
	@echo '  the race detector                   make race      (a C compiler)'
	@echo '  200 kills instead of a few          make kill'

.PHONY: confinement
confinement: ## the parser's walls, which a build with cgo has in part only (needs a kernel with Landlock)
	CGO_ENABLED=0 ASSAY_TEST_REQUIRE=landlock go test -count=1 ./worker/sandbox

.PHONY: race
race: ## run the same tests under the race detector (needs a C compiler)
	CGO_ENABLED=1 go test -race ./...

.PHONY: lint
lint: $(STATICCHECK) ## gofmt, go vet, staticcheck
	@unformatted=$$(gofmt -l $(GO_FILES)); if [ -n "$$unformatted" ]; then echo "gofmt would change:"; echo "$$unformatted"; exit 1; fi
	go vet ./...
	$(STATICCHECK) ./...

.PHONY: cross
cross: ## vet and build for linux, darwin and windows on amd64 and arm64
	@for p in $(PLATFORMS); do \
		echo "vet and build $$p"; \
		export CGO_ENABLED=0 GOOS=$${p%/*} GOARCH=$${p#*/}; \
		go vet ./... && go build -o /dev/null .; \
	done

.PHONY: integration
integration: $(VERSITYGW) ## run the suites on a real Redis and a real S3 server, on loopback (needs redis-server)
	.ci/integration $(VERSITYGW)

.PHONY: kill
kill: ## kill -9 a working server two hundred times: nothing acknowledged may be lost
	go test -count=1 -timeout 30m -run '^TestKilledServerLosesNothing$$' . -args -kills $(KILLS)

.PHONY: memory
memory: ## profile tables of 2 GiB, and of 10,000 columns, within the memory that is promised (TABLE_BYTES)
	go test -count=1 -timeout 30m -v -run '^TestTablesOfAnySizeFitTheirMemory$$' . -args -table-bytes $(TABLE_BYTES)

.PHONY: fuzz
fuzz: ## run every fuzz target for a while
	@.ci/fuzz $(FUZZTIME)

.PHONY: bench
bench: ## run the benchmarks (BENCH=regexp chooses)
	go test -run '^$$' -bench '$(BENCH)' -benchmem ./...

.PHONY: bench-peers
bench-peers: ## measure Assay beside DuckDB, miller and csvkit, and write docs/benchmarks.md (needs Node 20)
	.ci/bench-peers

.PHONY: bench-readers
bench-readers: ## measure our readers of Parquet, workbooks and encodings beside libraries (docs/adr/0009 to 0011)
	go test -run '^$$' -bench '^Benchmark(EncodingGuessers|WorkbookReaders|ParquetReadersOnChangedFiles)$$' -benchtime 1x ./worker/profile/source

.PHONY: bench-first
bench-first: ## measure how long after its job's start a table's first report is served (TABLE_BYTES)
	go test -run '^$$' -bench '^BenchmarkFirstReport$$' -benchtime 3x . -args -table-bytes $(TABLE_BYTES)

.PHONY: bench-compare
bench-compare: ## hold the engine's speed against docs/bench-baseline.txt, as ratios to the standard library's
	go test -count=1 -run '^$$' -bench '^BenchmarkBaseline$$' -benchtime 1x ./worker/profile -args -baseline ../../docs/bench-baseline.txt

.PHONY: bench-smoke
bench-smoke: ## run every benchmark once, to see that it still works
	go test -run '^$$' -bench . -benchtime 1x ./...

##@ The page (Node 20)

ui/node_modules: ui/package-lock.json
	npm --prefix ui ci --no-audit --no-fund
	@touch $@

.PHONY: ui
ui: ui/node_modules ## check types, run the component tests, build ui/dist
	npm --prefix ui run check
	npm --prefix ui run test
	npm --prefix ui run build

.PHONY: ui-check
ui-check: ui/node_modules ## what is generated and committed (types, ui/dist) is what its sources give
	npm --prefix ui run gen
	npm --prefix ui run build
	@changed=$$(git status --porcelain -- ui/dist ui/src/api); if [ -n "$$changed" ]; then \
		echo "Not what its sources give: run make ui-check and commit"; echo "$$changed"; exit 1; fi

.PHONY: e2e
e2e: build ui/node_modules ## drive the page in a browser (needs Chromium)
	npm --prefix ui run e2e

##@ Everything

.PHONY: ci
ci: ## every check above, in the order of CI; .ci/run installs what they need first
	.ci/all

$(STATICCHECK):
	GOBIN=$(CURDIR)/bin go install honnef.co/go/tools/cmd/staticcheck@$(STATICCHECK_VERSION)
	mv bin/staticcheck $@

$(VERSITYGW):
	@echo 'Building the S3 server for the tests (a few minutes, once)'
	GOBIN=$(CURDIR)/bin go install github.com/versity/versitygw/cmd/versitygw@$(VERSITYGW_VERSION)
	mv bin/versitygw $@
