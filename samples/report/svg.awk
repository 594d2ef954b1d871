# gnuplot's SVG to a part of a page: no names of its own, no scripts or links, colours as classes, @N@ by the names in NAMES.
BEGIN {
	while ((getline line <ENVIRON["NAMES"]) > 0) name[++n] = line
	title = ENVIRON["TITLE"]
	desc = ENVIRON["DESC"]
}
/^<\?xml/ || /xmlns/ || /<desc>/ { next }
/<svg/ { printf "<svg role=\"img\" aria-label=\"%s. %s\"", title, desc; next }
/<defs>/ { defs = 1 }
/<\/defs>/ { defs = 0; next }
defs { next }
{
	sub(/<title>.*<\/title>/, "")
	gsub(/ (id|class)="[^"]*"/, "")
	gsub(/color="(white|black)"/, "color=\"currentColor\"")
	gsub(/(stroke|fill)='black'/, "stroke='currentColor'")
	gsub(/fill="black"/, "fill=\"currentColor\"")
	for (c = 1; c <= 5; c++) {
		rgb = " *" c ", *" c ", *" c
		gsub("fill *= *['\"]rgb\\(" rgb "\\)['\"]", "class=\"c" c "\"")
		gsub("stroke *= *['\"]rgb\\(" rgb "\\)['\"]", "class=\"s" c "\"")
		gsub("color *= *['\"]rgb\\(" rgb "\\)['\"]", "")
	}
	if (match($0, /@[0-9]+@/)) {
		i = substr($0, RSTART + 1, RLENGTH - 2)
		$0 = substr($0, 1, RSTART - 1) name[i] substr($0, RSTART + RLENGTH)
	}
	if ($0 !~ /^[ \t]*$/) print
}
