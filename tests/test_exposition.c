/* SPDX-License-Identifier: ISC */
/* test_exposition.c - which form is chosen, and what samples look like */

#include "bgpd/http/exposition.h"

#include <stdio.h>
#include <string.h>

#include "tests/testing.h"

#define COUNT(table) (sizeof(table) / sizeof(*(table)))

static const struct metric_name gauge = { "some_things", METRIC_GAUGE, NULL,
	"What there is." };
static const struct metric_name counter = { "some_bytes", METRIC_COUNTER,
	"bytes", "What came." };
static const struct metric_name duration = { "some_seconds", METRIC_HISTOGRAM,
	"seconds", "How long it took." };

struct writing {
	struct outbox out;
	struct exposition x;
};

static void
writing_begin(struct writing *w, enum exposition_form form,
    const struct metric_name *metric)
{
	outbox_init(&w->out);
	w->x = (struct exposition){ .out = &w->out, .form = form };
	exposition_begin(&w->x, metric);
}

static void
assert_written(struct writing *w, const char *text)
{
	outbox_add(&w->out, "", 1);
	assert_string_equal(outbox_unsent(&w->out), text);
	outbox_clear(&w->out);
}

static void
choice_is_what_is_liked_best(void **state)
{
	static const struct {
		const char *accept;
		enum exposition_form form;
	} rows[] = {
		{ NULL, EXPOSITION_TEXT },
		{ "", EXPOSITION_TEXT },
		{ "*/*", EXPOSITION_TEXT },
		{ "text/html", EXPOSITION_TEXT },
		{ "application/openmetrics-text", EXPOSITION_OPENMETRICS },
		{ "Application/OpenMetrics-Text", EXPOSITION_OPENMETRICS },
		/* What Prometheus 2.42 sends. */
		{ "application/openmetrics-text;version=1.0.0,"
		  "application/openmetrics-text;version=0.0.1;q=0.75,"
		  "text/plain;version=0.0.4;q=0.5,*/*;q=0.1",
		    EXPOSITION_OPENMETRICS },
		{ "application/openmetrics-text;version=0.0.1,*/*;q=0.1",
		    EXPOSITION_TEXT },
		{ "application/openmetrics-text;q=0.2, text/plain ; q=0.3",
		    EXPOSITION_TEXT },
		{ "application/openmetrics-text;q=0.31,text/plain;q=0.3",
		    EXPOSITION_OPENMETRICS },
		{ "application/openmetrics-text;q=0", EXPOSITION_TEXT },
		{ ",;,;;=,q=,;q=;q=9,application/openmetrics-text",
		    EXPOSITION_OPENMETRICS },
	};
	size_t i;

	(void)state;
	for (i = 0; i < COUNT(rows); i++)
		if (exposition_choose(rows[i].accept) != rows[i].form)
			fail_msg("%s", rows[i].accept);
}

static void
sample_of_text_has_the_suffix_in_its_head(void **state)
{
	struct writing w;

	(void)state;
	writing_begin(&w, EXPOSITION_TEXT, &counter);

	exposition_sample(&w.x, 7, "who", "a", "where", "b", NULL);
	exposition_sample(&w.x, 0.25, NULL);

	assert_written(&w,
	    "# HELP some_bytes_total What came.\n"
	    "# TYPE some_bytes_total counter\n"
	    "some_bytes_total{who=\"a\",where=\"b\"} 7\n"
	    "some_bytes_total 0.25\n");
}

static void
sample_of_openmetrics_has_unit_and_end(void **state)
{
	struct writing w;

	(void)state;
	writing_begin(&w, EXPOSITION_OPENMETRICS, &counter);

	exposition_sample(&w.x, 7, NULL);
	exposition_end(&w.x);

	assert_written(&w,
	    "# HELP some_bytes What came.\n"
	    "# TYPE some_bytes counter\n"
	    "# UNIT some_bytes bytes\n"
	    "some_bytes_total 7\n"
	    "# EOF\n");
}

static void
metric_without_samples_is_not_mentioned(void **state)
{
	struct writing w;

	(void)state;
	writing_begin(&w, EXPOSITION_OPENMETRICS, &gauge);

	assert_written(&w, "");
}

static void
label_is_escaped_and_well_formed(void **state)
{
	static const struct {
		const char *value, *written;
	} rows[] = {
		{ "a\"b\\c\nd", "a\\\"b\\\\c\\nd" },
		{ "caf\xc3\xa9 \xf0\x9f\x90\x9f",
		    "caf\xc3\xa9 \xf0\x9f\x90\x9f" },
		{ "\xc3", "?" },
		{ "\xff\xc0\x80\xe0\x80\x80", "??????" },
		{ "\xed\xa0\x80", "???" },
		{ "\xf4\x90\x80\x80", "????" },
	};
	char expected[128];
	struct writing w;
	size_t i;

	(void)state;
	for (i = 0; i < COUNT(rows); i++) {
		writing_begin(&w, EXPOSITION_TEXT, &gauge);
		w.x.headed = 1;

		exposition_sample(&w.x, 1, "a", rows[i].value, NULL);

		snprintf(expected, sizeof(expected),
		    "some_things{a=\"%s\"} 1\n", rows[i].written);
		assert_written(&w, expected);
	}
}

static void
number_reads_back_the_same(void **state)
{
	static const struct {
		double value;
		const char *written;
	} rows[] = {
		{ 0, "some_things 0\n" },
		{ 123456789012, "some_things 123456789012\n" },
		{ 0.1, "some_things 0.1\n" },
		{ 1790000000.123, "some_things 1790000000.1229999\n" },
	};
	struct writing w;
	size_t i;

	(void)state;
	for (i = 0; i < COUNT(rows); i++) {
		writing_begin(&w, EXPOSITION_TEXT, &gauge);
		w.x.headed = 1;

		exposition_sample(&w.x, rows[i].value, NULL);

		assert_written(&w, rows[i].written);
	}
}

static void
histogram_adds_its_buckets_up(void **state)
{
	struct histogram h = { .count = 0 };
	struct writing w;
	const char *text;

	(void)state;
	histogram_add(&h, 1000);     /* 1 ms */
	histogram_add(&h, 1000000);  /* 1 s */
	histogram_add(&h, 99000000); /* 99 s */
	writing_begin(&w, EXPOSITION_OPENMETRICS, &duration);

	exposition_histogram(&w.x, &h, "family", "ipv4");

	outbox_add(&w.out, "", 1);
	text = outbox_unsent(&w.out);
	assert_non_null(strstr(text,
	    "# UNIT some_seconds seconds\n"
	    "some_seconds_bucket{family=\"ipv4\",le=\"1e-05\"} 0\n"));
	assert_non_null(
	    strstr(text, "_bucket{family=\"ipv4\",le=\"0.001\"} 1\n"));
	assert_non_null(
	    strstr(text, "_bucket{family=\"ipv4\",le=\"1.0\"} 2\n"));
	assert_non_null(
	    strstr(text, "_bucket{family=\"ipv4\",le=\"10.0\"} 2\n"));
	assert_non_null(
	    strstr(text, "_bucket{family=\"ipv4\",le=\"+Inf\"} 3\n"));
	assert_non_null(strstr(text,
	    "some_seconds_sum{family=\"ipv4\"} 100.001\n"
	    "some_seconds_count{family=\"ipv4\"} 3\n"));
	outbox_clear(&w.out);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(choice_is_what_is_liked_best),
		cmocka_unit_test(sample_of_text_has_the_suffix_in_its_head),
		cmocka_unit_test(sample_of_openmetrics_has_unit_and_end),
		cmocka_unit_test(metric_without_samples_is_not_mentioned),
		cmocka_unit_test(label_is_escaped_and_well_formed),
		cmocka_unit_test(number_reads_back_the_same),
		cmocka_unit_test(histogram_adds_its_buckets_up),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
