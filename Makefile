# make, make check, make install PREFIX=/usr/local DESTDIR=
CC = cc
CFLAGS = -O3 -g
PREFIX = /usr/local
OBJ = build
BIN = bin
VERSION = 0.2.0

PKG_CONFIG = pkg-config
JQ_CFLAGS = $(shell $(PKG_CONFIG) --cflags libjq 2>/dev/null)
JQ_LIBS = $(shell $(PKG_CONFIG) --libs libjq 2>/dev/null || echo -ljq)
WARN = -Wall -Wextra -Wconversion -Wshadow -Wmissing-prototypes -Wstrict-prototypes
ALL_CFLAGS = -std=gnu11 -D_GNU_SOURCE -DVERSION='"$(VERSION)"' $(WARN) $(JQ_CFLAGS) $(CPPFLAGS) $(CFLAGS)

# What each program is made of: floor 1 and 2 in all, floor 3 as needed.
BASE = safe utf8 diag alloc output operand reader input cli \
	when duration text fields guess scan number value arena table jqexpr emit
eve-dhcp-filter = eve-dhcp-filter event front heartbeat select record find addr $(BASE)
dhcp-window = dhcp-window job settings intake rows checkpoint window session pane partial merge query group row \
	source hint statefile crc addr $(BASE)
dhcp-topn = dhcp-topn board follow order rank distinct upsert tally columns grid screen width addr $(BASE)
PROGRAMS = eve-dhcp-filter dhcp-window dhcp-topn
PAGES1 = $(PROGRAMS:%=man/%.1)
PAGES7 = man/dhcp-fields.7

all: $(PROGRAMS:%=$(BIN)/%)

$(BIN)/eve-dhcp-filter: $(eve-dhcp-filter:%=$(OBJ)/%.o)
$(BIN)/dhcp-window: $(dhcp-window:%=$(OBJ)/%.o)
$(BIN)/dhcp-topn: $(dhcp-topn:%=$(OBJ)/%.o)
$(PROGRAMS:%=$(BIN)/%):
	@mkdir -p $(BIN)
	$(CC) $(CFLAGS) $(LDFLAGS) -o $@ $^ $(JQ_LIBS)

$(OBJ)/%.o: src/%.c Makefile
	@mkdir -p $(OBJ)
	$(CC) $(ALL_CFLAGS) -MMD -c -o $@ $<

-include $(wildcard $(OBJ)/*.d)

check:
	sh tests/check.sh

# The scanner against libjq on a million mutants of the corpora; SEED=N for others.
check-mutants: all
	MUTANTS=1000000 BIN=$(abspath $(BIN)) bats tests/differential.bats

# On a real Apache Kafka, and with hundreds of kills; some minutes.
check-kafka:
	sh tests/kafka/check.sh

bench bench-peers: all
	sh tests/bench/$(@:bench-%=%).sh

lint:
	mandoc -Tlint -Wwarning $(PAGES1) $(PAGES7)
	shellcheck -s sh samples/*.sh tests/*.sh tests/bench/*.sh
	cppcheck -q --error-exitcode=1 --enable=warning,portability --inline-suppr -D_GNU_SOURCE src

install: all
	install -d $(DESTDIR)$(PREFIX)/bin $(DESTDIR)$(PREFIX)/share/man/man1 $(DESTDIR)$(PREFIX)/share/man/man7
	install $(PROGRAMS:%=$(BIN)/%) $(DESTDIR)$(PREFIX)/bin
	install -m 644 $(PAGES1) $(DESTDIR)$(PREFIX)/share/man/man1
	install -m 644 $(PAGES7) $(DESTDIR)$(PREFIX)/share/man/man7

uninstall:
	cd $(DESTDIR)$(PREFIX)/bin && rm -f $(PROGRAMS)
	cd $(DESTDIR)$(PREFIX)/share/man && rm -f $(PAGES1:man/%=man1/%) $(PAGES7:man/%=man7/%)

clean:
	rm -rf $(OBJ) $(PROGRAMS:%=$(BIN)/%)

.PHONY: all check check-mutants check-kafka bench bench-peers lint install uninstall clean
