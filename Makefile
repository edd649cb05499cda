# Skranke's two commands are `make run` and `make test`. Both install the Debian packages that they need, once.

SHELL         := bash
.SHELLFLAGS   := -euo pipefail -c
MAKEFLAGS     += --no-print-directory
.DEFAULT_GOAL := help
.NOTPARALLEL:

# A Go that was unpacked where its makers say, but is not on the path, is found all the same.
GO       := $(or $(shell command -v go || ls /usr/local/go/bin/go 2>/dev/null),go)
VERSION  := $(or $(shell git describe --tags --always --dirty 2>/dev/null),unversioned)
# A clock that stands before the commit's time is wrong: see docs/trust.md.
BUILT    := $(shell git log -1 --format=%cI 2>/dev/null)
LDFLAGS  := -s -w -X main.version=$(VERSION) -X main.built=$(BUILT)
# Git's word is in VERSION already: a folder that git refuses to look at builds all the same.
BUILD    := $(GO) build -trimpath -buildvcs=false
DURATION ?= 30s
# how many visits of a soak to each one whose memory and files are searched
EVERY ?= 1
export GO

.PHONY: help
help: ## what can be made (this)
	@sed -nE 's/^([a-z-]+):[^#]*## (.*)/\1\t\2/p' Makefile | expand -t 16

# Tasks of packaging/setup.sh, with a + between them.
setup-%:
	@packaging/setup.sh $(subst +, ,$*)

.PHONY: build
build: setup-build ## the program, build/skranke, and the virtual chip, build/vchip
	@test -e build/skranke || echo 'compiling the window toolkit for the first time takes some minutes'
	$(BUILD) -ldflags '$(LDFLAGS)' -o build/skranke ./cmd/skranke
	$(BUILD) -o build/vchip ./hardware-tests/cmd/vchip

.PHONY: run
run: setup-build+bench build ## check a passport: on this machine's reader, or a specimen on a virtual one
	@packaging/run.sh

.PHONY: test
test: setup-build+bench+test build lint windows suites ## every check there is; warm it takes a few minutes
	@if grep -h '^LEFT OUT' build/counts.*; then echo 'make test: what was run has passed; the tests above were left out'; \
	  else echo 'make test: every check has passed'; fi

# Each package's tests run beside a PC/SC service of their own, and can reach no network. Those that drive the program from outside, or measure what
# is drawn, have nothing that the race detector could see, and take ten times as long with it. Much of the time is spent waiting for a virtual card to
# be noticed, so that more packages run at a time than there are processors.
OUTSIDE := ^(TestStories|TestRealKiosk|TestDay|TestScreens|TestEveryScreen.*|TestLayoutHolds|TestNoTextIsCutOff|TestPagesAreToldApart)$$
TEST    := $(GO) test -p $$(( 2 * $$(nproc) )) -timeout 30m -exec "$$PWD/hardware-tests/with-pcscd"
.PHONY: suites
suites: setup-build+bench+test
	@mkdir -p build && rm -f build/counts.*
	counts=$$(mktemp "$$PWD/build/counts.XXXXXX"); export SKRANKE_COUNTS=$$counts; \
	  $(TEST) -run '$(OUTSIDE)' ./kiosk/desk ./kiosk/selfservice ./hardware-tests/soak && \
	  $(TEST) -race -skip '$(OUTSIDE)' ./... && sort "$$counts"

.PHONY: lint
lint: setup-build ## format, vet, staticcheck, and the walls between the rooms
	@echo '$(GO) tool gofumpt -l .'; unformatted=$$($(GO) tool gofumpt -l .); \
	  test -z "$$unformatted" || { printf 'not formatted by gofumpt:\n%s\n' "$$unformatted"; exit 1; }
	packaging/walls.sh
	$(GO) vet ./...
	$(GO) tool staticcheck ./...

# The rooms without a window need no C compiler on Windows, so that whether they compile for it shows here.
.PHONY: windows
windows: setup-build
	GOOS=windows CGO_ENABLED=0 $(GO) build ./reader/... ./mrtd/... ./kiosk/rules/... ./kiosk/visit/... ./kiosk/witness/...

.PHONY: fuzz
fuzz: setup-build ## every fuzz target, each for DURATION (30s)
	@grep -rHoE --include='*_test.go' '^func Fuzz[A-Za-z0-9_]*' . | while IFS=: read -r file target; do \
	  echo "$(GO) test -fuzz '^$${target#func }$$' -fuzztime $(DURATION) $$(dirname $$file)"; \
	  $(GO) test -run '^$$' -fuzz "^$${target#func }$$" -fuzztime $(DURATION) "$$(dirname $$file)" </dev/null; \
	done

.PHONY: sweep
sweep: setup-build+bench ## every fault at every command of every document; `make test` takes a sample
	$(GO) test -timeout 0 ./hardware-tests/sweep -sweep.all

.PHONY: soak
soak: setup-build+bench+test ## a counter's day at the windows, for DURATION (30s): nothing grows, nothing is left
	$(GO) test -timeout 0 -v -exec "$$PWD/hardware-tests/with-pcscd" ./hardware-tests/soak -soak.duration $(DURATION) -soak.every $(EVERY)

.PHONY: screens
screens: setup-build+test ## a contact sheet of every screen and state, in both languages and all themes: build/screens
	rm -rf build/screens
	@for face in desk selfservice; do \
	  mkdir -p build/screens/$$face; \
	  SKRANKE_SCREENS=$$PWD/build/screens/$$face $(GO) test -count 1 -run '^Test(Screens|EveryScreenInEveryTheme)$$' ./kiosk/$$face; \
	  nice montage -font assets/fonts/IBMPlexSans-Regular.ttf -label '%t' "build/screens/$$face/*.png[480x480]" \
	    -tile 12x -geometry +6+6 -depth 8 build/screens/$$face.png; \
	done; ls build/screens/*.png

.PHONY: bench
bench: setup-build+test ## every benchmark
	$(GO) test -run '^$$' -bench . -benchmem \
	  $$(grep -rlE --include='*_test.go' '^func Benchmark' . | xargs -rn1 dirname | sort -u)

.PHONY: deb
deb: setup-build+package ## the Debian package, checked by lintian
	packaging/deb.sh '$(VERSION)' '$(LDFLAGS)'

.PHONY: bare-machine
bare-machine: ## run and test in an otherwise empty Debian 12 (root, debootstrap)
	packaging/bare-machine.sh

.PHONY: clean
clean: ## remove what was built here
	rm -rf build
