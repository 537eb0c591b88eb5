/* SPDX-License-Identifier: ISC */
/* show.h - the commands, one family of them a file; command.c lists them */
#ifndef BGPD_CONTROL_SHOW_H
#define BGPD_CONTROL_SHOW_H

#include "bgpd/bgpd.h"
#include "bgpd/control/record.h"
#include "bgpd/control/request.h"

bool	show_status_next(struct request *);
bool	show_health_next(struct request *);

void	show_neighbors_begin(struct request *);
bool	show_neighbors_next(struct request *);

void	show_routes_begin(struct request *);
bool	show_routes_next(struct request *);
void	show_routes_end(struct request *);

void	show_fib_begin(struct request *);
bool	show_fib_next(struct request *);

bool	show_nexthops_next(struct request *);

void	show_bfd_begin(struct request *);
bool	show_bfd_next(struct request *);

void	show_addresses_begin(struct request *);
bool	show_addresses_next(struct request *);
void	show_addresses_end(struct request *);

void	show_filters_begin(struct request *);
bool	show_filters_next(struct request *);

bool	explain_route_next(struct request *);
bool	explain_export_next(struct request *);
bool	explain_neighbor_next(struct request *);

void	show_config_begin(struct request *);
bool	show_config_next(struct request *);
bool	show_memory_next(struct request *);
bool	show_version_next(struct request *);

void	act_clear_begin(struct request *);
bool	act_clear_next(struct request *);
void	act_refresh_begin(struct request *);
bool	act_refresh_next(struct request *);
void	act_reload_begin(struct request *);
bool	act_reload_next(struct request *);
void	act_reload_end(struct request *);
void	act_disable_begin(struct request *);
void	act_enable_begin(struct request *);
void	act_drain_begin(struct request *);
void	act_block_add_begin(struct request *);
void	act_block_remove_begin(struct request *);
/* Of all of these. */
bool	act_runtime_next(struct request *);
void	act_runtime_end(struct request *);
void	act_log_begin(struct request *);
bool	act_log_next(struct request *);

/* ---- for each other ---- */

int64_t	show_now(const struct request *);
/* The next peer of that name or address, or of all when NULL. */
struct peer *show_next_peer(struct request *, const char *name);
/* Fails the request when there is no such neighbour; true when there is. */
bool	show_peer_exists(struct request *, const char *name);
/* "10.0.0.1", "fe80::1%eth1" */
#define SHOW_ADDRESS_STRLEN (ADDRESS_STRLEN + KERNEL_IFNAME + 1)
char	*show_peer_address(const struct peer *, char buf[SHOW_ADDRESS_STRLEN]);
/* "/etc/bgpd/bgpd.conf:12" */
#define SHOW_PLACE_STRLEN 256
char	*show_rule_place(const struct filter_rule *,
	    char buf[SHOW_PLACE_STRLEN]);
/* "mesh", "ibgp", "client" or "ebgp" */
const char *show_peer_type(const struct peer *);
/* A path as `show routes all` has it. */
void	show_route(struct request *, const struct prefix *,
	    const struct rib_path *);
/* What show neighbors and its detail have in common. */
void	show_peer(json_t *, const struct peer *, int64_t now);
json_t	*show_peer_detail(const struct request *, const struct peer *);
/* The route of the kernel that a learned path is. */
void	show_learned(json_t *, const struct bgpd *, const struct prefix *);
/* How BFD sees it, in a line; nothing where it does not look. */
void	show_bfd_line(json_t *, const struct peer *, int64_t now);
/* Is it encrypted, and by whose certificate?  Nothing without `tls`. */
void	show_neighbor_tls(json_t *, const struct peer *);
/* This node's own ones, and what is wrong with them (show_tls.c). */
void	show_certificates(json_t *, const struct bgpd *);
/* Of it: what was not let in, and the last NOTIFICATION each way. */
void	show_refusals(json_t *, const struct bgpd *, const struct peer *);
void	show_notifications(json_t *, const struct peer *, int64_t now);

struct text;
/* "export own-blocks pools"; word is what the config calls it. */
void	show_policy(const struct policy *, const char *word, struct text *);
/* Nobody wrote it, and an external neighbor gets nothing then (RFC 8212). */
bool	show_is_unnamed(const struct policy *, bool given);
/* The same of the import of who said the path. */
bool	show_import_is_unnamed(const struct bgpd *, const struct rib_path *);
/* " tor-in rule 2 (bgpd.conf:12)", or the name of one that is built in. */
void	show_rule(const struct filter *, size_t rule, struct text *);
/* The filter that decided; behind the last one, all of them. */
void	show_import_filter(const struct bgpd *, const struct rib_path *,
	    struct text *);
/* " route-refresh four-octet-as": of a session that has heard an OPEN. */
void	show_capabilities_used(const struct session *, struct text *);
/* A finding about the config (act.c). */
void	show_message(struct request *, const struct conf_message *);

/* Makes of a prefix the one that there is; cover: it is an address. */
typedef bool	show_find(const struct bgpd *, bool cover, struct prefix *);
/* The argument `prefix`: "default" is one of each family. */
struct show_prefixes {
	bool		given;
	size_t		count;
	struct prefix	at[FAMILY_MAX];
};
/* Fails the request when it is no prefix, or when there is none such. */
void	show_prefixes(struct request *, struct show_prefixes *, show_find *,
	    const char *what, const char *hint);

#endif
