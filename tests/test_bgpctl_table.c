/* SPDX-License-Identifier: ISC */
/* test_bgpctl_table.c - replies as people and programs get them */

/*
 * Records are canned here as they come over the socket; what they become is
 * compared whole with a golden file, for a terminal of 80 and of 120 columns,
 * for a pipe, and for -j.  A test of its own holds the canned records against
 * the schema, so that the goldens cannot show what the daemon never sends.
 */

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "bgpctl/cell.h"
#include "bgpctl/output.h"
#include "tests/testing.h"

#define COUNT(table) (sizeof(table) / sizeof(*(table)))

/* clang-format off */
static const char *const neighbors[] = {
	"{'record':'neighbor','name':'node-b','address':'10.0.0.2',"
	"'as':64512,'type':'mesh','state':'established','uptime':184023.5,"
	"'family':'ipv4','received':1,'accepted':1,'sent':1}",
	"{'record':'neighbor','name':'node-b','address':'fd00::2',"
	"'as':64512,'type':'mesh','state':'established','uptime':184020.0,"
	"'family':'ipv6','received':12,'accepted':1,'sent':800}",
	"{'record':'neighbor','name':'tor-1','address':'10.0.0.254',"
	"'as':4200000001,'type':'ebgp','state':'active','family':'ipv4',"
	"'reason':'no route to host','reason_word':'no-route',"
	"'reason_age':4.2,'attempts':31}",
	"{'record':'neighbor','name':'tor-1','address':'10.0.0.254',"
	"'as':4200000001,'type':'ebgp','state':'active','family':'ipv6',"
	"'reason':'no route to host','reason_word':'no-route',"
	"'reason_age':4.2,'attempts':31}",
	"{'record':'neighbor','name':'node-10','address':'10.0.0.10',"
	"'as':64512,'type':'mesh','state':'idle','family':'ipv4',"
	"'received':2,'accepted':2,'reason':'peer closed the connection in "
	"Established','reason_word':'closed','reason_age':17.0,"
	"'stale_left':103.5}",
	NULL
};

/* Down for a time that is known. */
static const char *const resting[] = {
	"{'record':'neighbor','name':'node-b','address':'10.0.0.2',"
	"'as':64512,'type':'mesh','state':'idle','family':'ipv4',"
	"'reason':'sent FSM error (5/1)','reason_word':'sent',"
	"'reason_age':4.0,'attempts':2,'idle_hold_left':12.0}",
	"{'record':'neighbor','name':'tor-1','address':'10.0.0.254',"
	"'as':65001,'type':'ebgp','state':'idle','family':'ipv4',"
	"'reason':'ipv4 prefix limit 100 exceeded',"
	"'reason_word':'prefix-limit','reason_age':60.0,"
	"'restart_left':240.0}",
	"{'record':'neighbor','name':'tor-2','address':'10.0.0.253',"
	"'as':65001,'type':'ebgp','state':'idle','family':'ipv4',"
	"'reason':'ipv4 prefix limit 100 exceeded',"
	"'reason_word':'prefix-limit','reason_age':60.0}",
	NULL
};

static const char *const detail[] = {
	"{'record':'neighbor_detail','name':'tor-1','address':'10.0.0.254',"
	"'type':'ebgp','as':65001,'state':'established','state_age':75.5,"
	"'uptime':75.5,'router_id':'10.0.0.254','host':'tor',"
	"'local_address':'10.0.0.1','local_port':40123,'passive':false,"
	"'hold_time':90.0,'unsent':0,'bytes_received':2048,"
	"'bytes_sent':190,'established_count':2,'resets':0,"
	"'connections_refused':1,'treated_as_withdraw':1,'attributes_discarded':0,"
	"'last_error':'ORIGIN is 7','families':[{'family':'ipv4',"
	"'negotiated':true,'received':3,'accepted':2,'sent':1,"
	"'end_of_rib_received':true,'end_of_rib_sent':true,'stale':false}],"
	"'limits':[{'family':'ipv4','counted':'received','count':3,"
	"'limit':100,'action':'restart','exceeded':1,"
	"'restart_time':300.0}],"
	"'capabilities':[{'capability':'multiprotocol ipv4','sent':true,"
	"'received':true,'used':true},{'capability':'route-refresh',"
	"'sent':true,'received':false,'used':false}],'timers':["
	"{'timer':'hold','left':61.5},{'timer':'keepalive','left':3.0}],"
	"'messages':[{'message':'update','received':5,'sent':2}],"
	"'refusals':[{'refused':'as-loop','family':'ipv4','routes':1}],"
	"'notifications':[{'notification':'received','age':75.0,"
	"'bytes':'06 02 0462796531','meaning':'Cease: administrative "
	"shutdown (6/2)'},{'notification':'sent','age':3600.0,"
	"'bytes':'04 00','meaning':'hold timer expired (4/0)'}]}",
	NULL
};

static const char *const status[] = {
	"{'record':'status','node':'node-a','version':'0.1.0','as':64512,"
	"'router_id':'10.0.0.1','uptime':3725.0,"
	"'config':'/etc/bgpd/bgpd.conf','reloads':2,'reloads_refused':0,"
	"'sessions':3,'established':2,'memory':1310720,"
	"'loop_held':0.012,'timers_late':0.0005,'synced':true,'ready':false,"
	"'not_ready':'ipv6: no usable address',"
	"'fib_off':false,"
	"'lag':[{'of':'callbacks','count':4711,'p50':0.00002,'p99':0.0005,"
	"'p999':0.005,'worst':0.012},{'of':'timers','count':815,'p50':0.00005,"
	"'p99':0.0002,'p999':0.0005,'worst':0.0005}],"
	"'families':[{'family':'ipv4',"
	"'address':'10.0.0.1','routes':2,'paths':3,'fib_in_sync':2,"
	"'fib_pending':0,'fib_held':0,'fib_conflict':0,'fib_failed':0,"
	"'fib_removing':0},{'family':'ipv6','routes':1,'paths':1,"
	"'fib_in_sync':0,'fib_pending':0,'fib_held':1,'fib_conflict':0,"
	"'fib_failed':0,'fib_removing':0,'restart':'holding',"
	"'waits_for':'tor-1','problem':'no usable address'}],"
	"'problems':['ipv6: no usable address (bgpctl explain address ipv6)',"
	"'1 of 3 sessions is down (bgpctl show neighbors)']}",
	NULL
};

static const char *const memory[] = {
	"{'record':'memory','kind':'prefixes','bytes':26757072}",
	"{'record':'memory','kind':'paths','bytes':44027904}",
	"{'record':'memory','kind':'attributes','bytes':30500592}",
	"{'record':'memory','kind':'next-hops','bytes':250256}",
	"{'record':'memory','kind':'sources','bytes':161256}",
	"{'record':'memory','kind':'announced','bytes':25114888}",
	"{'record':'memory','kind':'fib','bytes':0}",
	"{'record':'memory','kind':'sessions','bytes':13216}",
	"{'record':'memory','kind':'buffers','bytes':163880}",
	"{'record':'memory','kind':'connections','bytes':7056}",
	"{'record':'memory','kind':'bfd','bytes':272}",
	"{'record':'memory','kind':'config','bytes':4592}",
	"{'record':'memory','kind':'daemon','bytes':1397048}",
	"{'record':'memory','kind':'other','bytes':228928}",
	"{'record':'memory','kind':'total','bytes':128626960}", NULL
};

static const char *const routes[] = {
	"{'record':'route','prefix':'10.244.1.0/26','from':'local',"
	"'age':60.0,'status':'best,in-sync','family':'ipv4','best':true,"
	"'as_path':''}",
	"{'record':'route','prefix':'10.244.2.0/26','next_hop':'10.0.0.2',"
	"'from':'node-b','age':60.0,'local_pref':100,'as_path':'',"
	"'status':'best,in-sync','family':'ipv4','best':true}",
	"{'record':'route','prefix':'fd00:10:244:2::/122',"
	"'next_hop':'fd00::2','from':'tor-1','age':7.0,'local_pref':100,"
	"'as_path':'65001 65002 {65003 65004}','status':'backup:as-path',"
	"'family':'ipv6','best':false,'lost_at':'as-path'}",
	NULL
};

static const char *const nexthops[] = {
	"{'record':'bgp_nexthop','address':'10.0.0.2','family':'ipv4',"
	"'status':'resolved','via':'via 10.0.0.2 dev eth0','metric':0,"
	"'connected':true,'recursive':false,'objects':[179000000],"
	"'paths':12}",
	"{'record':'bgp_nexthop','address':'fe80::1%eth1','family':'ipv6',"
	"'status':'resolved','via':'via fe80::1 dev eth1','metric':1024,"
	"'connected':true,'recursive':false,"
	"'objects':[179000001,179500000],'paths':3}",
	"{'record':'bgp_nexthop','address':'192.0.2.9','family':'ipv4',"
	"'status':'unresolved','reason':'no route leads to it','paths':4}",
	"{'record':'nexthop','id':179000000,'kind':'single','family':'ipv4',"
	"'via':['via 10.0.0.2 dev eth0'],'routes':8,'wanted':8,"
	"'status':'in-sync'}",
	"{'record':'nexthop','id':179250000,'kind':'group','family':'ipv4',"
	"'via':['via 10.0.0.2 dev eth0','via 10.0.1.2 dev eth1 weight 3'],"
	"'members':[179000000,179000001],'routes':10000,'wanted':0,"
	"'status':'pending'}",
	"{'record':'nexthop','kind':'gateways','family':'ipv4',"
	"'via':['via 10.0.9.2 dev eth9'],'routes':0,'wanted':2,"
	"'status':'failed','error':'ENETDOWN','reason':'Network is down'}",
	"{'record':'nexthop','kind':'blackhole','routes':1,'wanted':1,"
	"'status':'in-sync'}",
	"{'record':'end','schema':1,'count':7,'complete':true}", NULL
};
static const char *const fib[] = {
	"{'record':'fib','prefix':'fd00:10:244:2::/122','family':'ipv6',"
	"'wanted':['via fd00::2 dev eth0'],'kernel':['via fd00::2 dev eth0'],"
	"'age':60.0,'status':'in-sync'}",
	"{'record':'fib','prefix':'10.244.20.0/26','family':'ipv4',"
	"'wanted':['via 10.0.0.20 dev eth0'],"
	"'kernel':['via 10.0.0.3 dev eth1 proto static'],"
	"'age':60.0,'status':'conflict','owner':'static',"
	"'reason':'a route of protocol static is there'}",
	"{'record':'fib','prefix':'10.244.3.0/26','family':'ipv4',"
	"'wanted':['via 10.0.0.3 dev eth0'],'kernel':['via 10.0.0.3 dev eth0'],"
	"'age':7.0,'status':'shadowed','owner':'static','reason':'beaten by a "
	"route of protocol static, metric 0, via 10.0.0.9 dev eth0'}",
	NULL
};

static const char *const addresses[] = {
	"{'record':'address','family':'ipv6','interface':'eth0',"
	"'address':'fe80::1/64','verdict':'rejected','reason':'link-local',"
	"'explanation':'other nodes cannot use it without a "
	"zone','site_local':false}",
	"{'record':'address','family':'ipv6','interface':'eth1',"
	"'address':'fd00::2/64','verdict':'rejected',"
	"'reason':'interface-down','explanation':'its interface is down',"
	"'site_local':false}",
	"{'record':'address_result','family':'ipv6','problem':'no usable "
	"address on this node','hint':'give eth0 a global address',"
	"'expected':true}",
	NULL
};

static const char *const reload[] = {
	"{'record':'message','level':'warning','file':'bgpd.conf','line':3,"
	"'column':9,'indent':9,'width':4,'text':'family without an address',"
	"'source':'address ipv6 auto','help':'write: address ipv6 none'}",
	"{'record':'change','change':'neighbor tor-1: hold-time 90s -> 30s',"
	"'cost':'session reset'}",
	"{'record':'reload','dry_run':true,'applied':false,'changes':1,"
	"'removed':0}",
	NULL
};

static const char *const end_good[] = {
	"{'record':'end','schema':1,'count':2,'complete':true}", NULL
};
static const char *const end_error[] = {
	"{'record':'error','schema':1,'exit':4,'error':'no neighbor named x',"
	"'hint':'bgpctl show neighbors'}", NULL
};

/* clang-format on */

static const struct verb verb_neighbors = { .records = { "neighbor", NULL } };
static const struct verb verb_detail = { .records = {
					     "neighbor_detail", NULL } };
static const struct verb verb_memory = { .records = { "memory", NULL } };
static const struct verb verb_status = { .records = { "status", NULL },
	.single = true };
static const struct verb verb_routes = { .command = "show routes",
	.records = { "route", NULL } };
static const struct verb verb_nexthops = { .records = { "bgp_nexthop",
					       "nexthop", NULL } };
static const struct verb verb_fib = { .records = { "fib", NULL } };
static const struct verb verb_explain = {
	.command = "explain address",
	.records = { "address", "address_result", NULL },
};
static const struct verb verb_addresses = { .records = { "address",
						"address_result", NULL } };
static const struct verb verb_reload = { .records = { "message", "change",
					     "reload", NULL } };

/* Records are written with ' here, for they are easier to read so. */
static json_t *
canned(const char *line)
{
	char *copy = strdup(line), *at;
	json_t *record;

	for (at = copy; *at != '\0'; at++)
		if (*at == '\'')
			*at = '"';
	record = json_loads(copy, 0, NULL);
	if (record == NULL)
		fail_msg("not JSON: %s", copy);
	free(copy);
	return record;
}

typedef struct output *maker(const struct verb *, const struct style *);

/* What comes out; the caller frees it. */
static char *
shown(maker *make, const struct verb *verb, struct style style,
    const char *const *records, const char *const *last)
{
	struct output *output;
	char *text = NULL;
	size_t length;
	json_t *record;

	style.out = open_memstream(&text, &length);
	output = make(verb, &style);
	for (; *records != NULL; records++) {
		record = canned(*records);
		output_record(output, record);
		json_decref(record);
	}
	record = canned(*last);
	output_end(output, record);
	json_decref(record);
	fclose(style.out);
	return text;
}

static const struct style pipe_style = { .header = true };

static struct style
terminal(unsigned int width)
{
	return (
	    struct style){ .width = width, .terminal = true, .header = true };
}

static void
golden(const char *name, maker *make, const struct verb *verb,
    struct style style, const char *const *records)
{
	char *text = shown(make, verb, style, records, end_good);

	golden_check(name, text);
	free(text);
}

static void
neighbors_at_80_columns_have_long_reasons_below(void **state)
{
	(void)state;
	golden("bgpctl_neighbors_80.txt", output_text, &verb_neighbors,
	    terminal(80), neighbors);
}

static void
neighbors_at_rest_say_for_how_long(void **state)
{
	(void)state;
	golden("bgpctl_neighbors_resting.txt", output_text, &verb_neighbors,
	    pipe_style, resting);
}

static void
neighbors_at_50_columns_keep_all_of_the_reason(void **state)
{
	(void)state;
	golden("bgpctl_neighbors_50.txt", output_text, &verb_neighbors,
	    terminal(50), neighbors);
}

static void
nexthops_are_two_tables(void **state)
{
	(void)state;
	golden("bgpctl_nexthops_80.txt", output_text, &verb_nexthops,
	    terminal(80), nexthops);
	golden("bgpctl_nexthops_120.txt", output_text, &verb_nexthops,
	    terminal(120), nexthops);
}

static void
fib_at_80_columns_keeps_the_kernel_of_what_is_wrong(void **state)
{
	(void)state;
	golden("bgpctl_fib_80.txt", output_text, &verb_fib, terminal(80), fib);
}

static void
fib_in_a_pipe_is_sorted_and_whole(void **state)
{
	(void)state;
	golden("bgpctl_fib_pipe.txt", output_text, &verb_fib, pipe_style, fib);
}

static void
neighbors_at_120_columns_is_whole(void **state)
{
	(void)state;
	golden("bgpctl_neighbors_120.txt", output_text, &verb_neighbors,
	    terminal(120), neighbors);
}

static void
neighbors_in_a_pipe_is_whole(void **state)
{
	(void)state;
	golden("bgpctl_neighbors_pipe.txt", output_text, &verb_neighbors,
	    pipe_style, neighbors);
}

static void
neighbors_json_is_one_object(void **state)
{
	(void)state;
	golden("bgpctl_neighbors.json", output_json, &verb_neighbors,
	    pipe_style, neighbors);
}

static void
neighbors_coloured_paints_states_only(void **state)
{
	struct style style = terminal(120);

	(void)state;
	style.colour = true;
	golden("bgpctl_neighbors_colour.txt", output_text, &verb_neighbors,
	    style, neighbors);
}

static void
detail_is_golden(void **state)
{
	(void)state;
	golden("bgpctl_neighbor_detail.txt", output_text, &verb_detail,
	    pipe_style, detail);
}

static void
status_is_golden(void **state)
{
	(void)state;
	golden(
	    "bgpctl_status.txt", output_text, &verb_status, pipe_style, status);
}

static void
status_at_80_columns_leaves_zeros_out(void **state)
{
	(void)state;
	golden("bgpctl_status_80.txt", output_text, &verb_status, terminal(80),
	    status);
}

static void
memory_is_golden(void **state)
{
	(void)state;
	golden(
	    "bgpctl_memory.txt", output_text, &verb_memory, pipe_style, memory);
}

static void
status_json_is_the_record(void **state)
{
	(void)state;
	golden("bgpctl_status.json", output_json, &verb_status, pipe_style,
	    status);
}

static void
routes_at_80_columns_is_golden(void **state)
{
	(void)state;
	golden("bgpctl_routes_80.txt", output_text, &verb_routes, terminal(80),
	    routes);
}

static void
routes_in_a_pipe_is_golden(void **state)
{
	(void)state;
	golden("bgpctl_routes_pipe.txt", output_text, &verb_routes, pipe_style,
	    routes);
}

static void
addresses_at_80_columns_is_golden(void **state)
{
	(void)state;
	golden("bgpctl_addresses_80.txt", output_text, &verb_addresses,
	    terminal(80), addresses);
}

static void
explain_has_each_reason_once(void **state)
{
	(void)state;
	golden("bgpctl_explain_80.txt", output_text, &verb_explain,
	    terminal(80), addresses);
}

static void
addresses_json_has_both_kinds(void **state)
{
	(void)state;
	golden("bgpctl_addresses.json", output_json, &verb_addresses,
	    pipe_style, addresses);
}

static void
reload_is_golden(void **state)
{
	(void)state;
	golden(
	    "bgpctl_reload.txt", output_text, &verb_reload, pipe_style, reload);
}

static const char *const nothing[] = { NULL };

static void
refresh_says_who_was_asked_and_who_not(void **state)
{
	static const char *const records[] = {
		"{'record':'refreshed','name':'a','address':'10.0.0.1',"
		"'families':['ipv4','ipv6']}",
		"{'record':'refreshed','name':'a','address':'fd00::1',"
		"'reason':'it is not established'}",
		NULL
	};
	static const struct verb verb = { .records = { "refreshed", NULL } };
	char *text;

	(void)state;
	text = shown(output_text, &verb, pipe_style, records, end_good);

	assert_string_equal(text,
	    "asked a 10.0.0.1 for ipv4 ipv6\n"
	    "not asked a fd00::1: it is not established\n");
	free(text);
}

static void
json_without_records_has_empty_arrays(void **state)
{
	char *text;

	(void)state;
	text =
	    shown(output_json, &verb_addresses, pipe_style, nothing, end_good);

	assert_string_equal(text,
	    "{\"schema\":1,\"addresses\":[],"
	    "\"results\":[],\"count\":2,\"complete\":true}\n");
	free(text);
}

static void
json_of_an_error_is_one_object(void **state)
{
	char *text;

	(void)state;
	text =
	    shown(output_json, &verb_neighbors, pipe_style, nothing, end_error);

	assert_string_equal(text,
	    "{\"schema\":1,\"complete\":false,"
	    "\"exit\":4,\"error\":\"no neighbor named x\","
	    "\"hint\":\"bgpctl show neighbors\"}\n");
	free(text);
}

static void
json_of_a_late_error_closes_the_array(void **state)
{
	json_t *object, *array;
	char *text;

	(void)state;
	text = shown(
	    output_json, &verb_neighbors, pipe_style, neighbors, end_error);

	object = json_loads(text, 0, NULL);
	assert_non_null(object);
	array = json_object_get(object, "neighbors");
	assert_int_equal(json_array_size(array), 5);
	assert_true(json_is_false(json_object_get(object, "complete")));
	json_decref(object);
	free(text);
}

static void
table_without_rows_says_that_there_are_none(void **state)
{
	char *text;

	(void)state;
	text = shown(output_text, &verb_routes, pipe_style, nothing, end_good);

	assert_string_equal(text, "show routes: none\n");
	free(text);
}

static void
no_header_in_a_pipe_leaves_rows_alone(void **state)
{
	static const struct style bare = { .header = false };
	static const char *const one[] = {
		"{'record':'cleared','name':'a','address':'10.0.0.1'}",
		"{'record':'memory','kind':'rib','bytes':17}", NULL
	};
	static const struct verb verb = { .records = { "memory", NULL } };
	char *text;

	(void)state;
	text = shown(output_text, &verb, bare, one + 1, end_good);

	assert_string_equal(text, "rib      17\n");
	free(text);
}

static void
control_characters_never_reach_the_terminal(void **state)
{
	static const char *const hostile[] = {
		"{'record':'neighbor','name':'\\u001b[2J\\u009b31m\\u007f',"
		"'address':'a\\nb','type':'mesh','state':'idle',"
		"'reason':'x\\u0007\\ry'}",
		NULL
	};
	char *text, *at;

	(void)state;
	text =
	    shown(output_text, &verb_neighbors, pipe_style, hostile, end_good);

	for (at = text; *at != '\0'; at++) {
		assert_true(*at == '\n' || (unsigned char)*at >= 0x20);
		assert_int_not_equal(*at, 0x7f);
		assert_false(
		    (unsigned char)*at == 0xc2 && (unsigned char)at[1] < 0xa0);
	}
	free(text);
}

/* More rows than the table keeps: the later ones follow the first widths. */
static void
long_table_prints_every_row_once(void **state)
{
	struct style style = pipe_style;
	struct output *output;
	char *text = NULL, *at;
	size_t length, lines = 0;
	json_t *record, *last;
	int i;

	(void)state;
	style.out = open_memstream(&text, &length);
	output = output_text(&verb_routes, &style);
	/* More than are sorted. */
	record = canned(routes[1]);
	for (i = 0; i < 101000; i++) {
		json_object_set_new(record, "age", json_real(i));
		output_record(output, record);
	}
	json_decref(record);
	last = canned(*end_good);
	output_end(output, last);
	json_decref(last);
	fclose(style.out);

	for (at = text; *at != '\0'; at++)
		lines += *at == '\n';
	assert_int_equal(lines, 101001);
	free(text);
}

static void
unknown_record_is_passed_over(void **state)
{
	static const char *const foreign[] = {
		"{'record':'horoscope','name':'x'}", "{'no':1}", NULL
	};
	char *text;

	(void)state;
	text = shown(output_text, &verb_routes, pipe_style, foreign, end_good);

	assert_string_equal(text, "show routes: none\n");
	free(text);
}

/* Values of the wrong kind are shown as well as they can be. */
static void
wrong_kinds_do_not_crash(void **state)
{
	static const char *const hostile[] = {
		"{'record':'neighbor','name':7,'address':[],'type':{},"
		"'state':null,'uptime':'x','received':'y','reason':3,"
		"'reason_age':'z','attempts':[]}",
		"{'record':'neighbor_detail','families':7,'capabilities':[7],"
		"'timers':{},'messages':'x'}",
		"{'record':'status','problems':[7],'families':[{}]}",
		"{'record':'message','indent':-5,'source':'x'}",
		"{'record':'config','text':7}", NULL
	};
	char *text;

	(void)state;
	text =
	    shown(output_text, &verb_neighbors, pipe_style, hostile, end_good);

	assert_non_null(text);
	free(text);
}

static void
canned_records_suit_the_schema(void **state)
{
	static const char *const *const all[] = { neighbors, detail, status,
		routes, fib, addresses, reload };
	const char *const *line;
	const char *mismatch;
	json_t *record;
	size_t i;

	(void)state;
	for (i = 0; i < COUNT(all); i++)
		for (line = all[i]; *line != NULL; line++) {
			record = canned(*line);
			mismatch = schema_mismatch(record);
			if (mismatch != NULL)
				fail_msg("%s: %s", *line, mismatch);
			json_decref(record);
		}
}

static void
schema_names_what_does_not_suit(void **state)
{
	static const struct {
		const char *line, *mismatch;
	} rows[] = {
		{ "{'record':'memory','kind':'rib','bytes':1}", NULL },
		{ "{'record':'memory','kind':'rib','bytes':'1'}", "bytes" },
		{ "{'record':'memory','kind':'rib'}", "bytes" },
		{ "{'record':'memory','kind':'rib','bytes':1,'x':1}", "x" },
		{ "{'record':'nonsense'}", "record" },
		{ "{}", "record" },
	};
	const char *mismatch;
	json_t *record;
	size_t i;

	(void)state;
	for (i = 0; i < COUNT(rows); i++) {
		record = canned(rows[i].line);
		mismatch = schema_mismatch(record);
		if (rows[i].mismatch == NULL)
			assert_null(mismatch);
		else
			assert_string_equal(mismatch, rows[i].mismatch);
		json_decref(record);
	}
}

static void
duration_has_two_units_at_most(void **state)
{
	static const struct {
		double seconds;
		const char *text;
	} rows[] = {
		{ 0, "0s" },
		{ 0.9, "900ms" },
		{ 0.001, "1ms" },
		{ 0.00005, "50us" },
		{ 1.9, "1s" },
		{ 59.9, "59s" },
		{ 60, "1m00s" },
		{ 3599, "59m59s" },
		{ 3600, "1h00m" },
		{ 86399, "23h59m" },
		{ 86400, "1d00h" },
		{ 184023, "2d03h" },
		{ -5, "0s" },
		{ 1e300, "0s" },
	};
	char buf[32];
	size_t i;

	(void)state;
	for (i = 0; i < COUNT(rows); i++)
		assert_string_equal(
		    cell_duration(rows[i].seconds, buf), rows[i].text);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(
		    neighbors_at_80_columns_have_long_reasons_below),
		cmocka_unit_test(neighbors_at_rest_say_for_how_long),
		cmocka_unit_test(
		    neighbors_at_50_columns_keep_all_of_the_reason),
		cmocka_unit_test(
		    fib_at_80_columns_keeps_the_kernel_of_what_is_wrong),
		cmocka_unit_test(nexthops_are_two_tables),
		cmocka_unit_test(fib_in_a_pipe_is_sorted_and_whole),
		cmocka_unit_test(neighbors_at_120_columns_is_whole),
		cmocka_unit_test(neighbors_in_a_pipe_is_whole),
		cmocka_unit_test(neighbors_json_is_one_object),
		cmocka_unit_test(neighbors_coloured_paints_states_only),
		cmocka_unit_test(detail_is_golden),
		cmocka_unit_test(status_is_golden),
		cmocka_unit_test(status_at_80_columns_leaves_zeros_out),
		cmocka_unit_test(memory_is_golden),
		cmocka_unit_test(status_json_is_the_record),
		cmocka_unit_test(routes_at_80_columns_is_golden),
		cmocka_unit_test(routes_in_a_pipe_is_golden),
		cmocka_unit_test(addresses_at_80_columns_is_golden),
		cmocka_unit_test(explain_has_each_reason_once),
		cmocka_unit_test(addresses_json_has_both_kinds),
		cmocka_unit_test(reload_is_golden),
		cmocka_unit_test(refresh_says_who_was_asked_and_who_not),
		cmocka_unit_test(json_without_records_has_empty_arrays),
		cmocka_unit_test(json_of_an_error_is_one_object),
		cmocka_unit_test(json_of_a_late_error_closes_the_array),
		cmocka_unit_test(table_without_rows_says_that_there_are_none),
		cmocka_unit_test(no_header_in_a_pipe_leaves_rows_alone),
		cmocka_unit_test(control_characters_never_reach_the_terminal),
		cmocka_unit_test(long_table_prints_every_row_once),
		cmocka_unit_test(unknown_record_is_passed_over),
		cmocka_unit_test(wrong_kinds_do_not_crash),
		cmocka_unit_test(canned_records_suit_the_schema),
		cmocka_unit_test(schema_names_what_does_not_suit),
		cmocka_unit_test(duration_has_two_units_at_most),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
