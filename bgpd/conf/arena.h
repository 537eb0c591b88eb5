/* SPDX-License-Identifier: ISC */
/* arena.h - memory that is freed all at once */
#ifndef BGPD_CONF_ARENA_H
#define BGPD_CONF_ARENA_H

#include <stddef.h>

struct conf_chunk;

/* Embedded; all zero is an empty one. */
struct conf_arena {
	struct conf_chunk	*chunks;
	char			*at;
	size_t			 left;
};

/* Aligned for anything, not zeroed; lives until conf_arena_clear. */
void	*conf_arena_take(struct conf_arena *, size_t);
/* A copy that ends with NUL. */
char	*conf_arena_text(struct conf_arena *, const char *, size_t);
void	 conf_arena_clear(struct conf_arena *);

/*
 * Not of an arena: a heap array of so many elements with room for one more.
 * It doubles, so keep no other size for it.
 */
void	*conf_grow(void *, size_t count, size_t size);

#endif
