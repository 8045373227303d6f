# Hearth. `make help` lists what there is.
SHELL := /bin/bash
.ONESHELL:
.SHELLFLAGS := -eu -o pipefail -c
.DEFAULT_GOAL := help
.PHONY: help run build wasm generate lint test test-go test-wasm e2e fuzz bench needs clean

ADDR ?= localhost:8080
DATA ?= ./data
FUZZTIME ?= 60s
TEMPL = github.com/a-h/templ/cmd/templ@$(shell go list -m -f '{{.Version}}' github.com/a-h/templ)
NODE := $(shell go env GOROOT)/lib/wasm/go_js_wasm_exec

help: ## list the targets
	@grep -hE '^[a-z0-9-]+:.*## ' Makefile | awk -F ':.*## ' '{printf "  make %-10s %s\n", $$1, $$2}'

run: wasm ## build and start a demo clinic on http://localhost:8080 (ADDR, DATA)
	@go run ./backend demo --addr $(ADDR) --data $(DATA)

build: wasm ## build the one binary, ./hearth, with the pages in it
	@CGO_ENABLED=0 go build -trimpath -ldflags='-s -w' -o hearth ./backend

wasm: ## build the pages' programs into assets/built
	@go run ./assets/build

generate: ## write the Go code of the templ pages anew
	@go run $(TEMPL) generate

lint: ## gofmt, vet on both sides, and generated code up to date
	@test -z "$$(gofmt -l $$(git ls-files '*.go'))" || { echo "not gofmt-clean:"; gofmt -l $$(git ls-files '*.go'); exit 1; }
	go vet ./...
	GOOS=js GOARCH=wasm go vet ./wasm/... ./app/... ./shared/...
	go run $(TEMPL) generate
	git diff --exit-code --stat -- '*_templ.go' || { echo "templ pages and their Go code differ: make generate, then commit"; exit 1; }

needs: ## install what the tests need: Chromium, PostgreSQL, Node, axe (sudo if not root)
	@./.ci/needs

test: needs wasm lint test-go test-wasm e2e ## everything: lint, unit tests with -race, shared as wasm, browsers

# Who is alone: in these packages and their tests there is one goroutine (e2e/doors sees to it), so -race has nothing to find in
# them and made their tests, which calculate, ten times as long. Where others call them they are watched like everything.
ALONE = ./shared/ecg ./shared/hrv ./shared/measure ./shared/motion ./shared/sensor ./shared/stress ./e2e/doors

# lint has vetted every package and its tests already, more strictly than `go test` does: -vet=off.
#
# SQLite is a C program made into Go, in modernc.org: watching its memory accesses made every test of a database ten times
# as long and says nothing about ours, which stay watched.
test-go: ## unit tests with -race where anything runs at once, the seeds of every fuzz target, real recordings
	@go test -vet=off $(ALONE)
	go test -race -vet=off -gcflags=modernc.org/...=-race=false $$(go list ./... | grep -vxF "$$(go list ./e2e $(ALONE))")

test-wasm: ## shared/ once more as WebAssembly, and what of wasm/ needs no page
	@if command -v node >/dev/null; then GOOS=js GOARCH=wasm go test -vet=off -exec "$(NODE)" ./shared/... ./wasm/media ./wasm/push ./wasm/wake ./wasm/zone; \
	else echo "skipped: WebAssembly tests need node"; fi

e2e: wasm ## browsers against a real house; pictures land in e2e/shots
	@go test -count=1 -timeout 40m ./e2e

fuzz: ## every decoder for FUZZTIME (60s)
	@for p in $$(grep -rl --include='*_test.go' 'func Fuzz' . | xargs -n1 dirname | sort -u); do
	  for f in $$(grep -ho 'func Fuzz[A-Za-z0-9_]*' $$p/*_test.go | sed 's/func //'); do
	    echo "$$p $$f"; go test -run '^$$' -fuzz "^$$f\$$" -fuzztime $(FUZZTIME) -fuzzminimizetime 10x $$p
	  done
	done

bench: wasm ## the figures of the README
	@go test -run '^$$' -bench . -benchmem $$(go list ./shared/... ./app/... ./backend/...)
	go test -count=1 -timeout 60m -run '^TestFigures' -v ./e2e -figures

clean: ## remove what was built
	@rm -rf hearth .build assets/built/*.wasm* assets/built/*.json assets/built/wasm_exec.js e2e/shots
