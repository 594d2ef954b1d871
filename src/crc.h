/* CRC-32 (IEEE 802.3, as gzip has it): finds what a torn write or a flipped bit did. */
#ifndef CRC_H
#define CRC_H

#include <stddef.h>
#include <stdint.h>

#include "output.h"
#include "span.h"

/* Go on from crc (0 at the start) over n more bytes. */
uint32_t crc_add(uint32_t crc, const char *p, size_t n);

#define CRC_NONE (-1)

/* As JSON: eight hexadecimal digits in quotes; CRC_NONE if the text is something else. */
void crc_put(struct output *out, uint32_t crc);
int64_t crc_read(struct span text);

#endif
