# The pictures of report.sh, from files in the current folder that hold numbers alone: what strangers wrote never comes here.
# Colours are stand-ins that svg.awk makes classes of, and @N@ becomes the name of the client.
load "hours.gp"		# hours, N clients, the labels of the hours

unset key
set style fill solid noborder
set datafile separator "\t"
set border 1 lc rgb "#030303"
set xrange [-0.5:hours - 0.5]

types = "DISCOVER OFFER REQUEST ACK NAK DECLINE RELEASE INFORM"

set terminal svg size 480,470 dynamic noenhanced font "sans-serif,13"
set output "messages.svg"
set multiplot
set lmargin at screen 0.19
set rmargin at screen 0.99
unset ytics
do for [i = 1:8] {
	set yrange [*:*]	# or stats would leave out what the last one had no room for
	stats "messages.tsv" using (column(i + 2)) nooutput
	most = STATS_max
	set bmargin at screen 1.0 - 0.115 * i - 0.01
	set tmargin at screen 1.0 - 0.115 * i + 0.075
	set yrange [0:(most > 0 ? most : 1)]
	set label 1 word(types, i) at screen 0.175, screen 1.0 - 0.115 * i + 0.045 right
	set label 2 sprintf("most %.0f", most) at screen 0.175, screen 1.0 - 0.115 * i + 0.01 right textcolor rgb "#040404" font ",11"
	if (i == 8) { @hour_tics } else { unset xtics }
	plot "messages.tsv" using 1:(column(i + 2)):(0.85) with boxes lc rgb "#010101"
}
unset multiplot
unset label

set terminal svg size 480,280 dynamic noenhanced font "sans-serif,13"
set output "leases.svg"
set lmargin at screen 0.11
set rmargin at screen 0.99
set bmargin at screen 0.1
set tmargin at screen 0.96
@hour_tics
set ytics nomirror scale 0
set grid ytics lt 1 lc rgb "#050505"
set yrange [0:5<*]
plot "leases.tsv" using 1:3:(0.85) with boxes lc rgb "#020202", "" using 1:4:(0.45) with boxes lc rgb "#010101"
unset grid

set terminal svg size 480,(20 + 26 * (clients > 0 ? clients : 1)) dynamic noenhanced font "sans-serif,13"
set output "clients.svg"
set lmargin at screen 0.40
set rmargin at screen 0.90
set bmargin at screen 0.02
set tmargin at screen 0.98
unset xtics
unset border
set yrange [clients + 0.5:0.5]
set xrange [0:*]
set ytics 1, 1, clients nomirror scale 0
set format y "@%.0f@"
plot "clients.tsv" using (0):1:(0):2:($1 - 0.35):($1 + 0.35) with boxxyerror lc rgb "#010101", \
	"" using 2:1:(sprintf(" %.0f", $2)) with labels left
