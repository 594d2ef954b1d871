/* FILE.lock, which one process at a time may have. */
#ifndef LOCKFILE_H
#define LOCKFILE_H

struct lock;

/* Lock the file of that name for the run; ends the run if another process has it. */
struct lock *lockfile_take(const char *path);
/* At a clean end: unlock it, and remove FILE.lock. NULL is none. */
void lockfile_leave(struct lock *lock);

#endif
