# What only the build with sanitizers would notice, in a build without: memory that nobody gives back.

load ../helper
load ../window

# leakless COMMAND...: the leak checker, which is loaded in front, makes its status 23 where it finds something.
leakless() {
	local status=0 checker
	checker=$(gcc -print-file-name=liblsan.so)
	[ -e "$checker" ]
	(ulimit -S -v unlimited && LD_PRELOAD=$checker exec "$@") >/dev/null 2>err || status=$?
	expect_status 0 "$status" || { cat err && false; }
}

@test "nothing leaks" {
	head -n 300 "$DAY" >day
	leakless eve-dhcp-filter -x 10.0.0.1 --since 2019-01-01 -w true --fields id,src_ip,dns_servers --stats day
	log 60 >log
	for spec in '-e 10m' '-e 10m --slide 5m' '--session 4m'; do
		rm -f s
		for part in 1,30 31,60; do
			sed -n "${part}p" log >part
			leakless dhcp-window $spec -l 1m --partitions 3 -a "$EVERYTHING" --max-groups 20 --on-full evict --checkpoint s part
		done
		dhcp-window $spec --partial -a "$EVERYTHING" log >rows
		leakless dhcp-window $spec --merge --having true -a "$EVERYTHING" rows
	done
	leakless dhcp-topn -n 3 -k count -k id --per id rows
	leakless dhcp-topn --by id --sum count --format csv rows
	leakless dhcp-topn --upsert id -f table rows
}
