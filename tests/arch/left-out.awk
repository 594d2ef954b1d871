# The suite without the cases that the list left-out names for a machine: they are skipped, with the reason.
#
#	awk -v groups='NAME...' -v to=FOLDER/ -f left-out.awk left-out FILE.bats...
#
# The files are copied to FOLDER.  An entry of the list that no case bears the name of is an error.

# The list.
FNR == NR && /^[^\t#]/ {
	mine = 0
	for (i = split(substr($0, 1, index($0, ":") - 1), machines, " "); i > 0; i--)
		mine = mine || index(" " groups " ", " " machines[i] " ")
	reason = substr($0, index($0, ":") + 2)
}
FNR == NR && /^\t/ && mine { out[substr($0, 2)] = reason }
FNR == NR { next }

# The suite.
FNR == 1 {
	close(copy)
	file = FILENAME
	sub(/.*\//, "", file)
	copy = to file
	sub(/\.bats$/, "", file)
	all = (file ": *") in out
	printf "" >copy
}
/^@test ".*" \{/ {
	name = substr($0, 8, index($0, "\" {") - 8)
	key = all ? file ": *" : file ": " name
	if (key in out) {
		used[key] = used[file ": " name] = 1
		start = "@test \"" name "\" { skip \"left out: " out[key] "\";"
		print start (all ? " }" : substr($0, index($0, "\" {") + 3)) >copy
		next
	}
}
!all { print >copy }

END {
	for (key in out)
		if (!(key in used)) {
			print "left-out: no case of this name: " key
			stale = 1
		}
	exit stale
}
