/* SPDX-License-Identifier: ISC */
/* command.c - the commands of bgpctl */

/*
 * The one table: what may be typed, what it is called at the control socket
 * (bgpd/control/command.c has the same names), what comes back, and the line
 * of help.  Read it from below: command_tree is the first word, and every row
 * names the list of words that may follow it.
 *
 * Rows of the kind WORD_LATER are in the design and not yet in the program;
 * they are known by name, so that asking for one gets an honest answer.
 */

#include "bgpctl/command.h"

#include <stddef.h>

#include "bgpctl/check.h"
#include "bgpctl/complete.h"
#include "bgpctl/doctor/doctor.h"

/* What may be meant. */

static const struct verb status = {
	.usage = "status [--check]",
	.help = "the node on one screen",
	.command = "status",
	.records = { "status", NULL },
	.single = true,
};
static const struct verb neighbors = {
	.usage = "show neighbors [NAME] [detail]",
	.help = "sessions and why they are down",
	.command = "show neighbors",
	.records = { "neighbor", NULL },
};
static const struct verb neighbors_detail = {
	.usage = "show neighbors [NAME] [detail]",
	.help = "all that is known of them",
	.command = "show neighbors",
	.records = { "neighbor_detail", NULL },
};
static const struct verb routes = {
	.usage = "show routes [PREFIX] [in|out NEIGHBOR] [all]",
	.help = "the best; all; as received; as told",
	.command = "show routes",
	.records = { "route", NULL },
};
static const struct verb fib = {
	.usage = "show fib [PREFIX]",
	.help = "routes wanted and in the kernel",
	.command = "show fib",
	.records = { "fib", NULL },
};
static const struct verb health = {
	.usage = "show health",
	.help = "is this node ready, and why not",
	.command = "show health",
	.records = { "health", NULL },
};
static const struct verb nexthops = {
	.usage = "show nexthops",
	.help = "where they lead, objects in the kernel",
	.command = "show nexthops",
	.records = { "bgp_nexthop", "nexthop", NULL },
};
static const struct verb filters = {
	.usage = "show filters [NAME]",
	.help = "rules, where they stand, hits",
	.command = "show filters",
	.records = { "filter", NULL },
};
static const struct verb bfd = {
	.usage = "show bfd [NAME]",
	.help = "who is watched by BFD, and how it goes",
	.command = "show bfd",
	.records = { "bfd", NULL },
};
static const struct verb addresses = {
	.usage = "show addresses [FAMILY]",
	.help = "what the node could peer from",
	.command = "show addresses",
	.records = { "address", "address_result", NULL },
};
static const struct verb config = {
	.usage = "show config",
	.help = "the configuration in effect",
	.command = "show config",
	.records = { "config", NULL },
};
static const struct verb memory = {
	.usage = "show memory",
	.help = "bytes by kind",
	.command = "show memory",
	.records = { "memory", NULL },
};
static const struct verb explain_address = {
	.usage = "explain address FAMILY",
	.help = "why this node address, or none",
	.command = "explain address",
	.records = { "address", "address_result", NULL },
};
static const struct verb explain_route = {
	.usage = "explain route PREFIX",
	.help = "from whom, why this one, in the kernel?",
	.command = "explain route",
	.records = { "step", "verdict", NULL },
};
static const struct verb explain_export = {
	.usage = "explain export PREFIX to NEIGHBOR",
	.help = "why it is told, or is not",
	.command = "explain export",
	.records = { "step", "verdict", NULL },
};
static const struct verb explain_neighbor = {
	.usage = "explain neighbor NAME",
	.help = "how far its session came, what stops it",
	.command = "explain neighbor",
	.records = { "step", "verdict", NULL },
};
static const struct verb doctor = {
	.usage = "doctor [CHECK] [--probe]",
	.help = "what is wrong with this node, and what mends it",
	.records = { "check", "remedy", NULL },
	.run = doctor_run,
};
static const struct verb clear = {
	.usage = "neighbor NAME clear",
	.help = "reset the sessions with it",
	.command = "neighbor clear",
	.records = { "cleared", NULL },
	.acts = true,
};
static const struct verb refresh = {
	.usage = "neighbor NAME refresh",
	.help = "ask it for all routes again",
	.command = "neighbor refresh",
	.records = { "refreshed", NULL },
	.acts = true,
};
static const struct verb disable = {
	.usage = "neighbor NAME disable",
	.help = "end its sessions and keep them down",
	.command = "neighbor disable",
	.records = { "message", "runtime", NULL },
	.acts = true,
};
static const struct verb enable = {
	.usage = "neighbor NAME enable",
	.help = "take that back",
	.command = "neighbor enable",
	.records = { "message", "runtime", NULL },
	.acts = true,
};
static const struct verb drain = {
	.usage = "drain [--undo]",
	.help = "move traffic away, then be silent",
	.command = "drain",
	.records = { "message", "runtime", NULL },
	.acts = true,
};
static const struct verb block_add = {
	.usage = "block add PREFIX",
	.help = "one more pod block of this node",
	.command = "block add",
	.records = { "message", "runtime", NULL },
	.acts = true,
};
static const struct verb block_remove = {
	.usage = "block remove PREFIX",
	.help = "one less; the file is left alone",
	.command = "block remove",
	.records = { "message", "runtime", NULL },
	.acts = true,
};
static const struct verb reload = {
	.usage = "reload [--dry-run] [--force]",
	.help = "read the configuration again",
	.command = "reload",
	.records = { "message", "change", "reload", NULL },
	.acts = true,
};
static const struct verb check = {
	.usage = "check FILE",
	.help = "check a configuration; changes nothing",
	.run = check_run,
};
static const struct verb completion = {
	.usage = "completion bash|zsh|fish",
	.help = "what makes a shell complete these words",
	.run = complete_script,
};
static const struct verb log_level = {
	.usage = "log LEVEL",
	.help = "error, warn, info, debug; until a reload",
	.command = "log",
	.records = { "log", NULL },
	.single = true,
	.acts = true,
};
static const struct verb version = {
	.usage = "version",
	.help = "of bgpctl and of the running bgpd",
	.command = "version",
	.records = { "version", NULL },
	.single = true,
};

/* clang-format off */
#define KEYWORD(text, next, verb) \
	{ WORD_KEYWORD, text, NULL, next, verb }
#define YIELDING(text, next, verb) \
	{ WORD_YIELDING, text, NULL, next, verb }
#define FLAG(text, key, next, verb) \
	{ WORD_KEYWORD, text, key, next, verb }
#define CHOICE(text, key, verb) \
	{ WORD_CHOICE, text, key, NULL, verb }
#define VALUE(kind, text, key, next, verb) \
	{ WORD_##kind, text, key, next, verb }
#define LATER(text) \
	{ WORD_LATER, text, NULL, NULL, NULL }
#define END \
	{ WORD_KEYWORD, NULL, NULL, NULL, NULL }

/* What may be typed, last words first. */

static const struct word status_options[] = {
	FLAG("--check", "check", NULL, &status),
	END
};
static const struct word detail_words[] = {
	FLAG("detail", "detail", NULL, &neighbors_detail),
	END
};
static const struct word detail_of_words[] = {
	VALUE(NAME, "NAME", "name", NULL, &neighbors_detail),
	END
};
static const struct word neighbors_words[] = {
	FLAG("detail", "detail", detail_of_words, &neighbors_detail),
	VALUE(NAME, "NAME", "name", detail_words, &neighbors),
	END
};
static const struct word all_words[] = {
	FLAG("all", "all", NULL, &routes),
	END
};
static const struct word in_words[] = {
	VALUE(NAME, "NEIGHBOR", "in", all_words, &routes),
	END
};
static const struct word out_words[] = {
	VALUE(NAME, "NEIGHBOR", "out", all_words, &routes),
	END
};
static const struct word prefix_words[] = {
	KEYWORD("in", in_words, NULL),
	KEYWORD("out", out_words, NULL),
	FLAG("all", "all", NULL, &routes),
	END
};
static const struct word routes_words[] = {
	VALUE(PREFIX, "PREFIX", "prefix", prefix_words, &routes),
	KEYWORD("in", in_words, NULL),
	KEYWORD("out", out_words, NULL),
	FLAG("all", "all", NULL, &routes),
	END
};
static const struct word fib_words[] = {
	VALUE(PREFIX, "PREFIX", "prefix", NULL, &fib),
	END
};
static const struct word filters_words[] = {
	VALUE(NAME, "NAME", "name", NULL, &filters),
	END
};
static const struct word bfd_words[] = {
	VALUE(NAME, "NAME", "name", NULL, &bfd),
	END
};
static const struct word addresses_words[] = {
	CHOICE("ipv4", "family", &addresses),
	CHOICE("ipv6", "family", &addresses),
	END
};
static const struct word show_words[] = {
	KEYWORD("neighbors", neighbors_words, &neighbors),
	KEYWORD("routes", routes_words, &routes),
	KEYWORD("fib", fib_words, &fib),
	YIELDING("nexthops", NULL, &nexthops),
	KEYWORD("addresses", addresses_words, &addresses),
	KEYWORD("bfd", bfd_words, &bfd),
	KEYWORD("filters", filters_words, &filters),
	KEYWORD("config", NULL, &config),
	KEYWORD("health", NULL, &health),
	KEYWORD("memory", NULL, &memory),
	LATER("events"),
	END
};
static const struct word family_words[] = {
	CHOICE("ipv4", "family", &explain_address),
	CHOICE("ipv6", "family", &explain_address),
	END
};
static const struct word explain_route_words[] = {
	VALUE(PREFIX, "PREFIX", "prefix", NULL, &explain_route),
	END
};
static const struct word explain_target_words[] = {
	VALUE(NAME, "NEIGHBOR", "to", NULL, &explain_export),
	END
};
static const struct word explain_to_words[] = {
	KEYWORD("to", explain_target_words, NULL),
	END
};
static const struct word explain_export_words[] = {
	VALUE(PREFIX, "PREFIX", "prefix", explain_to_words, NULL),
	END
};
static const struct word explain_neighbor_words[] = {
	VALUE(NAME, "NAME", "name", NULL, &explain_neighbor),
	END
};
static const struct word explain_words[] = {
	KEYWORD("address", family_words, NULL),
	KEYWORD("route", explain_route_words, NULL),
	KEYWORD("export", explain_export_words, NULL),
	KEYWORD("neighbor", explain_neighbor_words, NULL),
	LATER("path"),
	END
};
static const struct word probe_words[] = {
	FLAG("--probe", "probe", NULL, &doctor),
	END
};
static const struct word doctor_words[] = {
	FLAG("--probe", "probe", NULL, &doctor),
	VALUE(NAME, "CHECK", "only", probe_words, &doctor),
	END
};
static const struct word neighbor_verbs[] = {
	KEYWORD("clear", NULL, &clear),
	KEYWORD("refresh", NULL, &refresh),
	KEYWORD("disable", NULL, &disable),
	KEYWORD("enable", NULL, &enable),
	END
};
static const struct word neighbor_words[] = {
	VALUE(NAME, "NAME", "name", neighbor_verbs, NULL),
	END
};
static const struct word drain_options[] = {
	FLAG("--undo", "undo", NULL, &drain),
	END
};
static const struct word block_add_words[] = {
	VALUE(PREFIX, "PREFIX", "prefix", NULL, &block_add),
	END
};
static const struct word block_remove_words[] = {
	VALUE(PREFIX, "PREFIX", "prefix", NULL, &block_remove),
	END
};
static const struct word block_words[] = {
	KEYWORD("add", block_add_words, NULL),
	KEYWORD("remove", block_remove_words, NULL),
	END
};
/* In any order: each may be followed by all. */
static const struct word reload_options[3] = {
	FLAG("--dry-run", "dry_run", reload_options, &reload),
	FLAG("--force", "force", reload_options, &reload),
	END
};
static const struct word check_words[] = {
	VALUE(FILE, "FILE", "file", NULL, &check),
	END
};
static const struct word completion_words[] = {
	CHOICE("bash", "shell", &completion),
	CHOICE("zsh", "shell", &completion),
	CHOICE("fish", "shell", &completion),
	END
};
static const struct word log_words[] = {
	CHOICE("error", "level", &log_level),
	CHOICE("warn", "level", &log_level),
	CHOICE("info", "level", &log_level),
	CHOICE("debug", "level", &log_level),
	END
};

const struct word command_tree[] = {
	KEYWORD("status", status_options, &status),
	KEYWORD("show", show_words, NULL),
	KEYWORD("explain", explain_words, NULL),
	KEYWORD("doctor", doctor_words, &doctor),
	KEYWORD("neighbor", neighbor_words, NULL),
	KEYWORD("drain", drain_options, &drain),
	KEYWORD("block", block_words, NULL),
	KEYWORD("reload", reload_options, &reload),
	KEYWORD("check", check_words, NULL),
	KEYWORD("log", log_words, NULL),
	KEYWORD("version", NULL, &version),
	KEYWORD("completion", completion_words, NULL),
	END
};
/* clang-format on */
