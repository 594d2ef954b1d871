/*
 * Whole numbers of 128 bits, for sums that outgrow 64: two's complement in two halves, as compilers for 32-bit machines
 * have no such type.
 */
#ifndef WIDE_H
#define WIDE_H

#include <stdbool.h>
#include <stdint.h>

struct wide {
	uint64_t low, high;
};

static inline struct wide
wide_of(int64_t n)
{
	return (struct wide){ (uint64_t)n, n < 0 ? UINT64_MAX : 0 };
}

static inline bool
wide_is_negative(struct wide a)
{
	return a.high >> 63 != 0;
}

static inline struct wide
wide_add(struct wide a, struct wide b)
{
	uint64_t low = a.low + b.low;

	return (struct wide){ low, a.high + b.high + (low < a.low) };
}

/* The same, but never more than 10^38 - 1, nor less than its opposite: so many digits are read back. */
static inline struct wide
wide_add_most(struct wide a, struct wide b)
{
	static const struct wide most = { 0x98a223fffffffff, 0x4b3b4ca85a86c47a }, least = { 0xf675ddc000000001, 0xb4c4b357a5793b85 };
	struct wide sum = wide_add(a, b);

	if (!wide_is_negative(a) && !wide_is_negative(b) && sum.high >= most.high)
		return most;
	if (wide_is_negative(a) && wide_is_negative(b) && sum.high <= least.high)
		return least;
	return sum;
}

static inline struct wide
wide_negate(struct wide a)
{
	return wide_add((struct wide){ ~a.low, ~a.high }, wide_of(1));
}

static inline struct wide
wide_times(struct wide a, uint32_t n)
{
	uint64_t lowest = (a.low & UINT32_MAX) * n, middle = (a.low >> 32) * n + (lowest >> 32);

	return (struct wide){ middle << 32 | (lowest & UINT32_MAX), a.high * n + (middle >> 32) };
}

#endif
