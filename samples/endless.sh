#!/bin/sh
# kcat -C | eve-dhcp-filter | dhcp-window | kcat -P, without an end: the quick, weaker way.  Options as for live.sh.
#
#   endless.sh -b BROKER -s /var/lib/dhcp-endless --mode update -- -x 61.82.88.6 -r hostname
#
# A row is on its topic some milliseconds after its event; live.sh takes a second.  What is weaker: dhcp-window saves its
# state when its rows are in the pipe, and every 10 s at most.  Rows that the last kcat had taken and not delivered when
# it died, or its machine, may be on no topic; those since the last save come twice.  So each row is there at least once
# while that kcat lives, and with SIGTERM if it delivers within 8 s; else that is told, with status 2.  A new partition is
# not seen before the next start.

exec "$(dirname "$(readlink -f -- "$0")")/live.sh" --endless "$@"
