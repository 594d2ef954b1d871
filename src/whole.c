#include "whole.h"

#include <errno.h>
#include <poll.h>
#include <unistd.h>

bool
write_whole(int fd, const char *p, size_t n)
{
	static const volatile sig_atomic_t never;

	return write_unless(&never, fd, p, n);
}

bool
write_unless(const volatile sig_atomic_t *enough, int fd, const char *p, size_t n)
{
	while (n > 0 && !*enough) {
		ssize_t done = write(fd, p, n);

		if (done < 0 && errno == EAGAIN)
			poll(&(struct pollfd){ .fd = fd, .events = POLLOUT }, 1, -1);
		else if (done < 0 && errno != EINTR)
			return false;
		if (done > 0) {
			p += done;
			n -= (size_t)done;
		}
	}
	return true;
}
