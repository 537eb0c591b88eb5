/* SPDX-License-Identifier: ISC */
/* command.c - what may be asked at the control socket */

/*
 * The table: name, who may, arguments, hooks.  bgpctl's tree of words
 * (bgpctl/command.c) uses the same names; its answers are the records of
 * schema.c.  A command that is not here does not exist; what a later version
 * will have is bgpctl's to know.
 */

#include "bgpd/control/control.h"
#include "bgpd/control/show.h"

/* clang-format off */
static const struct argument no_arguments[] = {
	{ NULL, false, false }
};
static const struct argument neighbors_arguments[] = {
	{ "name", false, false },
	{ "detail", true, false },
	{ NULL, false, false }
};
static const struct argument routes_arguments[] = {
	{ "prefix", false, false },
	{ "in", false, false },
	{ "out", false, false },
	{ "all", true, false },
	{ NULL, false, false }
};
static const struct argument fib_arguments[] = {
	{ "prefix", false, false },
	{ NULL, false, false }
};
static const struct argument bfd_arguments[] = {
	{ "name", false, false },
	{ NULL, false, false }
};
static const struct argument addresses_arguments[] = {
	{ "family", false, false },
	{ NULL, false, false }
};
static const struct argument filters_arguments[] = {
	{ "name", false, false },
	{ NULL, false, false }
};
static const struct argument family_arguments[] = {
	{ "family", false, true },
	{ NULL, false, false }
};
static const struct argument prefix_arguments[] = {
	{ "prefix", false, true },
	{ NULL, false, false }
};
static const struct argument export_arguments[] = {
	{ "prefix", false, true },
	{ "to", false, true },
	{ NULL, false, false }
};
static const struct argument name_arguments[] = {
	{ "name", false, true },
	{ NULL, false, false }
};
static const struct argument reload_arguments[] = {
	{ "dry_run", true, false },
	{ "force", true, false },
	{ NULL, false, false }
};
static const struct argument drain_arguments[] = {
	{ "undo", true, false },
	{ NULL, false, false }
};
static const struct argument block_arguments[] = {
	{ "prefix", false, true },
	{ NULL, false, false }
};
static const struct argument level_arguments[] = {
	{ "level", false, true },
	{ NULL, false, false }
};

const struct command control_commands[] = {
	{ "status", COMMAND_READ, no_arguments,
	    NULL, show_status_next, NULL },
	{ "show neighbors", COMMAND_READ, neighbors_arguments,
	    show_neighbors_begin, show_neighbors_next, NULL },
	{ "show routes", COMMAND_READ, routes_arguments,
	    show_routes_begin, show_routes_next, show_routes_end },
	{ "show fib", COMMAND_READ, fib_arguments,
	    show_fib_begin, show_fib_next, NULL },
	{ "show nexthops", COMMAND_READ, no_arguments,
	    NULL, show_nexthops_next, NULL },
	{ "show bfd", COMMAND_READ, bfd_arguments,
	    show_bfd_begin, show_bfd_next, NULL },
	{ "show addresses", COMMAND_READ, addresses_arguments,
	    show_addresses_begin, show_addresses_next, show_addresses_end },
	{ "show filters", COMMAND_READ, filters_arguments,
	    show_filters_begin, show_filters_next, NULL },
	{ "explain address", COMMAND_READ, family_arguments,
	    show_addresses_begin, show_addresses_next, show_addresses_end },
	{ "explain route", COMMAND_READ, prefix_arguments,
	    NULL, explain_route_next, NULL },
	{ "explain export", COMMAND_READ, export_arguments,
	    NULL, explain_export_next, NULL },
	{ "explain neighbor", COMMAND_READ, name_arguments,
	    NULL, explain_neighbor_next, NULL },
	{ "show health", COMMAND_READ, no_arguments,
	    NULL, show_health_next, NULL },
	{ "show config", COMMAND_READ, no_arguments,
	    show_config_begin, show_config_next, NULL },
	{ "show memory", COMMAND_READ, no_arguments,
	    NULL, show_memory_next, NULL },
	{ "version", COMMAND_READ, no_arguments,
	    NULL, show_version_next, NULL },
	{ "neighbor clear", COMMAND_WRITE, name_arguments,
	    act_clear_begin, act_clear_next, NULL },
	{ "neighbor refresh", COMMAND_WRITE, name_arguments,
	    act_refresh_begin, act_refresh_next, NULL },
	{ "neighbor disable", COMMAND_WRITE, name_arguments,
	    act_disable_begin, act_runtime_next, act_runtime_end },
	{ "neighbor enable", COMMAND_WRITE, name_arguments,
	    act_enable_begin, act_runtime_next, act_runtime_end },
	{ "drain", COMMAND_WRITE, drain_arguments,
	    act_drain_begin, act_runtime_next, act_runtime_end },
	{ "block add", COMMAND_WRITE, block_arguments,
	    act_block_add_begin, act_runtime_next, act_runtime_end },
	{ "block remove", COMMAND_WRITE, block_arguments,
	    act_block_remove_begin, act_runtime_next, act_runtime_end },
	{ "reload", COMMAND_WRITE, reload_arguments,
	    act_reload_begin, act_reload_next, act_reload_end },
	{ "log", COMMAND_WRITE, level_arguments,
	    act_log_begin, act_log_next, NULL },
	{ NULL, COMMAND_READ, NULL, NULL, NULL, NULL }
};
/* clang-format on */
