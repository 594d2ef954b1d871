/* Standard input with the last line of a checkpoint that fits it: forged, but no damage to be seen. */
#include <inttypes.h>
#include <stdio.h>

#include "crc.h"

int
main(void)
{
	static char text[1 << 20];
	size_t n = fread(text, 1, sizeof text, stdin), half = n / 3;
	uint64_t lines = 0;

	for (size_t i = 0; i < n; i++)
		lines += text[i] == '\n';
	fwrite(text, 1, n, stdout);
	printf("{\"rows\":%" PRIu64 ",\"crc32\":\"%08" PRIx32 "\"}\n", lines - 1, crc_add(crc_add(0, text, half), text + half, n - half));
	return 0;
}
