/* CRC-32 (IEEE 802.3, as gzip has it): finds what a torn write or a flipped bit did. */
#ifndef CRC_H
#define CRC_H

#include <stddef.h>
#include <stdint.h>

/* Go on from crc (0 at the start) over n more bytes. */
uint32_t crc_add(uint32_t crc, const char *p, size_t n);

#endif
