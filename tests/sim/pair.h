/* SPDX-License-Identifier: ISC */
/* pair.h - one whole daemon and the far end of its only neighbor */
#ifndef TESTS_SIM_PAIR_H
#define TESTS_SIM_PAIR_H

#include "tests/sim/far.h"
#include "tests/sim/sim.h"

struct pair {
	struct sim	*sim;
	struct sim_node	*node;
	struct far	 far;
};

#define PAIR_USUAL	"remote-as 65001\nimport all\nexport all\n"

/*
 * The daemon is 10.0.0.1, fd00::1 and AS 64512, with the block
 * 10.244.1.0/26; the neighbor is 10.0.0.2, with these settings.
 */
void	pair_init(struct pair *, const char *settings);
/*
 * The same over IPv6: the neighbor is fd00::2.  The node's addresses are
 * these, or NULL.
 */
void	pair_init_ipv6(struct pair *, const char *v4, const char *v6,
	    const char *settings);
void	pair_clear(struct pair *);
/* cmocka's setup with the usual settings, and its teardown with any. */
int	pair_setup(void **state);
int	pair_teardown(void **state);
/* The config of these settings from now on; reloads. */
void	pair_reload(struct pair *, const char *settings);

struct peer		*pair_peer(struct pair *);
enum fsm_state		 pair_state(struct pair *);
const char		*pair_word(struct pair *);
struct peer_family	 pair_family(struct pair *);	/* IPv4 */
void			 pair_run(struct pair *, int64_t ms);
/* The daemon dials, the far end answers, both are up. */
struct far_line		*pair_up(struct pair *);
/* Fails unless it is established (or not). */
void			 pair_assert_up(struct pair *, bool up);
/* Is there a route for it in the kernel? */
bool			 pair_has(struct pair *, const char *prefix);
/* Why the neighbor is not told of a prefix, or EXPORT_OK. */
enum export_reason	 pair_explain(struct pair *, const char *prefix);

#endif
