/* SPDX-License-Identifier: ISC */
/* test_mem.c - allocation and slabs */

/*
 * Slab ids are a contract with everyone who keeps them: never 0, never moved,
 * reused last freed first.  Exhaustion is not provoked here, because it ends
 * the process by design.
 */

#include "rib/mem.h"

#include <stdlib.h>
#include <string.h>

#include "tests/testing.h"

struct record {
	uint32_t a;
	uint32_t b;
	uint32_t c;
};

static void
xmalloc_zero_is_memory(void **state)
{
	void *p = xmalloc(0);

	(void)state;

	assert_non_null(p);
	free(p);
}

static void
xmemdup_of_nothing_is_memory(void **state)
{
	void *p = xmemdup(NULL, 0);

	(void)state;

	assert_non_null(p);
	free(p);
}

static void
xmemdup_copies(void **state)
{
	char *p = xmemdup("abc", 4);

	(void)state;

	assert_string_equal(p, "abc");
	free(p);
}

static void
xstrdup_copies(void **state)
{
	char *p = xstrdup("abc");

	(void)state;

	assert_string_equal(p, "abc");
	free(p);
}

static void
xcalloc_is_zeroed(void **state)
{
	uint32_t *p = xcalloc(3, sizeof(*p));

	(void)state;

	assert_int_equal(p[0] | p[1] | p[2], 0);
	free(p);
}

static void
xreallocarray_keeps_content(void **state)
{
	uint32_t *p = xreallocarray(NULL, 1, sizeof(*p));

	(void)state;
	p[0] = 7;

	p = xreallocarray(p, 10000, sizeof(*p));

	assert_int_equal(p[0], 7);
	free(p);
}

static void
xasprintf_formats(void **state)
{
	char *p = xasprintf("%s-%d", "node", 7);

	(void)state;

	assert_string_equal(p, "node-7");
	free(p);
}

static void
slab_first_id_is_one(void **state)
{
	struct slab s;

	(void)state;
	slab_init(&s, sizeof(struct record));

	assert_int_equal(slab_take(&s), 1);
	slab_clear(&s);
}

static void
slab_empty_takes_no_memory(void **state)
{
	struct slab s;

	(void)state;
	slab_init(&s, sizeof(struct record));

	assert_int_equal(slab_bytes(&s), 0);
	slab_clear(&s);
}

static void
slab_last_freed_is_first_reused(void **state)
{
	struct slab s;
	uint32_t a, b;

	(void)state;
	slab_init(&s, sizeof(struct record));
	a = slab_take(&s);
	b = slab_take(&s);

	slab_give(&s, a);
	slab_give(&s, b);

	assert_int_equal(slab_take(&s), b);
	assert_int_equal(slab_take(&s), a);
	assert_int_equal(slab_take(&s), b + 1);
	slab_clear(&s);
}

static void
slab_reused_record_is_zeroed(void **state)
{
	static const struct record zero;
	struct slab s;
	uint32_t id;

	(void)state;
	slab_init(&s, sizeof(struct record));
	id = slab_take(&s);
	memset(slab_at(&s, id), 0xff, sizeof(struct record));

	slab_give(&s, id);
	id = slab_take(&s);

	assert_memory_equal(slab_at(&s, id), &zero, sizeof(zero));
	slab_clear(&s);
}

static void
slab_growth_keeps_records_in_place(void **state)
{
	struct slab s;
	struct record *first;
	uint32_t i, id;

	(void)state;
	slab_init(&s, sizeof(struct record));
	id = slab_take(&s);
	first = slab_at(&s, id);
	first->b = 42;

	for (i = 0; i < 9 * SLAB_CHUNK; i++)
		slab_take(&s);

	assert_ptr_equal(slab_at(&s, id), first);
	assert_int_equal(first->b, 42);
	slab_clear(&s);
}

static void
slab_records_do_not_overlap(void **state)
{
	const uint32_t count = 5 * SLAB_CHUNK;
	struct slab s;
	struct record *r;
	uint32_t i;

	(void)state;
	slab_init(&s, sizeof(struct record));
	for (i = 1; i <= count; i++) {
		r = slab_at(&s, slab_take(&s));
		*r = (struct record){ i, i, i };
	}

	for (i = 1; i <= count; i++) {
		r = slab_at(&s, i);
		assert_true(r->a == i && r->b == i && r->c == i);
	}
	slab_clear(&s);
}

static void
slab_used_counts_records_alive(void **state)
{
	struct slab s;
	uint32_t id;

	(void)state;
	slab_init(&s, sizeof(struct record));
	id = slab_take(&s);
	slab_take(&s);

	slab_give(&s, id);

	assert_int_equal(s.used, 1);
	slab_clear(&s);
}

static void
slab_bytes_cover_the_records(void **state)
{
	struct slab s;

	(void)state;
	slab_init(&s, sizeof(struct record));

	slab_take(&s);

	assert_int_equal(slab_bytes(&s),
	    SLAB_CHUNK * sizeof(struct record) + sizeof(char *));
	slab_clear(&s);
}

static void
slab_records_given_back_are_idle(void **state)
{
	struct slab s;
	uint32_t id;

	(void)state;
	slab_init(&s, sizeof(struct record));
	id = slab_take(&s);
	slab_take(&s);
	assert_int_equal(slab_bytes_idle(&s), 0);

	slab_give(&s, id);

	assert_int_equal(slab_bytes_idle(&s), sizeof(struct record));
	slab_clear(&s);
}

static void
slab_clear_makes_it_new(void **state)
{
	struct slab s;

	(void)state;
	slab_init(&s, sizeof(struct record));
	slab_take(&s);
	slab_take(&s);

	slab_clear(&s);

	assert_int_equal(slab_take(&s), 1);
	slab_clear(&s);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(xmalloc_zero_is_memory),
		cmocka_unit_test(xmemdup_of_nothing_is_memory),
		cmocka_unit_test(xmemdup_copies),
		cmocka_unit_test(xstrdup_copies),
		cmocka_unit_test(xcalloc_is_zeroed),
		cmocka_unit_test(xreallocarray_keeps_content),
		cmocka_unit_test(xasprintf_formats),
		cmocka_unit_test(slab_first_id_is_one),
		cmocka_unit_test(slab_empty_takes_no_memory),
		cmocka_unit_test(slab_last_freed_is_first_reused),
		cmocka_unit_test(slab_reused_record_is_zeroed),
		cmocka_unit_test(slab_growth_keeps_records_in_place),
		cmocka_unit_test(slab_records_do_not_overlap),
		cmocka_unit_test(slab_used_counts_records_alive),
		cmocka_unit_test(slab_bytes_cover_the_records),
		cmocka_unit_test(slab_records_given_back_are_idle),
		cmocka_unit_test(slab_clear_makes_it_new),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
