/* write() to its end. */
#ifndef WHOLE_H
#define WHOLE_H

#include <signal.h>
#include <stdbool.h>
#include <stddef.h>

/* Until all n bytes are out, however little it takes at a time; waits where nothing may wait. False if it fails: errno. */
bool write_whole(int fd, const char *p, size_t n);
/* The same, but what is left is dropped once a signal handler has set *enough. */
bool write_unless(const volatile sig_atomic_t *enough, int fd, const char *p, size_t n);

#endif
