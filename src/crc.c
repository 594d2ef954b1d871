#include "crc.h"

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
