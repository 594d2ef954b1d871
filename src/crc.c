#include "crc.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

enum { CRC_LENGTH = 10 };

/* What a byte comes to, with so many more bytes behind it: four bytes are taken at once. */
static uint32_t table[4][256];

static void
fill(void)
{
	for (uint32_t i = 0; i < 256; i++) {
		table[0][i] = i;
		for (int bit = 0; bit < 8; bit++)
			table[0][i] = table[0][i] >> 1 ^ (table[0][i] & 1 ? UINT32_C(0xedb88320) : 0);
	}
	for (int behind = 1; behind < 4; behind++)
		for (uint32_t i = 0; i < 256; i++)
			table[behind][i] = table[behind - 1][i] >> 8 ^ table[0][table[behind - 1][i] & 255];
}

uint32_t
crc_add(uint32_t crc, const char *p, size_t n)
{
	const unsigned char *at = (const unsigned char *)p;

	if (table[0][1] == 0)
		fill();
	crc = ~crc;
	for (; n >= 4; n -= 4, at += 4) {
		crc ^= at[0] | (uint32_t)at[1] << 8 | (uint32_t)at[2] << 16 | (uint32_t)at[3] << 24;
		crc = table[3][crc & 255] ^ table[2][crc >> 8 & 255] ^ table[1][crc >> 16 & 255] ^ table[0][crc >> 24];
	}
	for (; n > 0; n--)
		crc = crc >> 8 ^ table[0][(crc ^ *at++) & 255];
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
	char digits[CRC_LENGTH - 1] = "";

	if (text.n != CRC_LENGTH || text.p[0] != '"' || text.p[CRC_LENGTH - 1] != '"')
		return CRC_NONE;
	memcpy(digits, text.p + 1, CRC_LENGTH - 2);
	return strspn(digits, "0123456789abcdefABCDEF") == CRC_LENGTH - 2 ? strtoll(digits, NULL, 16) : CRC_NONE;
}
