/* What a program has gone through is written down, too, where it leaves by _exit or by a signal of its own (--wrap). */
#include <gcov.h>
#include <signal.h>
#include <unistd.h>

void __real__exit(int status) __attribute__((noreturn));
void __wrap__exit(int status) __attribute__((noreturn));
int __real_raise(int sig);
int __wrap_raise(int sig);

void
__wrap__exit(int status)
{
	__gcov_dump();
	__real__exit(status);
}

/* It may go on afterwards: that is a count of its own. */
int
__wrap_raise(int sig)
{
	__gcov_dump();
	__gcov_reset();
	return __real_raise(sig);
}
