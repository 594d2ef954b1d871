/* FILE.lock, which one process at a time may have. */
#ifndef LOCKFILE_H
#define LOCKFILE_H

/* Lock the file of that name for the run, two at most; ends the run if another process has it. */
void lockfile_take(const char *path);
/* At a clean end: unlock and remove them all. */
void lockfile_leave(void);

#endif
