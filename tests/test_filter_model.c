/* SPDX-License-Identifier: ISC */
/* test_filter_model.c - random rules on random routes, judged twice */
/*
 * Rules are made as text, which the config reads, and at the same time as
 * plain arrays, which an evaluator judges that knows no sets, no tries, no
 * spans and no table: one loop for each question.  Verdict, rule, and all that
 * rules change must be the same.  Few different values, so that most
 * conditions hold now and then.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "bgpd/conf/conf.h"
#include "rib/bytes.h"
#include "tests/testing.h"

#define ROUNDS 1500u
#define ROUTES 40u
#define RULES  6u
#define TERMS  4u
#define VALUES 3u
#define LIST   64u
#define ANY    UINT32_MAX /* `*` */

enum what {
	PREFIX,
	COMMUNITY,
	ORIGIN,
	STARTS,
	CONTAINS,
	EXACT,
	LENGTH,
	PREF,
	MED,
	SOURCE,
	HOP,
	WHAT_MAX
};

struct value {
	uint32_t a, b, c, d; /* as its kind reads them */
};
struct term {
	enum what what;
	bool negated;
	unsigned int count;
	struct value value[VALUES];
};
struct act {
	unsigned int what; /* 0 pref, 1 med, 2 prepend, 3 add, 4 remove */
	uint32_t a, b;
};
struct rule {
	enum filter_verdict verdict;
	unsigned int nterms, nacts;
	struct term term[TERMS];
	struct act act[2];
};
struct route {
	uint32_t prefix, length, hop;
	uint32_t path[LIST], npath;
	uint32_t high[LIST], low[LIST], ncommunities;
	bool has_pref, has_med;
	uint32_t pref, med;
	/* 0 local, 1 ibgp, 2 ebgp: neighbors a and b, 3 learned */
	unsigned int source;
};

static uint32_t
pick(uint32_t below)
{
	return (uint32_t)rand() % below;
}

/* ---- the slow one ------------------------------------------------------ */

static uint32_t
mask_of(uint32_t length)
{
	return length == 0 ? 0 : UINT32_MAX << (32 - length);
}

static bool
has_community(const struct route *r, const struct value *v)
{
	uint32_t i;

	for (i = 0; i < r->ncommunities; i++)
		if ((v->a == ANY || v->a == r->high[i]) &&
		    (v->b == ANY || v->b == r->low[i]))
			return true;
	return false;
}

static bool
begins(const struct route *r, const struct value *v)
{
	return r->npath >= v->c && (v->c < 1 || r->path[0] == v->a) &&
	    (v->c < 2 || r->path[1] == v->b);
}

static bool
contains(const struct route *r, uint32_t as)
{
	uint32_t i;

	for (i = 0; i < r->npath; i++)
		if (r->path[i] == as)
			return true;
	return false;
}

static bool
slow_fits(enum what what, const struct value *v, const struct route *r)
{
	switch (what) {
	case PREFIX:
		return r->length >= v->c && r->length <= v->d &&
		    (r->prefix & mask_of(v->b)) == v->a;
	case COMMUNITY: return has_community(r, v);
	case ORIGIN: return r->npath > 0 && r->path[r->npath - 1] == v->a;
	case STARTS: return begins(r, v);
	case CONTAINS: return contains(r, v->a);
	case EXACT: return begins(r, v) && r->npath == v->c;
	case LENGTH: return r->npath >= v->a && r->npath <= v->b;
	case PREF:
		return (r->has_pref ? r->pref : 100) >= v->a &&
		    (r->has_pref ? r->pref : 100) <= v->b;
	case MED: return r->has_med && r->med >= v->a && r->med <= v->b;
	case SOURCE: return v->a == 4 ? r->source == 1 : r->source == v->a;
	case HOP: return (r->hop & mask_of(v->b)) == v->a;
	case WHAT_MAX: break;
	}
	return false;
}

static bool
slow_holds(const struct rule *rule, const struct route *r)
{
	unsigned int i, j;
	bool any;

	for (i = 0; i < rule->nterms; i++) {
		any = false;
		for (j = 0; j < rule->term[i].count; j++)
			any |= slow_fits(
			    rule->term[i].what, &rule->term[i].value[j], r);
		if (any == rule->term[i].negated)
			return false;
	}
	return true;
}

static void
slow_act(const struct act *act, struct route *r)
{
	const struct value community = { act->a, act->b, 0, 0 };
	uint32_t i, kept = 0;

	switch (act->what) {
	case 0:
		r->has_pref = true;
		r->pref = act->a;
		break;
	case 1:
		r->has_med = true;
		r->med = act->a;
		break;
	case 2:
		for (i = 0; i < act->b; i++) {
			memmove(r->path + 1, r->path,
			    r->npath++ * sizeof(r->path[0]));
			r->path[0] = act->a;
		}
		break;
	case 3:
		if (has_community(r, &community))
			break;
		r->high[r->ncommunities] = act->a;
		r->low[r->ncommunities++] = act->b;
		break;
	default:
		for (i = 0; i < r->ncommunities; i++) {
			if ((act->a == ANY || act->a == r->high[i]) &&
			    (act->b == ANY || act->b == r->low[i]))
				continue;
			r->high[kept] = r->high[i];
			r->low[kept++] = r->low[i];
		}
		r->ncommunities = kept;
	}
}

static enum filter_verdict
slow_judge(const struct rule *rules, unsigned int count, struct route *r,
    size_t *which)
{
	unsigned int i, j;

	for (i = 0; i < count; i++) {
		if (!slow_holds(&rules[i], r))
			continue;
		for (j = 0; j < rules[i].nacts; j++)
			slow_act(&rules[i].act[j], r);
		*which = i;
		if (rules[i].verdict != FILTER_NOTHING)
			return rules[i].verdict;
	}
	return FILTER_NOTHING;
}

/* ---- rules, twice ------------------------------------------------------ */

static const char *const words[WHAT_MAX] = {
	[PREFIX] = "",
	[COMMUNITY] = "community",
	[ORIGIN] = "as-path origin",
	[STARTS] = "as-path starts-with",
	[CONTAINS] = "as-path contains",
	[EXACT] = "as-path exact",
	[LENGTH] = "as-path length",
	[PREF] = "pref",
	[MED] = "med",
	[SOURCE] = "source",
	[HOP] = "next-hop",
};

static void
dotted(uint32_t number, uint32_t length, FILE *out)
{
	fprintf(out, " %u.%u.%u.%u/%u", number >> 24, number >> 16 & 255,
	    number >> 8 & 255, number & 255, length);
}

static void
prefix_make(struct value *v, FILE *out)
{
	v->b = pick(5) * 4 + 8;
	v->a = (10u << 24 | pick(4) << 16 | pick(4) << 8) & mask_of(v->b);
	v->c = v->d = v->b;
	dotted(v->a, v->b, out);
	if (pick(3) == 0) {
		v->c = v->b + pick(33 - v->b);
		v->d = 32;
		fprintf(out, " ge %u", v->c);
	}
	if (pick(2) == 0) {
		v->d = v->c + pick(33 - v->c);
		fprintf(out, " le %u", v->d);
	}
}

static void
half_write(uint32_t number, FILE *out)
{
	if (number == ANY)
		fputs("*", out);
	else
		fprintf(out, "%u", number);
}

static void
community_make(uint32_t *high, uint32_t *low, bool wild, FILE *out)
{
	*high = wild && pick(3) == 0 ? ANY : 65000 + pick(2);
	*low = wild && pick(3) == 0 ? ANY : pick(3);
	putc(' ', out);
	half_write(*high, out);
	putc(':', out);
	half_write(*low, out);
}

static void
range_make(struct value *v, uint32_t from, FILE *out)
{
	v->a = from + pick(4);
	v->b = v->a + pick(3);
	if (v->a == v->b)
		fprintf(out, " %u", v->a);
	else
		fprintf(out, " ge %u le %u", v->a, v->b);
}

static void
value_make(enum what what, struct value *v, FILE *out)
{
	static const char *const sources[] = { "local", "neighbor a", "ebgp",
		"learned", "ibgp" };

	*v = (struct value){ 0 };
	switch (what) {
	case PREFIX: prefix_make(v, out); break;
	case COMMUNITY: community_make(&v->a, &v->b, true, out); break;
	case ORIGIN:
	case CONTAINS:
		v->a = 1 + pick(4);
		fprintf(out, " %u", v->a);
		break;
	case STARTS:
	case EXACT:
		v->c = 1 + pick(2);
		v->a = 1 + pick(3);
		v->b = 1 + pick(3);
		fprintf(out, " %u", v->a);
		if (v->c == 2)
			fprintf(out, " %u", v->b);
		break;
	case LENGTH: range_make(v, 0, out); break;
	case PREF: range_make(v, 98, out); break;
	case MED: range_make(v, 0, out); break;
	case SOURCE:
		v->a = pick(5);
		fprintf(out, " %s", sources[v->a]);
		break;
	case HOP:
		v->b = pick(2) ? 24 : 30;
		v->a = (192u << 24 | 2 << 8 | pick(8)) & mask_of(v->b);
		dotted(v->a, v->b, out);
		break;
	case WHAT_MAX: break;
	}
}

/* A second range or sequence behind the first would be read as one with it. */
static bool
is_alone(enum what what)
{
	return what == LENGTH || what == PREF || what == MED ||
	    what == STARTS || what == EXACT;
}

/* Prefixes behind those of next hops would be next hops as well. */
static void
terms_make(struct rule *rule, FILE *out)
{
	bool used[WHAT_MAX] = { false };
	unsigned int i, j;
	struct term *t;

	rule->nterms = 0;
	for (i = 0; i < 1 + pick(TERMS); i++) {
		t = &rule->term[rule->nterms];
		t->what = (enum what)pick(WHAT_MAX);
		if (used[t->what] || rule->nterms == TERMS ||
		    (t->what == PREFIX && used[HOP]))
			continue;
		used[t->what] = true;
		rule->nterms++;
		t->negated = pick(3) == 0;
		fprintf(out, "%s %s", t->negated ? " not" : "", words[t->what]);
		t->count = is_alone(t->what) ? 1 : 1 + pick(VALUES);
		for (j = 0; j < t->count; j++)
			value_make(t->what, &t->value[j], out);
	}
}

static void
act_make(struct act *act, FILE *out)
{
	act->what = pick(5);
	act->a = pick(4) + 98;
	act->b = 1 + pick(3);
	if (act->what == 0)
		fprintf(out, " pref %u", act->a);
	else if (act->what == 1)
		fprintf(out, " med %u", act->a);
	else if (act->what == 2)
		fprintf(out, " prepend %u %u", act->a, act->b);
	else {
		fprintf(
		    out, " community %s", act->what == 3 ? "add" : "remove");
		community_make(&act->a, &act->b, act->what == 4, out);
	}
}

static void
rule_make(struct rule *rule, FILE *out)
{
	static const char *const verdicts[] = { "continue", "accept",
		"reject" };
	unsigned int i;

	rule->verdict = (enum filter_verdict)pick(3);
	fputs(verdicts[rule->verdict], out);
	terms_make(rule, out);
	rule->nacts = rule->verdict == FILTER_NOTHING ? 1 + pick(2) : pick(3);
	if (rule->verdict == FILTER_REJECT)
		rule->nacts = 0;
	if (rule->nacts > 0)
		fputs(" set", out);
	for (i = 0; i < rule->nacts; i++)
		act_make(&rule->act[i], out);
	putc('\n', out);
}

static struct conf *
conf_make(struct rule *rules, unsigned int count)
{
	struct conf_messages messages = { 0 };
	struct conf *conf;
	unsigned int i;
	char *text;
	size_t size;
	FILE *out = open_memstream(&text, &size);

	fputs("as 64512\nfilter f {\n", out);
	for (i = 0; i < count; i++)
		rule_make(&rules[i], out);
	fputs("}\nneighbor a 10.0.0.2 { remote-as 64512; import f }\n", out);
	fclose(out);
	conf = conf_parse("f.conf", text, "host", &messages);
	if (conf == NULL) {
		conf_messages_print(&messages, stderr);
		fail_msg("%s", text);
	}
	conf_messages_clear(&messages);
	free(text);
	return conf;
}

/* ---- routes, twice ----------------------------------------------------- */

static void
route_make(struct route *r)
{
	uint32_t i;

	*r = (struct route){ .has_pref = pick(2), .has_med = pick(2) };
	r->length = 8 + pick(25);
	r->prefix = (10u << 24 | pick(4) << 16 | pick(4) << 8 | pick(4)) &
	    mask_of(r->length);
	r->hop = 192u << 24 | 2 << 8 | pick(8);
	r->npath = pick(4);
	for (i = 0; i < r->npath; i++)
		r->path[i] = 1 + pick(4);
	r->ncommunities = pick(4);
	for (i = 0; i < r->ncommunities; i++) {
		r->high[i] = 65000 + pick(2);
		r->low[i] = pick(3);
	}
	r->pref = r->has_pref ? 98 + pick(5) : 0;
	r->med = r->has_med ? pick(6) : 0;
	r->source = pick(4);
}

/* As the wire has it; room for all of it is the caller's. */
static void
route_pack(
    const struct route *r, struct attrs *a, uint8_t *path, uint8_t *communities)
{
	uint32_t i;

	*a = (struct attrs){
		.has = ATTR_HAS_NEXT_HOP | ATTR_HAS_AS_PATH |
		    (r->has_pref ? ATTR_HAS_LOCAL_PREF : 0) |
		    (r->has_med ? ATTR_HAS_MED : 0),
		.local_pref = r->pref,
		.med = r->med,
		.next_hop = address_v4(r->hop),
	};
	path[0] = 2; /* AS_SEQUENCE */
	path[1] = (uint8_t)r->npath;
	for (i = 0; i < r->npath; i++)
		bytes_put_u32(path + 2 + 4 * i, r->path[i]);
	for (i = 0; i < r->ncommunities; i++) {
		bytes_put_u16(communities + 4 * i, (uint16_t)r->high[i]);
		bytes_put_u16(communities + 4 * i + 2, (uint16_t)r->low[i]);
	}
	if (r->npath > 0)
		a->as_path = (struct span){ path, 2 + 4 * r->npath };
	if (r->ncommunities > 0)
		a->communities =
		    (struct span){ communities, 4 * r->ncommunities };
}

static bool
span_equal(struct span a, struct span b)
{
	return a.length == b.length &&
	    (a.length == 0 || memcmp(a.data, b.data, a.length) == 0);
}

static bool
same(const struct attrs *a, const struct attrs *b)
{
	return a->has == b->has &&
	    (!(a->has & ATTR_HAS_LOCAL_PREF) ||
		a->local_pref == b->local_pref) &&
	    (!(a->has & ATTR_HAS_MED) || a->med == b->med) &&
	    span_equal(a->as_path, b->as_path) &&
	    span_equal(a->communities, b->communities);
}

static void
route_try(
    const struct filter *f, const struct rule *rules, unsigned int verdicts[3])
{
	static const enum source_kind kinds[] = { SOURCE_LOCAL, SOURCE_INTERNAL,
		SOURCE_EXTERNAL, SOURCE_LEARNED };
	static const char *const names[] = { NULL, "a", "b", NULL };
	static struct filter_scratch scratch;
	struct filter_outcome out = { .verdict = FILTER_NOTHING };
	uint8_t path[2][4 * LIST], communities[2][4 * LIST];
	struct filter_route route = { .prefix = NULL };
	struct attrs attrs, wanted;
	enum filter_verdict slow;
	struct prefix prefix;
	struct address a;
	struct route r;
	size_t which = 0;

	route_make(&r);
	a = address_v4(r.prefix);
	prefix = prefix_of(&a, r.length);
	route.prefix = &prefix;
	route.source.kind = kinds[r.source];
	route.source.neighbor = names[r.source];
	route_pack(&r, &attrs, path[0], communities[0]);

	filter_judge(f, &route, &attrs, &scratch, true, &out);
	slow = slow_judge(rules, (unsigned int)f->nrules, &r, &which);

	assert_int_equal(out.verdict, slow);
	if (slow != FILTER_NOTHING)
		assert_int_equal(out.rule, which);
	route_pack(&r, &wanted, path[1], communities[1]);
	if (!same(&attrs, &wanted))
		fail_msg("changed otherwise by: %s", f->rules[which].text);
	verdicts[slow]++;
}

static void
filter_agrees_with_the_slow_one(void **state)
{
	struct rule rules[RULES];
	unsigned int verdicts[3] = { 0 };
	unsigned int round, i, count;
	struct conf *conf;

	(void)state;

	srand(7);
	for (round = 0; round < ROUNDS; round++) {
		count = 1 + pick(RULES);
		conf = conf_make(rules, count);
		for (i = 0; i < ROUTES; i++)
			route_try(conf->filters[0], rules, verdicts);
		conf_free(conf);
	}
	for (i = 0; i < 3; i++)
		assert_true(verdicts[i] > ROUNDS * ROUTES / 20);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(filter_agrees_with_the_slow_one),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
