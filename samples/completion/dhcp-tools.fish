# Completion for fish: options with their meanings, values, and names of fields, also behind the commas of a list.
# `make install` puts it, under the name of each program, where fish finds it.  It starts no program.

set -l programs eve-dhcp-filter dhcp-window dhcp-leases dhcp-topn
set -l record ts timestamp src_ip dest_ip type dhcp_type id client_mac client_ip assigned_ip requested_ip hostname \
    topic partition offset
set -l event event_type flow_id in_iface pcap_cnt vlan src_port dest_port proto ip_v pkt_src host sensor_id community_id \
    tenant_id relay_ip next_server_ip client_id lease_time renewal_time rebinding_time subnet_mask params routers \
    dns_servers vendor_class_identifier
set -l row window window.start window.end count share sum max_src_ip max_hostname max_client_ip max_requested_ip max_ts \
    address server start end ended acks lease_time

# What can stand behind the last comma of the word, of WORD...
function __dhcp_list
    set -l head (commandline -ct | string replace -r '^--[a-z-]+=|^-[a-z]' '' | string match -r '^.*[,+]')
    for word in $argv
        string match -q "*,$word,*" ,(string trim -lc + -- "$head"); or echo "$head$word"
    end
end

# FUNCTION(FIELD), behind commas, of these fields.
function __dhcp_aggregates
    set -l head (commandline -ct | string unescape | string replace -r '^--agg=|^-a|^[\'"]' '' | string match -r '^.*[,(=]')
    if string match -q '*(' "$head"
        string join \n "$head"$argv')'
    else
        string join \n "$head"{count,{count,distinct,min,max,sum,avg,first,last,values,span,min_ip,max_ip}'('}
    end
end

# FIELD[:asc|:desc][:TYPE], of these fields.
function __dhcp_sort
    set -l head (commandline -ct | string replace -r '^--sort=|^-k' '' | string match -r '^.*:')
    switch "$head"
        case ''
            string join \n $argv
        case '*:asc:' '*:desc:'
            string join \n $head{text,num,time,ip}
        case '*'
            string join \n $head{asc,desc,text,num,time,ip}
    end
end

for program in $programs
    complete -c $program -e
    complete -c $program -l stats -d 'At the end, write counts to standard error'
    complete -c $program -l strict -d 'The first line that is not understood ends the run'
    complete -c $program -l help -d 'Show a summary of the options'
    complete -c $program -l version -d 'Show the version'
end

set -l c complete -c eve-dhcp-filter
set -l fields $record $event
$c -s x -l exclude-src -x -d 'Drop events from there'
$c -l src -x -d 'Keep only events from there'
$c -s r -l require -x -a "$fields" -d 'Drop events where the field is absent or null'
$c -s t -l dhcp-type -x -a '(__dhcp_list discover offer request ack nak decline release inform)' -d 'Keep these types'
$c -s w -l where -x -d 'Keep events for which the jq condition holds'
$c -l since -x -a 'now today' -d 'Keep events from then on'
$c -l until -x -a 'now today' -d 'Keep events before then'
$c -s v -l invert-match -d 'Write the DHCP events that fail the conditions'
$c -s c -l count -d 'Only count'
$c -s m -l max-count -x -d 'Stop after so many events'
$c -l fields -x -a "(__dhcp_list $fields)" -d 'Write these fields'
$c -l raw -d 'Write the EVE line itself'
$c -l time -x -a 'kafka event' -d 'Where ts comes from'
$c -s i -l input -x -a 'auto eve kafka message ecs' -d 'Take lines of this form only'
$c -l heartbeat -d 'Say how far each partition has been read'
$c -l reject -r -d 'Append lines that are not understood there'

set c complete -c dhcp-window
$c -s e -l every -x -d 'Length of a window'
$c -l slide -x -d 'A new window at every such time'
$c -l session -x -d 'A window lasts until its key is silent for so long'
$c -l align -x -d 'Shift the edges of the windows'
$c -s b -l by -x -a "(__dhcp_list $fields)" -d 'Group by these fields'
$c -s a -l agg -x -a "(__dhcp_aggregates $fields)" -d 'What to compute of a group'
$c -l having -x -d 'Keep rows for which the jq condition holds'
$c -s l -l lateness -x -d 'Close windows once all sources are so far past them'
$c -l partitions -x -d 'How many Kafka partitions there are'
$c -l idle -x -d 'What is silent for so long no longer holds windows back'
$c -l late-file -r -d 'Append late records there'
$c -l mode -x -a 'append update complete' -d 'When a group is written'
$c -l trigger -x -a once -d 'How often to write in update and complete mode'
$c -l max-groups -x -d 'Keep no more groups'
$c -l on-full -x -a 'fail evict' -d 'What to do when there would be more'
$c -l kafka-key -d 'Write a key and a tab before each row'
$c -l checkpoint -r -d 'Resume from this file, and save there'
$c -l save -r -d 'Save there instead'
$c -l final -d 'The end of the input closes windows, with a checkpoint'
$c -l partial -d 'Write rows that can be merged'
$c -l merge -d 'Take such rows'
$c -l source -x -d 'Name their source, and give them places in so many partitions'

set c complete -c dhcp-leases
$c -l at -x -a 'now today' -d 'Leases that hold at this time'
$c -l having -x -d 'Rows for which the jq condition holds'
$c -l lease -x -d 'How long a lease is whose ACK does not tell'

set c complete -c dhcp-topn
set fields $record $row
$c -s n -x -d 'How many rows, 0 for all'
$c -s k -l sort -x -a "(__dhcp_sort $fields)" -d 'Rank by this field'
$c -l bottom -d 'The worst rows, the worst first'
$c -l per -x -a "$fields" -d 'So many rows for each value of this field'
$c -s b -l by -x -a "(__dhcp_list $fields)" -d 'Count rows by these fields'
$c -l sum -x -a "$fields" -d 'With --by, add up this field'
$c -s u -l upsert -x -a "(__dhcp_list $fields)" -d 'Only the newest row with these fields equal counts'
$c -s f -l format -x -a 'ndjson table csv tsv html' -d 'Form of the output'
$c -l fields -x -a "(__dhcp_list $fields)" -d 'The columns'
$c -l follow -d 'Write while rows come'
