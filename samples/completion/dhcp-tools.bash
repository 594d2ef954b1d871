# shellcheck shell=bash
# Completion for bash: options, their values, and names of fields, also behind the commas of a list.  `make install` puts
# it where bash-completion finds it; sourced in ~/.bashrc it works as well.  It starts no program.

# The options of a program into $words; those that end in = want a value.
_dhcp_tools_options() {
	case $1 in
	eve-dhcp-filter)
		words=(-x --exclude-src= --src= -r --require= -t --dhcp-type= -w --where= --since= --until= -v --invert-match
			-c --count -m --max-count= --fields= --raw --time= -i --input= --heartbeat --reject=)
		;;
	dhcp-window)
		words=(-e --every= --slide= --session= --align= -b --by= -a --agg= --having= -l --lateness= --partitions= --idle=
			--late-file= --mode= --trigger= --max-groups= --on-full= --kafka-key --checkpoint= --save= --final --partial --merge
			--source=)
		;;
	dhcp-leases) words=(--at= --having= --lease=) ;;
	dhcp-topn) words=(-n -k --sort= --bottom --per= -b --by= --sum= -u --upsert= -f --format= --fields= --follow) ;;
	esac
	words+=(--stats --strict --help --version)
}

# Names of fields into $words: a record's, and what else an event has, or a row.
_dhcp_tools_fields() {
	words=(ts timestamp src_ip dest_ip type dhcp_type id client_mac client_ip assigned_ip requested_ip hostname
		topic partition offset)
	case $1 in
	eve-dhcp-filter | dhcp-window)
		words+=(event_type flow_id in_iface pcap_cnt vlan src_port dest_port proto ip_v pkt_src host sensor_id community_id
			tenant_id relay_ip next_server_ip client_id lease_time renewal_time rebinding_time subnet_mask params routers
			dns_servers vendor_class_identifier)
		;;
	*) words+=(window window.start window.end count share sum max_src_ip max_hostname max_client_ip max_requested_ip max_ts
		address server start end ended acks lease_time) ;;
	esac
}

# What the value of an option can be into $words, with what of it stands in $head already.  Sets $more if it can go on.
# Without words it is the name of a file, or nobody's business.
_dhcp_tools_values() {
	local list='' word
	case "$1 $2" in
	*' --fields' | *' --by' | *' -b' | *' --upsert' | *' -u') list=1 && _dhcp_tools_fields "$1" ;;
	*' --require' | *' -r' | *' --per' | *' --sum') _dhcp_tools_fields "$1" ;;
	*' --agg' | *' -a')
		more=1 head=${value%"${value##*[,(=]}"}
		if [[ $head == *'(' ]]; then
			_dhcp_tools_fields "$1"
			words=("${words[@]/%/)}")
		else
			words=(count count\( distinct\( min\( max\( sum\( avg\( first\( last\( values\( span\( min_ip\( max_ip\()
		fi
		;;
	*' --sort' | *' -k')
		more=1 head=${value%"${value##*:}"}
		case $head in
		'') _dhcp_tools_fields "$1" ;;
		*:asc: | *:desc:) words=(text num time ip) ;;
		*) words=(asc desc text num time ip) ;;
		esac
		;;
	*' --dhcp-type' | *' -t') list=1 words=(discover offer request ack nak decline release inform) ;;
	*' --since' | *' --until' | *' --at') words=(now today) ;;
	*' --time') words=(kafka event) ;;
	*' --input' | *' -i') words=(auto eve kafka message ecs) ;;
	*' --mode') words=(append update complete) ;;
	*' --on-full') words=(fail evict) ;;
	*' --trigger') words=(once) ;;
	*' --format' | *' -f') words=(ndjson table csv tsv html) ;;
	esac
	[[ $list ]] || return 0
	more=1 head=${value%"${value##*[,+]}"}
	for word in "${!words[@]}"; do
		[[ ,${head#+} != *",${words[word]},"* ]] || unset "words[word]"
	done
}

# What stands in front of the cursor, without quotes: $word and, before it, $last; which part of the word readline leaves
# alone, $keep; and the quote that is open.
_dhcp_tools_line() {
	local line=${COMP_LINE:0:COMP_POINT} char i
	for ((i = 0; i < ${#line}; i++)); do
		char=${line:i:1}
		if [[ $char == "$quote" ]]; then
			quote=''
		elif [[ $quote ]]; then
			word+=$char
		elif [[ $char == \\ ]]; then
			word+=${line:i += 1:1}
		elif [[ $char == [\'\"] ]]; then
			quote=$char
		elif [[ $char == [[:space:]] ]]; then
			last=${word:-$last} word='' keep=''
		else
			word+=$char
			[[ $COMP_WORDBREAKS != *"$char"* ]] || keep=$word
		fi
	done
}

_dhcp_tools() {
	local program=${1##*/} word='' last='' keep='' quote='' option value head='' more='' item words=()
	_dhcp_tools_line
	case $word in
	--*=*) option=${word%%=*} value=${word#*=} ;;
	*) option=$last value=$word ;;
	esac
	case $word in
	--*=*) _dhcp_tools_values "$program" "$option" && head=$option=$head ;;
	-*) _dhcp_tools_options "$program" ;;
	*) _dhcp_tools_values "$program" "$option" ;;
	esac
	COMPREPLY=()
	for item in "${words[@]}"; do
		item=$head$item
		[[ $item == "$word"* ]] || continue
		[[ $item != --*= ]] || more=1
		item=${item#"$keep"}
		[[ $quote ]] || item=${item//'('/'\('} item=${item//')'/'\)'}
		COMPREPLY+=("$item")
	done
	[[ ! $more ]] || compopt -o nospace 2>/dev/null
}

complete -o default -F _dhcp_tools eve-dhcp-filter dhcp-window dhcp-leases dhcp-topn
