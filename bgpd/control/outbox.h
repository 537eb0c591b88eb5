/* SPDX-License-Identifier: ISC */
/* outbox.h - bytes on their way to one client */
#ifndef BGPD_CONTROL_OUTBOX_H
#define BGPD_CONTROL_OUTBOX_H

#include <stddef.h>

/* Embedded in its owner. */
struct outbox {
	char	*bytes;
	size_t	 start;		/* of what is unsent */
	size_t	 length;	/* unsent */
	size_t	 size;		/* allocated */
};

void	 outbox_init(struct outbox *);
void	 outbox_clear(struct outbox *);
void	 outbox_add(struct outbox *, const char *, size_t);
/* Where the unsent bytes are; valid until the next add. */
const char *outbox_unsent(const struct outbox *);
/* So many of them went out. */
void	 outbox_sent(struct outbox *, size_t);

#endif
