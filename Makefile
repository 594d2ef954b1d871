# make, make check, make install PREFIX=/usr/local DESTDIR=
CC = cc
CFLAGS = -O3 -g
PREFIX = /usr/local
OBJ = build
BIN = bin
VERSION = 0.4.0

PKG_CONFIG = pkg-config
JQ_CFLAGS := $(shell $(PKG_CONFIG) --cflags libjq 2>/dev/null)
JQ_LIBS := $(shell $(PKG_CONFIG) --libs libjq 2>/dev/null || echo -ljq)
WARN = -Wall -Wextra -Wconversion -Wshadow -Wmissing-prototypes -Wstrict-prototypes

# Hardening stands before the flags of whoever builds, which undo it piece by piece; HARDEN= HARDEN_LD= leave it out.
# FORTIFY wants an optimizer, nobody else who sets it, and no sanitizer, from which it would hide calls.  No -fcf-protection:
# Debian's start files lack the mark, so the linker drops it again, and it costs up to 1 % of the instructions.
taken = $(shell $(CC) -Werror -O2 $(1) -include stdio.h -S -o /dev/null -x c /dev/null 2>/dev/null && echo '$(1)')
FORTIFY = -U_FORTIFY_SOURCE -D_FORTIFY_SOURCE
UNFIT = $(findstring _FORTIFY_SOURCE,$(CPPFLAGS) $(CFLAGS))$(findstring -fsanitize,$(CFLAGS))
UNFIT += $(if $(filter-out -O0,$(filter -O%,$(CFLAGS))),,-O0)
HARDEN := -fPIE -fstack-protector-strong $(call taken,-fstack-clash-protection) \
	$(if $(strip $(UNFIT)),,$(or $(call taken,$(FORTIFY)=3),$(call taken,$(FORTIFY)=2)))
HARDEN_LD = -pie -Wl,-z,relro,-z,now

ALL_CFLAGS = -std=gnu11 -D_GNU_SOURCE -D_FILE_OFFSET_BITS=64 -D_TIME_BITS=64 -DVERSION='"$(VERSION)"' \
	$(WARN) $(JQ_CFLAGS) $(HARDEN) $(CPPFLAGS) $(CFLAGS)

# What each program is made of: floor 1 and 2 in all, floor 3 as needed.
BASE = whole safe utf8 diag alloc output operand reader input cli \
	when duration text fields guess scan step number nested value arena table jqexpr jqtext emit
eve-dhcp-filter = eve-dhcp-filter event front heartbeat select record find addr $(BASE)
dhcp-window = dhcp-window job settings intake rows checkpoint window session pane partial merge query group row origin offset \
	source hint lockfile statefile crc network addr $(BASE)
dhcp-topn = dhcp-topn board follow order rank distinct upsert tally columns grid spell screen width network addr $(BASE)
dhcp-leases = dhcp-leases lease addr $(BASE)
PROGRAMS = eve-dhcp-filter dhcp-window dhcp-topn dhcp-leases
PAGES1 = $(PROGRAMS:%=man/%.1)
PAGES7 = man/dhcp-fields.7 man/dhcp-interop.7 man/dhcp-kafka.7 man/dhcp-scaling.7
SCRIPTS = live.sh run-once.sh endless.sh scale-out.sh topic.sh parallel.sh recipe.sh recipes/* report.sh report/*
UNITS = dhcp-live.service dhcp-run-once.service dhcp-run-once.timer dhcp-report.service dhcp-report.timer

# Where things go, below PREFIX; a package for a system that has other places says so.
DOCS = share/doc/dhcp-tools
UNITS_IN = lib/systemd/system
BASH_IN = share/bash-completion/completions
ZSH_IN = share/zsh/site-functions
FISH_IN = share/fish/vendor_completions.d
FOLDERS = bin libexec/dhcp-tools $(UNITS_IN) share/man/man1 share/man/man7 $(DOCS)/examples $(BASH_IN) $(ZSH_IN) $(FISH_IN)
TO = "$(DESTDIR)$(PREFIX)"

all: $(PROGRAMS:%=$(BIN)/%)

$(BIN)/eve-dhcp-filter: $(eve-dhcp-filter:%=$(OBJ)/%.o)
$(BIN)/dhcp-window: $(dhcp-window:%=$(OBJ)/%.o)
$(BIN)/dhcp-topn: $(dhcp-topn:%=$(OBJ)/%.o)
$(BIN)/dhcp-leases: $(dhcp-leases:%=$(OBJ)/%.o)
$(PROGRAMS:%=$(BIN)/%):
	@mkdir -p $(BIN)
	$(CC) $(HARDEN_LD) $(CFLAGS) $(LDFLAGS) -o $@ $^ $(JQ_LIBS)

$(OBJ)/%.o: src/%.c Makefile
	@mkdir -p $(OBJ)
	$(CC) $(ALL_CFLAGS) -MMD -c -o $@ $<

-include $(wildcard $(OBJ)/*.d)

check:
	sh tests/check.sh

# The scanner against libjq on a million mutants of the corpora; SEED=N for others.
check-mutants: all
	MUTANTS=1000000 BIN=$(abspath $(BIN)) bats tests/differential.bats

# On a real Apache Kafka, and with hundreds of kills; random queries against DuckDB and a model; each call failing in
# turn; hostile input; under valgrind; on other machines and compilers; the package in bare Debians; our rows in DuckDB
# and pandas; in PySpark, on two executors: some minutes each.
HEAVY = check-kafka check-oracle check-faults check-hostile check-valgrind check-arch check-deb check-interop check-spark
$(HEAVY):
	sh tests/$(@:check-%=%)/check.sh

# Coverage by line and branch; 500 faults put into the source; fuzzing, SECS=60 a target.
coverage mutants fuzz:
	sh tests/$@/run.sh

bench: all
	sh tests/bench/bench.sh
	sh tests/bench/live.sh

bench-peers bench-live bench-steps bench-spark: all
	sh tests/bench/$(@:bench-%=%).sh

lint:
	sh tests/lint.sh

install: all
	@case '$(PREFIX)' in *[!A-Za-z0-9/._+~-]*) echo 'install: PREFIX=$(PREFIX): units cannot name such a path' >&2; exit 1 ;; esac
	install -d $(FOLDERS:%=$(TO)/%)
	install $(PROGRAMS:%=$(BIN)/%) $(TO)/bin
	for file in $(SCRIPTS:%=samples/%); do \
		install -D -m $$([ -x $$file ] && echo 755 || echo 644) $$file $(TO)/libexec/dhcp-tools/$${file#samples/} || exit; \
	done
	install -m 644 $(PAGES1) $(TO)/share/man/man1
	install -m 644 $(PAGES7) $(TO)/share/man/man7
	install -m 644 README.md NEWS.md LICENSE samples/systemd/dhcp-live.conf $(TO)/$(DOCS)
	for unit in $(UNITS); do \
		sed 's,/usr/local/,$(PREFIX)/,' samples/systemd/$$unit | install -m 644 /dev/stdin $(TO)/$(UNITS_IN)/$$unit || exit; \
	done
	install -m 644 samples/README.md samples/day.eve.json.xz $(TO)/$(DOCS)/examples
	install samples/spark_pipe.py $(TO)/$(DOCS)/examples
	for file in recipes report.sh parallel.sh; do \
		ln -sfn ../../../../libexec/dhcp-tools/$$file $(TO)/$(DOCS)/examples/$$file || exit; \
	done
	install -m 644 samples/completion/_dhcp-tools $(TO)/$(ZSH_IN)
	for program in $(PROGRAMS); do \
		install -m 644 samples/completion/dhcp-tools.bash $(TO)/$(BASH_IN)/$$program && \
		install -m 644 samples/completion/dhcp-tools.fish $(TO)/$(FISH_IN)/$$program.fish || exit; \
	done

uninstall:
	rm -f $(PROGRAMS:%=$(TO)/bin/%) $(PROGRAMS:%=$(TO)/$(BASH_IN)/%) $(PROGRAMS:%=$(TO)/$(FISH_IN)/%.fish) \
		$(TO)/$(ZSH_IN)/_dhcp-tools $(PAGES1:man/%=$(TO)/share/man/man1/%) $(PAGES7:man/%=$(TO)/share/man/man7/%) \
		$(UNITS:%=$(TO)/$(UNITS_IN)/%)
	rm -rf $(TO)/libexec/dhcp-tools $(TO)/$(DOCS)

# The same bytes from the same files, whoever packs them, where and when: all have the date of the newest release.
dist:
	@sh samples/package/dist.sh $(VERSION)

# For the Debian that it is made on.
deb:
	sh samples/package/deb.sh $(VERSION)

clean:
	rm -rf $(OBJ) $(PROGRAMS:%=$(BIN)/%) dhcp-tools-*.tar.gz dhcp-tools_*.deb

.PHONY: all check check-mutants $(HEAVY) coverage mutants fuzz bench bench-live bench-peers bench-steps bench-spark lint install uninstall dist deb clean
