/* SPDX-License-Identifier: ISC */
/* sim.h - whole daemons in one process, on a virtual clock */
/*
 * A node is a machine (fake_kernel: links, addresses, routes that outlive a
 * daemon) on a common link (fake_net) and, while it runs, a whole daemon:
 * every object but io_event and netlink, and every byte between two of them
 * encoded.  Runs are seeded and the same every time.
 */
#ifndef TESTS_SIM_SIM_H
#define TESTS_SIM_SIM_H

#include "bgpd/bgpd.h"
#include "tests/sim/fake_io.h"
#include "tests/sim/fake_kernel.h"

#define SIM_LINK	2u	/* eth0's index on every node */

struct sim;
struct sim_node;

struct sim	*sim_new(uint32_t seed);
void		 sim_free(struct sim *);
struct fake_net	*sim_net(struct sim *);

/*
 * A machine with eth0 and these addresses (text, or NULL) in a /16 and a
 * /64; the config is written to a file of its own.  Nothing runs yet.
 */
struct sim_node	*sim_node(struct sim *, const char *name, const char *v4,
		    const char *v6, const char *config);
void		 sim_start(struct sim_node *);
/* What it will speak BFD by from its next start; without, it does not. */
void		 sim_watch(struct sim_node *, struct bfd_io *);
/* Neighbour discovery (nd.h) of the next start; without, there is none. */
void		 sim_nd(struct sim_node *, struct nd *(*)(void *arg), void *arg);
/* kill -9: connections close, the kernel keeps all. */
void		 sim_kill(struct sim_node *);
/* The plug is pulled; nobody hears it, and no kernel gets an answer. */
void		 sim_power_off(struct sim_node *);
/* SIGTERM. */
void		 sim_stop(struct sim_node *);
void		 sim_config(struct sim_node *, const char *config);
/* SIGHUP; true when it was applied. */
bool		 sim_reload(struct sim_node *);

/* The kernel takes that long for what it is asked, from now on. */
void		 sim_slow_kernel(struct sim_node *, int64_t ms);

struct bgpd		*sim_bgpd(struct sim_node *);
struct fake_kernel	*sim_kernel(struct sim_node *);
/* An address that comes or goes while it runs. */
void	sim_address_add(struct sim_node *, const char *address);
void	sim_address_remove(struct sim_node *, const char *address);

void	sim_run(struct sim *, int64_t ms);
bool	sim_wait(struct sim *, bool (*done)(void *), void *arg, int64_t ms);

/* How many of a node's peers are established. */
size_t	sim_established(struct sim_node *);
/* The gateway of a route of ours in a node's kernel; false: none. */
bool	sim_route(struct sim_node *, const char *prefix, char *gateway,
	    size_t size);
/* Routes of our protocol in a node's kernel. */
size_t	sim_routes(struct sim_node *);

#endif
