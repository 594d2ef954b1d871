#!/bin/sh
# One batch of live.sh, for cron: from where the last one ended to the end of the topic, with the same options.
#
#   */10 * * * *  run-once.sh -b BROKER -s /var/lib/dhcp-live -- -x 61.82.88.6 -r hostname
#
# Status: 0 all is delivered; 1 that, too, but some input was not understood, or offsets were lost; 2 nothing counts,
# and the next run begins where this one did.  While a live.sh, or the run before, has the state, it is 2 as well.

exec "$(dirname "$(readlink -f -- "$0")")/live.sh" --once "$@"
