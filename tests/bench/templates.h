/*
 * templates.h - what generate writes, as text.
 *
 * Event templates: ' stands for ", and %LETTER for what fill() puts there. The time comes first, then what native
 * records have before the object of their type, in Suricata's order.
 */
#define HEAD(TYPE) "{'timestamp':'%t','flow_id':%f,'in_iface':'eth1','event_type':'" TYPE "',"
#define UP(PORT, PROTO) "'src_ip':'%s','src_port':%p,'dest_ip':'%d','dest_port':" PORT ",'proto':'" PROTO "','ip_v':4,"
#define DOWN(PORT, PROTO) "'src_ip':'%d','src_port':" PORT ",'dest_ip':'%s','dest_port':%p,'proto':'" PROTO "'," \
	"'ip_v':4,"
#define FLOW(PORT, PROTO, APP) "'src_ip':'%s','src_port':%p,'dest_ip':'%d','dest_port':" PORT ",'ip_v':4," \
	"'proto':'" PROTO "','app_proto':'" APP "','flow':{'pkts_toserver':%n,'pkts_toclient':%n,'bytes_toserver':%N," \
	"'bytes_toclient':%N,'start':'%o','end':'%t','age':%n,'state':'closed','reason':'timeout','alerted':false}," \
	"'community_id':'1:%c='"
#define WIRE "'pkt_src':'wire/pcap','community_id':'1:%c=',"
#define HTTP "'http':{'hostname':'%h','url':'%u','http_user_agent':'%a','http_content_type':'text/html'," \
	"'http_refer':'http://%h%u','http_method':'GET','protocol':'HTTP/1.1','status':200,'length':%N}"
#define DHCP(SRC, SPORT, DEST, DPORT) HEAD("dhcp") "'src_ip':'" SRC "','src_port':" SPORT ",'dest_ip':'" DEST \
	"','dest_port':" DPORT ",'proto':'UDP','ip_v':4," WIRE "'dhcp':{"
#define ASK(FROM, TYPE) "'type':'request','id':%i,'client_mac':'%m','assigned_ip':'0.0.0.0','client_ip':'" FROM \
	"','dhcp_type':'" TYPE "',"
#define PARAMS "'params':['subnet_mask','router','dns_server'],%H'client_id':'%m'}}\n"
#define REPLY(TO, TYPE) "'type':'reply','id':%i,'client_mac':'%m','assigned_ip':'%A','client_ip':'" TO "'," \
	"'relay_ip':'0.0.0.0','next_server_ip':'%S','dhcp_type':'" TYPE "','lease_time':3600,'renewal_time':1800," \
	"'rebinding_time':3150,'subnet_mask':'255.255.240.0',%H'dns_servers':['%S'],'routers':['%S']}}\n"

static const char *const dhcp_steps[] = {
	DHCP("0.0.0.0", "68", "255.255.255.255", "67") ASK("0.0.0.0", "discover") PARAMS,
	DHCP("%S", "67", "%A", "68") REPLY("0.0.0.0", "offer"),
	DHCP("0.0.0.0", "68", "255.255.255.255", "67") ASK("0.0.0.0", "request") "'requested_ip':'%A'," PARAMS,
	DHCP("%S", "67", "%A", "68") REPLY("0.0.0.0", "ack"),
	DHCP("%A", "68", "%S", "67") ASK("%A", "request") PARAMS,
	DHCP("%S", "67", "%A", "68") REPLY("%A", "ack"),
};

static const struct {
	unsigned weight;		/* lines in a thousand; what is left over is DHCP */
	const char *text;
} mix[] = {
	{ 160, HEAD("dns") UP("53", "UDP") WIRE "'dns':{'version':3,'type':'request','tx_id':0,'id':%n,'flags':'100',"
	    "'rd':true,'opcode':0,'rcode':'NOERROR','queries':[{'rrname':'%h','rrtype':'A'}]}}\n" },
	{ 160, HEAD("dns") DOWN("53", "UDP") WIRE "'dns':{'version':3,'type':'response','tx_id':1,'id':%n,"
	    "'flags':'8180','qr':true,'rd':true,'ra':true,'opcode':0,'rcode':'NOERROR','queries':[{'rrname':'%h',"
	    "'rrtype':'A'}],'answers':[{'rrname':'%h','rrtype':'CNAME','ttl':%n,'rdata':'%h'},{'rrname':'%h',"
	    "'rrtype':'A','ttl':%n,'rdata':'%d'}],'grouped':{'A':['%d'],'CNAME':['%h']}}}\n" },
	{ 2, HEAD("dns") UP("53", "UDP") WIRE "'dns':{'version':3,'type':'request','tx_id':0,'id':%n,'flags':'100',"
	    "'rd':true,'opcode':0,'rcode':'NOERROR','queries':[{'rrname':'dhcp-%n.corp.example','rrtype':'A'}]}}\n" },
	{ 2, HEAD("flow") FLOW("67", "UDP", "dhcp") "}\n" },
	{ 100, HEAD("flow") FLOW("53", "UDP", "dns") "}\n" },
	{ 120, HEAD("flow") FLOW("443", "TCP", "tls") ",'tcp':{'tcp_flags':'1b','tcp_flags_ts':'1b','tcp_flags_tc':'1b',"
	    "'syn':true,'fin':true,'psh':true,'ack':true,'state':'closed','ts_max_regions':1,'tc_max_regions':1}}\n" },
	{ 100, HEAD("http") UP("80", "TCP") WIRE "'tx_id':%n," HTTP "}\n" },
	{ 80, HEAD("fileinfo") DOWN("80", "TCP") WIRE HTTP ",'app_proto':'http','fileinfo':{'filename':'%u','gaps':false,"
	    "'state':'CLOSED','sha256':'%x%x%x%x','stored':false,'size':%N,'tx_id':%n}}\n" },
	{ 120, HEAD("tls") UP("443", "TCP") WIRE "'tls':{'subject':'C=US, ST=California, L=San Francisco, O=Example, "
	    "CN=%h','issuerdn':'C=US, O=Example Trust Services, CN=Example CA 1C3','serial':'%x%x','fingerprint':"
	    "'%x:%x:%x:%x','sni':'%h','version':'TLS 1.2','notbefore':'2019-03-01T09:43:00',"
	    "'notafter':'2019-05-24T09:25:00','ja3':{'hash':'%x%x','string':'771,4865-4866-4867-49195-49199-49196-"
	    "49200-52393-52392-49171-49172-156-157-47-53,0-23-65281-10-11-35-16-5-13-18-51-45-43-27-21,29-23-24,0'},"
	    "'ja3s':{'hash':'%x%x','string':'771,49199,65281-0-11-35-16'},'ja4':'t13d1516h2_8daaf6152771_e5627efa2ab1'}}\n" },
	{ 30, HEAD("quic") UP("443", "UDP") WIRE "'quic':{'version':'1','sni':'%h','ja3':{'hash':'%x%x','string':"
	    "'771,4865-4866-4867,0-16-10-51-43-13-45-27-17513-57-41,29-23-24,'},'ja4':'q13d0312h3_55b375c5d22e_%c'}}\n" },
	{ 40, HEAD("smb") UP("445", "TCP") WIRE "'smb':{'id':%n,'dialect':'3.11','command':'SMB2_COMMAND_CREATE',"
	    "'status':'STATUS_SUCCESS','status_code':'0x0','session_id':%N,'tree_id':%n,'filename':'projects\\\\%w\\\\%u',"
	    "'disposition':'FILE_OPEN','access':'normal','created':1556582592,'accessed':1556582592,"
	    "'modified':1556582592,'changed':1556582592,'size':%N,'fuid':'%x%x','share':'\\\\\\\\%h\\\\share'}}\n" },
	{ 10, HEAD("anomaly") UP("443", "TCP") WIRE "'anomaly':{'app_proto':'tls','type':'applayer','event':"
	    "'invalid_record_type','layer':'proto_parser'}}\n" },
	{ 66, HEAD("alert") DOWN("80", "TCP") WIRE "'tx_id':0,'alert':{'action':'allowed','gid':1,'signature_id':20%n,"
	    "'rev':3,'signature':'ET INFO Observed %w in HTTP reply','category':'Potentially Bad Traffic','severity':2,"
	    "'metadata':{'affected_product':['Any'],'confidence':['Medium'],'created_at':['2019_01_11']}}," HTTP
	    ",'app_proto':'http','direction':'to_client','flow':{'pkts_toserver':%n,'pkts_toclient':%n,"
	    "'bytes_toserver':%N,'bytes_toclient':%N,'start':'%o','src_ip':'%s','dest_ip':'%d','src_port':%p,"
	    "'dest_port':80},'payload':'%b','payload_printable':'%q%q%q','stream':1,'packet':'%b',"
	    "'packet_info':{'linktype':1,'linktype_name':'EN10MB'}}\n" },
};

/* The shape of a stats record: NAME is zero, NAME* a count, NAME! and NAME? are error counters. */
static const char *const stats[] = {
	"uptime decoder{pkts* bytes* invalid ipv4* ipv6* ethernet* arp* unknown_ethertype chdlc raw null sll sll2 "
	"tcp* udp* sctp esp icmpv4* icmpv6* ppp pppoe geneve gre vlan vlan_qinq vlan_qinqinq vxlan vntag ieee8021ah "
	"teredo ipv4_in_ipv4 ipv6_in_ipv4 ipv4_in_ipv6 ipv6_in_ipv6 mpls avg_pkt_size* max_pkt_size* "
	"max_mac_addrs_src max_mac_addrs_dst erspan nsh event{afpacket{trunc_pkt} ipv4{pkt_too_small hlen_too_small "
	"iplen_smaller_than_hlen trunc_pkt opt_invalid opt_invalid_len opt_malformed opt_pad_required "
	"opt_eol_required opt_duplicate opt_unknown wrong_ip_version icmpv6 frag_pkt_too_large frag_overlap "
	"frag_ignored} icmpv4{pkt_too_small unknown_type unknown_code ipv4_trunc_pkt ipv4_unknown_ver} "
	"icmpv6{unknown_type unknown_code pkt_too_small ipv6_unknown_version ipv6_trunc_pkt "
	"mld_message_with_invalid_hl unassigned_type experimentation_type} ipv6{pkt_too_small trunc_pkt trunc_exthdr "
	"exthdr_dupl_fh exthdr_useless_fh exthdr_dupl_rh exthdr_dupl_hh exthdr_dupl_dh exthdr_dupl_ah exthdr_dupl_eh "
	"exthdr_invalid_optlen wrong_ip_version exthdr_ah_res_not_null hopopts_unknown_opt hopopts_only_padding "
	"dstopts_unknown_opt dstopts_only_padding rh_type_0 zero_len_padn* fh_non_zero_reserved_field "
	"data_after_none_header unknown_next_header icmpv4 frag_pkt_too_large frag_overlap frag_invalid_length "
	"frag_ignored ipv4_in_ipv6_too_small ipv4_in_ipv6_wrong_version ipv6_in_ipv6_too_small "
	"ipv6_in_ipv6_wrong_version} tcp{pkt_too_small hlen_too_small invalid_optlen opt_invalid_len opt_duplicate} "
	"udp{pkt_too_small hlen_too_small hlen_invalid len_invalid} sll{pkt_too_small} sll2{pkt_too_small} "
	"ethernet{pkt_too_small unknown_ethertype} ppp{pkt_too_small vju_pkt_too_small ip4_pkt_too_small "
	"ip6_pkt_too_small wrong_type unsup_proto} pppoe{pkt_too_small wrong_code malformed_tags} gre{pkt_too_small "
	"wrong_version version0_recur version0_flags version0_hdr_too_big version0_malformed_sre_hdr version1_chksum "
	"version1_route version1_ssr version1_recur version1_flags version1_no_key version1_wrong_protocol "
	"version1_malformed_sre_hdr version1_hdr_too_big} vlan{header_too_small unknown_type too_many_layers} "
	"ieee8021ah{header_too_small} vntag{header_too_small unknown_type} ipraw{invalid_ip_version} "
	"ltnull{pkt_too_small unsupported_type} sctp{pkt_too_small} esp{pkt_too_small} mpls{header_too_small "
	"pkt_too_small bad_label_router_alert bad_label_implicit_null bad_label_reserved unknown_payload_type} "
	"vxlan{unknown_payload_type} geneve{unknown_payload_type} erspan{header_too_small unsupported_version "
	"too_many_vlan_layers} dce{pkt_too_small} chdlc{pkt_too_small} nsh{header_too_small unsupported_version "
	"bad_header_length reserved_type unsupported_type unknown_payload}} too_many_layers} ",
	"tcp{syn* synack* rst* urg active_sessions sessions* ssn_memcap_drop ssn_from_cache* ssn_from_pool* pseudo* "
	"invalid_checksum midstream_pickups pkt_on_wrong_thread ack_unseen_data segment_memcap_drop "
	"segment_from_cache* segment_from_pool* stream_depth_reached reassembly_gap overlap* overlap_diff_data "
	"insert_data_normal_fail insert_data_overlap_fail urgent_oob_data memuse* reassembly_memuse*} flow{memcap "
	"total* active tcp* udp* icmpv4 icmpv6* tcp_reuse elephant get_used get_used_eval get_used_eval_reject "
	"get_used_eval_busy get_used_failed wrk{spare_sync_avg* spare_sync* spare_sync_incomplete* spare_sync_empty "
	"flows_evicted_needs_work* flows_evicted_pkt_inject* flows_evicted* flows_injected* flows_injected_max*} "
	"end{state{new* established* closed* local_bypassed capture_bypassed} tcp_state{none syn_sent syn_recv "
	"established* fin_wait1 fin_wait2 time_wait last_ack close_wait closing closed*} tcp_liberal} "
	"mgr{full_hash_pass* rows_per_sec* rows_maxlen* flows_checked* flows_notimeout* flows_timeout* flows_evicted* "
	"flows_evicted_needs_work*} spare* emerg_mode_entered emerg_mode_over recycler{recycled* queue_avg* "
	"queue_max*} memuse*} defrag{ipv4{fragments reassembled} ipv6{fragments reassembled} max_trackers_reached "
	"max_frags_reached tracker_soft_reuse tracker_hard_reuse wrk{tracker_timeout} mgr{tracker_timeout} memuse*} "
	"flow_bypassed{local_pkts local_bytes local_capture_pkts local_capture_bytes closed pkts bytes} detect{alert "
	"alert_queue_overflow alerts_suppressed lua{errors blocked_function_errors instruction_limit_errors "
	"memory_limit_errors} thresholds{cache{memuse*}}} ",
	"app_layer{flow{failed_tcp http* ftp smtp tls* ssh* imap smb dcerpc_tcp dns_tcp nfs_tcp ntp ftp-data tftp ike "
	"krb5_tcp quic dhcp* sip_tcp rfb mqtt telnet websocket ldap_tcp doh2 rdp http2 bittorrent-dht pop3 mdns snmp "
	"failed_udp dcerpc_udp dns_udp* nfs_udp krb5_udp sip_udp ldap_udp} error{failed_tcp{gap} http! ftp! smtp! "
	"tls! ssh! smb! dcerpc_tcp! dns_tcp! nfs_tcp! ftp-data! krb5_tcp! sip_tcp! rfb! mqtt! telnet! websocket! "
	"ldap_tcp! doh2! rdp! http2! pop3! dcerpc_udp? dns_udp? nfs_udp? ntp? tftp? ike? krb5_udp? quic? dhcp? "
	"sip_udp? ldap_udp? bittorrent-dht? mdns? snmp?} tx{http* ftp smtp tls ssh smb dcerpc_tcp dns_tcp nfs_tcp "
	"ftp-data krb5_tcp sip_tcp rfb mqtt telnet websocket ldap_tcp doh2 rdp http2 pop3 dcerpc_udp dns_udp* nfs_udp "
	"ntp tftp ike krb5_udp quic dhcp* sip_udp ldap_udp bittorrent-dht mdns snmp} expectations} memcap{pressure* "
	"pressure_max*} http{memuse memcap byterange{memuse* memcap*}} ftp{memuse memcap} ippair{memuse* memcap*} "
	"host{memuse* memcap*} file_store{open_files}",
};

static const char *const domains[] = {
	"www.example.com", "mail.example", "img.cdn.example", "git.corp.example", "files.corp.example",
	"au.update.example", "api.telemetry.example.net", "play.video.example", "news.example",
	"e1234.dscb.edge.cdn.example.net", "login.sso.example.org", "time.example",
};
static const char *const paths[] = {
	"/", "/index.html", "/style.css", "/news/741.html", "/static/js/app.4f2c1b.min.js?v=20190411",
	"/images/banner_728x90.png", "/api/v2/session/refresh?client=web&lang=ko", "/update/catalog.xml",
};
static const char *const agents[] = {
	"Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/73.0.3683.103 Safari/537.36",
	"Mozilla/5.0 (iPhone; CPU iPhone OS 12_2 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Mobile/15E148",
	"Microsoft-CryptoAPI/10.0", "curl/7.64.0",
};
static const char *const names[] = {
	"DESKTOP-%w", "LAPTOP-%w", "DESKTOP-%w", "android-%k", "iPhone", "Galaxy-S9", "민수의-노트북", "Jiwoo’s iPad",
	"printer-%w", "dev-%w", "Living Room TV", "ESP_%w",
};
static const uint32_t vendors[] = { 0x3cd92b, 0x1866da, 0x54ee75, 0x7085c2, 0xe8508b, 0x001132, 0x94659c, 0xb827eb };
static const char printable[] = "HTTP/1.1 200 OK\\r\\nServer: nginx\\r\\nContent-Type: text/html; charset=utf-8\\r\\n"
    "Connection: keep-alive\\r\\nVary: Accept-Encoding\\r\\nX-Request: ..7.._.q\\r\\n\\r\\n<html><head><title>..\\n";

#define PICK(LIST, N) ((LIST)[(N) % (sizeof(LIST) / sizeof((LIST)[0]))])
