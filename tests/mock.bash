# The Kafka that kcat has inside, for tests (`load mock`).
#
#   kafka    starts librdkafka's mock cluster in this folder; $BROKER is its address, $MOCK the process.  It
#            lives in a producer with nothing to say, until its input ends: file descriptor 8 of this shell.

kafka() {
	local tries=100
	export KCAT_CONFIG=$PWD/kcat.conf BROKER
	kcat -X list | sed -n 's/^enable\.metrics\.push .*/enable.metrics.push=false/p' >"$KCAT_CONFIG"
	mkfifo hold
	kcat -b mock -X test.mock.num.brokers=1 -d mock -P -t hold <hold >/dev/null 2>mock 3>&- &
	MOCK=$!
	exec 8>hold
	until BROKER=$(sed -n 's/.*bootstrap\.servers=\([^ ,]*\).*/\1/p' mock | grep .); do
		[ $((tries -= 1)) -gt 0 ] || { cat mock; return 1; }
		sleep 0.1
	done
}
