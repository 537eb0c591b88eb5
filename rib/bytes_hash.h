/* SPDX-License-Identifier: ISC */
/* bytes_hash.h - bytes to a number that every table may cut as it likes */
/*
 * Eight bytes a step.  A multiplication only carries upwards, so each word is
 * multiplied and its upper half folded onto its lower one before it joins;
 * then every bit of it reaches the upper half of the sum, which is what comes
 * out.  Inlined, so that a constant length costs no loop.  Not for secrets,
 * and not the same on all machines: never store or send it.
 */
#ifndef RIB_BYTES_HASH_H
#define RIB_BYTES_HASH_H

#include <stddef.h>
#include <stdint.h>
#include <string.h>

static inline uint64_t
bytes_hash_mix(uint64_t hash, uint64_t word)
{
	word *= 0xd6e8feb86659fd93u;
	word ^= word >> 32;
	hash = (hash ^ word) * 0x9e3779b97f4a7c15u;
	return hash ^ hash >> 29;
}

/* The seed is what else belongs to the value. */
static inline uint32_t
bytes_hash(uint64_t seed, const uint8_t *bytes, size_t length)
{
	uint64_t hash = bytes_hash_mix(length, seed);
	uint64_t word;

	for (; length >= sizeof(word); length -= sizeof(word)) {
		memcpy(&word, bytes, sizeof(word));
		hash = bytes_hash_mix(hash, word);
		bytes += sizeof(word);
	}
	if (length > 0) {
		word = 0;
		memcpy(&word, bytes, length);
		hash = bytes_hash_mix(hash, word);
	}
	return (uint32_t)(hash >> 32);
}

#endif
