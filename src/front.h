/*
 * Where a line stands in its partition, and when, whatever it holds. In kcat's and Suricata's own spelling its front tells;
 * other lines are read whole.
 */
#ifndef FRONT_H
#define FRONT_H

#include "event.h"

/*
 * False if the line tells nothing. is_read: event_read has just read it. is_torn: it had no LF; such a line may come again
 * whole, so it has to be understood to count. Unless is_read, this sets events->now, or leaves it as it is.
 */
bool front_read(struct events *events, struct span line, bool is_read, bool is_torn, struct mark *mark);

#endif
