/* SPDX-License-Identifier: ISC */
/* bytes_hash.h - bytes to a number that nobody outside can foresee */
#ifndef RIB_BYTES_HASH_H
#define RIB_BYTES_HASH_H

#include <stddef.h>
#include <stdint.h>

/*
 * Every bit of it is as good as any other, so a table may cut it as it likes.
 * The seed is the table's secret.  Never store or send the result.
 */
uint32_t bytes_hash(uint64_t seed, const void *bytes, size_t length);

#endif
