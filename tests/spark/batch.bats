# samples/spark_pipe.py over files, on a cluster of two executors.

load ../helper

# What most tests here look at: stages.py runs each choice of stages, and what goes wrong, in one session.
setup_file() {
	setup
	export RAN=$BATS_FILE_TMPDIR/ran MESSAGES=$BATS_FILE_TMPDIR/messages
	xz -dc "$DATA/spark/kafka/messages-day-8.0.7.jsonl.xz" >"$MESSAGES"
	mkdir "$RAN" && cd "$RAN" && submit "$ROOT/tests/spark/stages.py" "$ROOT/samples/spark_pipe.py" "$DAY" "$MESSAGES" >&2 2>errors
}

# submit [OPTION]... SCRIPT [ARGUMENT]...
submit() { timeout 600 "$SPARK_HOME/bin/spark-submit" --master 'local-cluster[2,1,1024]' "$@" 3>&- 4>&-; }

job() { eve-dhcp-filter -x 61.82.88.6 -r hostname "$@" | dhcp-window | dhcp-topn -n 0; }

executors_said() { cat "$SPARK_HOME/work"/"$(cut -d ' ' -f 3 "$RAN/executors")"/*/stderr; }

# choices SOURCE: the rows of each choice of stages are those in want.
choices() {
	ls "$RAN/$1".*.out >files
	[ "$(wc -l <files)" -eq 8 ]
	while read -r file; do same want "$file"; done <files
	cat "$RAN/$1".*.said | same /dev/null -
}

@test "there are two executors" {
	[ "$(cut -d ' ' -f 1,2 "$RAN/executors")" = '2 local-cluster[2,1,1024]' ]
}

@test "each choice of stages gives the bytes of the pure Spark program, which are those of the filters alone" {
	job "$DAY" >want
	[ "$(wc -l <want)" -eq 446 ]
	choices day
}

@test "each choice of stages gives the rows of Spark's own stream, of its messages" {
	job "$MESSAGES" >want
	choices messages
	jq -cS '.id |= tostring' want | sort >got
	jq -cS . "$DATA/spark/kafka/day-8.0.7.rows.ndjson" | sort >golden
	same golden got
}

@test "no line is no row; more partitions than lines make no difference" {
	same /dev/null "$RAN/empty.out"
	same /dev/null "$RAN/empty.said"
	job "$RAN/few" | same - "$RAN/few.out"
	[ -s "$RAN/few.out" ]
}

@test "a line that is not understood fails nothing, is said by the driver, and named where the program ran" {
	job "$DAY" | same - "$RAN/bad.out"
	echo 'spark_pipe.py: eve-dhcp-filter: some input was not understood; executors have it in stderr' | same - "$RAN/bad.said"
	executors_said | grep '^eve-dhcp-filter: -:1: '
}

@test "a program that is not there fails the job, and is named" {
	same /dev/null "$RAN/missing.out"
	grep -q '^failed: .*Pipe function.*/dhcp-topn -n 50. exited with error code 127' <(tr '\n' ' ' <"$RAN/missing.said")
}

@test "an option that is refused fails the job; the program is named, and says why where it ran" {
	same /dev/null "$RAN/usage.out"
	grep -q 'Pipe function.*/dhcp-window --every=0m .* exited with error code 2' "$RAN/usage.said"
	executors_said | grep '^dhcp-window: --every: '
}

@test "each program that fails, or is killed, fails the job and is named, and nothing hangs" {
	for program in filter:eve-dhcp-filter window:dhcp-window topn:dhcp-topn; do
		for how in fails:3 killed:137; do
			same /dev/null "$RAN/${how%:*}.${program%:*}.out"
			grep -q "Pipe function.*/${program#*:} .* exited with error code ${how#*:}" "$RAN/${how%:*}.${program%:*}.said"
		done
	done
}

@test "programs sent along are found, and the 50 newest rows come" {
	submit --files "$BIN/eve-dhcp-filter,$BIN/dhcp-window,$BIN/dhcp-topn" "$ROOT/samples/spark_pipe.py" --programs . "$DAY" >got 2>said
	eve-dhcp-filter -x 61.82.88.6 -r hostname "$DAY" | dhcp-window | dhcp-topn >want
	same want got
	same /dev/null said
}

@test "wrong usage is status 2, before Spark is started" {
	for words in '' 'file --kafka broker' '--kafka broker' '--pipe sort file'; do
		status=0
		python3 "$ROOT/samples/spark_pipe.py" $words >got 2>said || status=$?
		[ $status -eq 2 ]
		grep -q '^usage: ' said
		same /dev/null got
	done
}
