/* One run of a target: what it allocates and says is watched, so that a refusal leaves nothing, and a good end no leak. */
#include "fuzz.h"

#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "diag.h"
#include "utf8.h"

enum { LIVE_MAX = 1 << 16, FILES_MAX = 16, SAID_MAX = 1 << 14 };

#pragma GCC diagnostic ignored "-Wmissing-prototypes" /* only the linker and the fuzzer know the names of these */

/* Only our own objects are linked with these; libjq's memory is its own affair. */
void *__real_malloc(size_t n);
void *__real_calloc(size_t n, size_t size);
void *__real_realloc(void *p, size_t n);
void __real_free(void *p);
int __real_open(const char *path, int flags, ...);
int __real_close(int fd);
ssize_t __real_write(int fd, const void *p, size_t n);
int __real_fclose(FILE *file);
_Noreturn void __real__exit(int status);
_Noreturn void __real_exit(int status);

static __thread bool watching; /* libFuzzer has a thread of its own */
static bool may_refuse;
static jmp_buf out;
static void *live[LIVE_MAX];
static void *scratch[LIVE_MAX];
static size_t nlive, nscratch, nsaid;
static int files[FILES_MAX];
static unsigned nfiles;
static char said[SAID_MAX + 1];

static void *
keep(void *p)
{
	if (watching && p != NULL) {
		MUST(nlive < LIVE_MAX);
		live[nlive++] = p;
	}
	return p;
}

/* The last ones go first, mostly. */
static void
forget(void *p)
{
	for (size_t i = nlive; watching && p != NULL && i-- > 0;)
		if (live[i] == p) {
			live[i] = live[--nlive];
			return;
		}
}

void *
__wrap_malloc(size_t n)
{
	return keep(__real_malloc(n));
}

void *
__wrap_calloc(size_t n, size_t size)
{
	return keep(__real_calloc(n, size));
}

void *
__wrap_realloc(void *p, size_t n)
{
	forget(p);
	return keep(__real_realloc(p, n));
}

void
__wrap_free(void *p)
{
	forget(p);
	__real_free(p);
}

char *
__wrap_strndup(const char *s, size_t n)
{
	size_t length = strnlen(s, n);
	char *copy = __wrap_malloc(length + 1);

	memcpy(copy, s, length);
	copy[length] = '\0';
	return copy;
}

int
__wrap_open(const char *path, int flags, ...)
{
	va_list ap;
	int fd;

	va_start(ap, flags);
	fd = __real_open(path, flags, flags & O_CREAT ? va_arg(ap, int) : 0);
	va_end(ap);
	if (watching && fd >= 0) {
		MUST(nfiles < FILES_MAX);
		files[nfiles++] = fd;
	}
	return fd;
}

/* As open is called where files may be large. */
int __wrap_open64(const char *path, int flags, ...) __attribute__((alias("__wrap_open")));

int
__wrap_close(int fd)
{
	for (unsigned i = 0; watching && i < nfiles; i++)
		if (files[i] == fd)
			files[i] = files[--nfiles];
	return __real_close(fd);
}

/* A disk that is there would slow things down, and finds nothing. */
int
__wrap_fsync(int fd)
{
	(void)fd;
	return 0;
}

ssize_t
__wrap_write(int fd, const void *p, size_t n)
{
	if (!watching || fd != STDERR_FILENO)
		return __real_write(fd, p, n);
	MUST(nsaid + n <= SAID_MAX);
	memcpy(said + nsaid, p, n);
	nsaid += n;
	return (ssize_t)n;
}

/* --help closes standard output, which is needed again. */
int
__wrap_fclose(FILE *file)
{
	return watching && file == stdout ? 0 : __real_fclose(file);
}

void
__wrap__exit(int status)
{
	if (!watching)
		__real__exit(status);
	MUST(may_refuse && status == STATUS_FAIL);
	longjmp(out, 1);
}

void
__wrap_exit(int status)
{
	if (!watching)
		__real_exit(status);
	MUST(may_refuse && status == STATUS_OK);
	longjmp(out, 2);
}

/* Lines of text that a terminal may see, each with the program's name. */
static void
check_said(bool refused)
{
	const char *end = said + nsaid, *line = said;
	int32_t cp;

	MUST(!refused || nsaid > 0);
	MUST(nsaid == 0 || end[-1] == '\n');
	for (const char *p = said; p < end; p += utf8_next(p, end, &cp)) {
		utf8_next(p, end, &cp);
		MUST(cp >= ' ' || cp == '\t' || cp == '\n');
		if (cp == '\n') {
			MUST((size_t)(p - line) > 6 && memcmp(line, "fuzz: ", 6) == 0);
			line = p + 1;
		}
	}
}

void *
fuzz_alloc(size_t n)
{
	MUST(nscratch < LIVE_MAX && (scratch[nscratch] = __real_malloc(n)) != NULL);
	return scratch[nscratch++];
}

void
fuzz_may_not_refuse(void)
{
	may_refuse = false;
}

void
fuzz_wrong(const char *file, int line, const char *what)
{
	watching = false;
	fprintf(stderr, "%s:%d: must hold: %s\nsaid: %.*s", file, line, what, (int)nsaid, said);
	abort();
}

/* Run it, and sweep up behind it. */
int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const char *program;
	struct span copy = fuzz_copy((struct span){ (const char *)data, size }), text = { copy.p, size + 1 };
	int refused;

	if (program == NULL)
		diag_start(program = "fuzz");
	nlive = nsaid = nfiles = 0;
	may_refuse = watching = true;
	if ((refused = setjmp(out)) == 0)
		target(text);
	watching = false;
	check_said(refused == 1);
	MUST(refused || (nlive == 0 && nfiles == 0)); /* no leak */
	for (; nlive > 0; nlive--)
		__real_free(live[nlive - 1]);
	for (; nscratch > 0; nscratch--)
		__real_free(scratch[nscratch - 1]);
	for (; nfiles > 0; nfiles--)
		__real_close(files[nfiles - 1]);
	return 0;
}
