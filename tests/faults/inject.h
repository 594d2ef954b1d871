/* Which call is to fail, as the environment says it; linked into the programs, in front of libc. */
#ifndef INJECT_H
#define INJECT_H

#include <stdbool.h>

enum inject { INJECT_NOTHING, INJECT_ERROR /* errno is set */, INJECT_ODD /* less, or as the call says */ };

/* One more call of that name: what is to become of it? Before main and after it nothing happens to any. */
enum inject inject(const char *call);

/* A number from the environment, or 0. */
unsigned long inject_setting(const char *name);

#endif
