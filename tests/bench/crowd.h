/* SPDX-License-Identifier: ISC */
/* crowd.h - what the halves of the crowd share */
#ifndef TESTS_BENCH_CROWD_H
#define TESTS_BENCH_CROWD_H

#include <netinet/in.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Microseconds by the clock that the kernel stamps packets with. */
int64_t	 crowd_now(void);
void	 crowd_die(const char *what) __attribute__((noreturn));

/* ---- bfd.c: every client answers BFD (RFC 5880), by two sockets ---- */

struct bfd_crowd;

/* Client i has the address first + i; the daemon has `daemon`. */
struct bfd_crowd *bfd_crowd_new(struct in_addr daemon, struct in_addr first,
		    uint32_t count);
/* Readable when packets have come; the caller polls it. */
int		 bfd_crowd_fd(const struct bfd_crowd *);
void		 bfd_crowd_read(struct bfd_crowd *);
/* To be called every few milliseconds: sends what is due. */
void		 bfd_crowd_send(struct bfd_crowd *);
/* Prints how many are up and the gaps between packets, and forgets these. */
void		 bfd_crowd_report(struct bfd_crowd *);

#endif
