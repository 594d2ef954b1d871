/*
 * Sixteen bytes at a time, with the compiler's vectors: SSE2 on x86-64, NEON on arm64, plain C elsewhere. Only the step
 * from lanes to bits differs; all three give the same answer.
 */
#ifndef LANES_H
#define LANES_H

#include <stdint.h>
#include <string.h>

#if defined(__SSE2__) && !defined(LANES_PLAIN)
#include <emmintrin.h>
#elif defined(__aarch64__) && !defined(LANES_PLAIN)
#include <arm_neon.h>
#endif

/* All of it is inlined: how a machine without vectors would pass them from one file to another does not matter. */
#if defined(__GNUC__) && !defined(__clang__)
#pragma GCC diagnostic ignored "-Wpsabi"
#endif

enum { LANES = 16 };

typedef signed char lanes __attribute__((vector_size(LANES)));

static inline lanes
lanes_load(const char *p)
{
	lanes v;

	memcpy(&v, p, sizeof v);
	return v;
}

/*
 * A comparison gives 0 or -1 in each lane; lanes_first counts the lanes before the first -1 (if bits is not 0).
 */
#if defined(__SSE2__) && !defined(LANES_PLAIN)
static inline uint64_t
lanes_bits(lanes v)
{
	return (uint64_t)(unsigned)_mm_movemask_epi8((__m128i)v);
}
enum { LANES_BITS = 1 };
#elif defined(__aarch64__) && !defined(LANES_PLAIN)
static inline uint64_t
lanes_bits(lanes v)
{
	return vget_lane_u64(vreinterpret_u64_u8(vshrn_n_u16(vreinterpretq_u16_s8((int8x16_t)v), 4)), 0);
}
enum { LANES_BITS = 4 };
#else
static inline uint64_t
lanes_bits(lanes v)
{
	uint64_t bits = 0;

	for (int i = 0; i < LANES; i++)
		bits |= (uint64_t)(v[i] & 1) << i;
	return bits;
}
enum { LANES_BITS = 1 };
#endif

static inline unsigned
lanes_first(uint64_t bits)
{
	return (unsigned)__builtin_ctzll(bits) / LANES_BITS;
}

static inline uint64_t
lanes_drop_first(uint64_t bits)
{
	return bits & ~((((uint64_t)1 << LANES_BITS) - 1) << (lanes_first(bits) * LANES_BITS));
}

#endif
