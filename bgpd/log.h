/* SPDX-License-Identifier: ISC */
/* log.h - one line a fact */
/*
 * `error` needs a human, `warn` is odd, `info` is a state change, `debug` is
 * free.  Lower case, no full stop, no secrets; what a peer wrote is escaped
 * before it gets here (msg_escape).  Lines that a peer can cause at will go
 * through log_limited.  A log that cannot be written (full disk, closed pipe)
 * never blocks and never ends the daemon.
 */
#ifndef BGPD_LOG_H
#define BGPD_LOG_H

#include <stdint.h>

#include "bgpd/conf/conf.h"

struct log;

/* Writes to a descriptor (2: stderr), which stays the caller's. */
struct log	*log_new(int fd);
void		 log_free(struct log *);
void		 log_set(struct log *, enum conf_level, enum conf_log_form);
enum conf_level	 log_level(const struct log *);

void	log_error(struct log *, const char *, ...)
	    __attribute__((format(printf, 2, 3)));
void	log_warn(struct log *, const char *, ...)
	    __attribute__((format(printf, 2, 3)));
void	log_info(struct log *, const char *, ...)
	    __attribute__((format(printf, 2, 3)));
void	log_debug(struct log *, const char *, ...)
	    __attribute__((format(printf, 2, 3)));
/* At most one line a key and 10 s; what was left out is counted and said. */
void	log_limited(struct log *, enum conf_level, const char *key,
	    int64_t now, const char *, ...)
	    __attribute__((format(printf, 5, 6)));

#endif
