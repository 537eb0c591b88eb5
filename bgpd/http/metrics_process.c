/* SPDX-License-Identifier: ISC */
/* metrics_process.c - what the kernel counts of this process, and its server */

/*
 * Names as Prometheus' own libraries have them, so that boards for any
 * process show this one, too.  What /proc does not say is left out.
 */

#include <dirent.h>
#include <stdio.h>
#include <sys/resource.h>
#include <unistd.h>

#include "bgpd/http/metrics.h"

static void
read_cpu(const struct metrics_source *s, struct exposition *x)
{
	struct rusage u;

	(void)s;
	if (getrusage(RUSAGE_SELF, &u) == 0)
		exposition_sample(x,
		    (double)(u.ru_utime.tv_sec + u.ru_stime.tv_sec) +
			(double)(u.ru_utime.tv_usec + u.ru_stime.tv_usec) / 1e6,
		    NULL);
}

/* A number of pages in /proc/self/statm; 0: not known. */
static double
memory_of(unsigned int field)
{
	FILE *file = fopen("/proc/self/statm", "re");
	unsigned long pages[2] = { 0, 0 };

	if (file == NULL)
		return 0;
	if (fscanf(file, "%lu %lu", &pages[0], &pages[1]) != 2)
		pages[field] = 0;
	fclose(file);
	return (double)pages[field] * (double)sysconf(_SC_PAGESIZE);
}

static void
read_virtual(const struct metrics_source *s, struct exposition *x)
{
	(void)s;
	if (memory_of(0) > 0)
		exposition_sample(x, memory_of(0), NULL);
}

static void
read_resident(const struct metrics_source *s, struct exposition *x)
{
	(void)s;
	if (memory_of(1) > 0)
		exposition_sample(x, memory_of(1), NULL);
}

/* Two entries are no descriptors, and one is that of the folder itself. */
static void
read_descriptors(const struct metrics_source *s, struct exposition *x)
{
	DIR *folder = opendir("/proc/self/fd");
	long count = -3;

	(void)s;
	if (folder == NULL)
		return;
	while (readdir(folder) != NULL)
		count++;
	closedir(folder);
	exposition_sample(x, (double)count, NULL);
}

static void
read_descriptor_limit(const struct metrics_source *s, struct exposition *x)
{
	struct rlimit limit;

	(void)s;
	if (getrlimit(RLIMIT_NOFILE, &limit) == 0)
		exposition_sample(x, (double)limit.rlim_cur, NULL);
}

static void
read_start(const struct metrics_source *s, struct exposition *x)
{
	exposition_sample(
	    x, s->wall - (double)(s->now - s->bgpd->started) / 1e3, NULL);
}

static void
read_http_open(const struct metrics_source *s, struct exposition *x)
{
	struct server_counters c;

	if (s->server == NULL)
		return;
	server_counters(s->server, &c);
	exposition_sample(x, c.open, NULL);
}

static void
read_http_requests(const struct metrics_source *s, struct exposition *x)
{
	struct server_counters c;

	if (s->server == NULL)
		return;
	server_counters(s->server, &c);
	exposition_sample(x, (double)c.requests, NULL);
}

static void
read_http_dropped(const struct metrics_source *s, struct exposition *x)
{
	struct server_counters c;

	if (s->server == NULL)
		return;
	server_counters(s->server, &c);
	exposition_sample(x, (double)c.hung_up, NULL);
}

/* clang-format off */
const struct metric metrics_of_process[] = {
{ { "bgpd_http_connections", METRIC_GAUGE, NULL,
    "HTTP connections that are open." }, read_http_open, NULL },
{ { "bgpd_http_requests", METRIC_COUNTER, NULL,
    "HTTP requests that were answered." }, read_http_requests, NULL },
{ { "bgpd_http_connections_dropped", METRIC_COUNTER, NULL,
    "HTTP connections that took too long." }, read_http_dropped, NULL },
{ { "process_cpu_seconds", METRIC_COUNTER, "seconds",
    "Time of processors that was used." }, read_cpu, NULL },
{ { "process_resident_memory_bytes", METRIC_GAUGE, "bytes",
    "Resident memory." }, read_resident, NULL },
{ { "process_virtual_memory_bytes", METRIC_GAUGE, "bytes",
    "Virtual memory." }, read_virtual, NULL },
{ { "process_open_fds", METRIC_GAUGE, NULL,
    "Open file descriptors." }, read_descriptors, NULL },
{ { "process_max_fds", METRIC_GAUGE, NULL,
    "File descriptors that may be open." }, read_descriptor_limit, NULL },
{ { "process_start_time_seconds", METRIC_GAUGE, "seconds",
    "When the process started, since 1970." }, read_start, NULL },
{ { NULL, METRIC_GAUGE, NULL, NULL }, NULL, NULL }
};
/* clang-format on */
