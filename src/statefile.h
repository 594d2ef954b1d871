/*
 * A text file that is replaced whole or not at all: written beside its place, synced, renamed, with a last line that tells
 * its number of lines and a checksum.
 */
#ifndef STATEFILE_H
#define STATEFILE_H

#include "output.h"
#include "span.h"

/* Where links at the end of the path lead to, even if nothing is there yet; the caller frees. A circle ends the run. */
char *statefile_path(const char *path);

/*
 * Its lines without the last one, in memory that the caller frees (*memory), with what scan_object may read behind them.
 * False if there is no such file; a torn or damaged one ends the run.
 */
bool statefile_read(const char *path, struct span *lines, char **memory);

/*
 * Replace it: text is put to the output, then statefile_commit. False if that failed, which has been said; nothing is lost.
 * The mode is that of the file like, if it is there, else what the umask leaves.
 */
struct writing;
struct writing *statefile_write(const char *path, const char *like);
struct output *writing_text(struct writing *writing);
/* Between two lines: keeps the text in memory small. */
void writing_flush(struct writing *writing);
bool statefile_commit(struct writing *writing);

/* Remove it, so that nobody takes an old one for new; a file that is an output or does not begin so ends the run. */
void statefile_remove(const char *path, struct span begin);

#endif
