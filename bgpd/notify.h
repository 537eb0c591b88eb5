/* SPDX-License-Identifier: ISC */
/* notify.h - tells the service manager how this daemon stands */
#ifndef BGPD_NOTIFY_H
#define BGPD_NOTIFY_H

struct bgpd;
struct notify;

/*
 * By the environment (NOTIFY_SOCKET, WATCHDOG_USEC; sd_notify(3)), which is
 * read here; NULL when nobody asked, which all others take.
 */
struct notify	*notify_new(struct bgpd *);
void		 notify_free(struct notify *);
/* The kernel has been read, neighbours are being dialled; or a reload is over. */
void		 notify_ready(struct notify *);
void		 notify_reloading(struct notify *);
void		 notify_stopping(struct notify *);

#endif
