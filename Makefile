# What people type here. CI runs the same targets through .ci/run.
GO ?= go
FUZZTIME ?= 30s
# The sources that gofmt looks at; .ci has a module of its own.
SOURCES := main.go engine data

.DEFAULT_GOAL := help
.PHONY: help build test lint seeds reference rapport rapport-check bench fuzz chaos clean

help: ## this list
	@sed -n 's/^\([a-z-]*\):.*## \(.*\)/  make \1\t\2/p' Makefile | expand -t 22

build: ## one static program: ./pipe
	CGO_ENABLED=0 $(GO) build -trimpath -o pipe .

test: ## all tests, on a real PostgreSQL (installed with apt-get where there is none and it may be)
	@.ci/postgresql
	PIPE_TEST_REQUIRE_POSTGRES=1 $(GO) run ./engine/internal/pgtest/cmd $(GO) test -timeout 30m ./...

lint: ## gofmt, go vet and golangci-lint
	@unformatted=$$(gofmt -l $(SOURCES)); if [ -n "$$unformatted" ]; then echo "gofmt -w is needed for:"; echo "$$unformatted"; exit 1; fi
	$(GO) vet ./...
	$(GO) tool -modfile=.ci/tools/go.mod golangci-lint run

seeds: ## data/seeds, made again by the generator
	$(GO) run ./data/generate

reference: ## docs/expectations.md, docs/codes.md and docs/pipe.schema.json, made again from the program
	$(GO) run ./engine/internal/reference/cmd
	$(GO) test ./engine/explain ./engine/schema -update

rapport: ## reports/rapport_tp2.md, made again from real runs of both months on PostgreSQL
	@.ci/postgresql
	$(GO) run ./engine/internal/rapport/cmd

rapport-check: ## say where reports/rapport_tp2.md is not what make rapport would write
	@.ci/postgresql
	$(GO) run ./engine/internal/rapport/cmd -check

bench: ## benchmarks
	$(GO) test -run '^$$' -bench . -benchmem ./engine/...

fuzz: ## each fuzz test for FUZZTIME (30s)
	@grep -rEo --include='*_test.go' '^func Fuzz[A-Za-z0-9_]+' engine | while IFS=: read -r file func; do \
		echo "$$(dirname $$file) $${func#func }"; \
		$(GO) test -run '^$$' -fuzz "^$${func#func }\$$" -fuzztime $(FUZZTIME) "./$$(dirname $$file)" || exit 1; \
	done

chaos: ## 200 runs killed, cut off or starved at random moments (PIPE_CHAOS_ROUNDS, PIPE_CHAOS_SEED); make test does 20
	@.ci/postgresql
	PIPE_CHAOS_ROUNDS=$${PIPE_CHAOS_ROUNDS:-200} PIPE_TEST_REQUIRE_POSTGRES=1 $(GO) test ./engine -run '^TestChaos$$' -count=1 -v -timeout 60m

clean: ## what builds and runs leave behind; not the reports
	rm -rf pipe .pipe
