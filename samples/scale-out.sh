#!/bin/sh
# The job on several machines: some filter and count, each a part of the topic's partitions; others put the counts together.
# Both are live.sh, and keep its promises: what dies is started again, on its state or on a copy of it, and nothing is lost,
# and nothing counted twice.
#
#   topic suricata -> filter NAME/N -> topic dhcp_partials -> merge SOURCES -> topic suricata_dhcp_processed
#
# dhcp-scaling(7) tells when this is worth it, and why it is right.

usage() {
	cat <<'END'
usage: scale-out.sh filter NAME/N --take LIST -b BROKER -s DIR [OPTION]...
           [-- FILTER-OPTION... [-- WINDOW-OPTION...]]
       scale-out.sh merge SOURCES [--take LIST] -b BROKER -s DIR [OPTION]...
           [-- -- WINDOW-OPTION...]
DHCP windows on several machines, by way of a topic of partial rows.

filter  reads some partitions of topic suricata, and writes partial rows to
        topic dhcp_partials, which has N partitions.  No two have one NAME.
merge   reads these rows, from so many SOURCES (the filters), all or some of
        the partitions, and writes rows to topic suricata_dhcp_processed.

  --take LIST         the partitions to read, as 0,1,5: each has one reader
  -t TOPIC, -o TOPIC  other topics to read from, and to write to

The other options are those of live.sh; --by and --agg, behind --, have to be
the same everywhere, and -l and -e in all filters.  Topic dhcp_partials must
be there; it may forget what is old, but not what has a newer key (compact).

scale-out.sh filter west/2 --take 0,1 -b localhost -s west -- -r hostname
scale-out.sh filter east/2 --take 2,3 -b localhost -s east -- -r hostname
scale-out.sh merge 2 --take 0 -b localhost -s merge0
scale-out.sh merge 2 --take 1 -b localhost -s merge1
END
}

die() {
	printf 'scale-out.sh: %s\n' "$*" >&2
	exit 2
}

live=$(dirname "$(readlink -f -- "$0")")/live.sh
what=${1:-} whose=${2:-}
[ $# -lt 2 ] || shift 2
case $what:$whose in
--help:* | *:--help) usage ;;
filter:?*/[1-9]*)
	case ${whose##*/} in *[!0-9]*) die "filter: $whose: not NAME/N" ;; esac
	case " $* " in *' --take'*) ;; *) die "filter: --take LIST: which partitions are its own?" ;; esac
	exec "$live" -o dhcp_partials --source "$whose" "$@"
	;;
filter:*) die "filter: $whose: not NAME/N" ;;
merge:0* | merge:*[!0-9]* | merge:) die "merge: $whose: not a number of sources" ;;
merge:*) exec "$live" -t dhcp_partials --merge "$whose" "$@" ;;
*) die "${what:-nothing to do}: filter or merge; see --help" ;;
esac
