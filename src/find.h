/*
 * The search for lines that can be DHCP events. In a real log one line in a thousand is, and every stats line says "dhcp"
 * many times over; so a hit is judged by the bytes beside it before anybody looks for the line it stands in.
 */
#ifndef FIND_H
#define FIND_H

/*
 * The first place from p on (p at the start of a line) whose line may hold an event_type of dhcp, at any depth of escaping;
 * NULL if there is none. Never misses one. Up to 128 bytes behind end are read.
 */
const char *find_dhcp(const char *p, const char *end);

#endif
