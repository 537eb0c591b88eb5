/* SPDX-License-Identifier: ISC */
/* text.h - writing text into a bounded buffer, reading numbers strictly */
#ifndef RIB_TEXT_H
#define RIB_TEXT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/*
 * Text that grows piece by piece in somebody's buffer.  It is always NUL
 * terminated; the first piece that does not fit ends it with "..." behind
 * the last piece that leaves room for that, and all later ones are dropped.
 */
struct text {
	char	*buf;
	size_t	 size;		/* of buf, at least 1 */
	size_t	 length;
	size_t	 safe;		/* where "..." still fits */
	bool	 cut;
};

struct text text_of(char *buf, size_t size);
void	    text_add(struct text *, const char *format, ...)
		__attribute__((format(printf, 2, 3)));

/*
 * Reads a decimal number of at most max and moves *cursor behind its last
 * digit.  False, and nothing moved, for a sign, a leading zero, no digit, or
 * a greater number.
 */
bool	text_number(const char **cursor, uint32_t max, uint32_t *number);

#endif
