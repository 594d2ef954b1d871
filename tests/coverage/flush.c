/*
 * What a program has gone through is written down, too, where it leaves by _exit or by a signal of its own (--wrap); that it
 * cannot be, without memory or as nobody, is no message of the program.
 */
#include <fcntl.h>
#include <gcov.h>
#include <signal.h>
#include <unistd.h>

void __real__exit(int status) __attribute__((noreturn));
void __wrap__exit(int status) __attribute__((noreturn));
int __real_raise(int sig);
int __wrap_raise(int sig);

/* After everything else, but before the counts are written. */
static __attribute__((destructor)) void
hush(void)
{
	int nothing = open("/dev/null", O_WRONLY);

	dup2(nothing, STDERR_FILENO);
	close(nothing);
}

void
__wrap__exit(int status)
{
	hush();
	__gcov_dump();
	__real__exit(status);
}

/* It may go on afterwards: that is a count of its own. */
int
__wrap_raise(int sig)
{
	int kept = fcntl(STDERR_FILENO, F_DUPFD_CLOEXEC, 0);

	hush();
	__gcov_dump();
	__gcov_reset();
	dup2(kept, STDERR_FILENO);
	close(kept);
	return __real_raise(sig);
}
