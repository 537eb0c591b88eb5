/* SPDX-License-Identifier: ISC */
/* span.h - borrowed bytes */
#ifndef RIB_SPAN_H
#define RIB_SPAN_H

#include <stddef.h>
#include <stdint.h>

/* Bytes that somebody else owns; data may be NULL when length is 0. */
struct span {
	const uint8_t	*data;
	size_t		 length;
};

#endif
