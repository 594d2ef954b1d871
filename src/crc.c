#include "crc.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

enum { CRC_LENGTH = 10 };

static uint32_t table[256];

static void
fill(void)
{
	for (uint32_t i = 0; i < 256; i++) {
		table[i] = i;
		for (int bit = 0; bit < 8; bit++)
			table[i] = table[i] >> 1 ^ (table[i] & 1 ? UINT32_C(0xedb88320) : 0);
	}
}

uint32_t
crc_add(uint32_t crc, const char *p, size_t n)
{
	if (table[1] == 0)
		fill();
	crc = ~crc;
	for (size_t i = 0; i < n; i++)
		crc = crc >> 8 ^ table[(crc ^ (unsigned char)p[i]) & 255];
	return ~crc;
}

void
crc_put(struct output *out, uint32_t crc)
{
	char text[CRC_LENGTH + 1];

	snprintf(text, sizeof text, "\"%08" PRIx32 "\"", crc);
	output_put(out, text, CRC_LENGTH);
}

int64_t
crc_read(struct span text)
{
	char digits[CRC_LENGTH - 1] = "", *end;
	int64_t crc;

	if (text.n != CRC_LENGTH)
		return CRC_NONE;
	memcpy(digits, text.p + 1, CRC_LENGTH - 2);
	crc = strtoll(digits, &end, 16);
	return *end == '\0' && crc >= 0 ? crc : CRC_NONE;
}
