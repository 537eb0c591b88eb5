/* SPDX-License-Identifier: ISC */
/* credentials.c - certificates and keys in use, and how long they last */
/*
 * Neighbors that name the same files share what is made of them.  New contents
 * take the place of the old ones at once and for new connections only; no
 * session ends because its certificate was renewed.  Contents that cannot be
 * used, because they are half written or no certificate, change nothing; that
 * is said once, and they are read again when the files change again.
 *
 * Files are watched through their folders, since whoever renews them puts new
 * ones in their place, by rename as a careful program does, or by turning a
 * link as Kubernetes does.  Several files change together, so they are read a
 * moment later.  When the folder cannot be watched, a reload does it.
 *
 * A certificate that ends within a fortnight is said once a day.
 */
#include "bgpd/credentials.h"

#include <sys/inotify.h>

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "rib/bytes_hash.h"
#include "rib/mem.h"

#define SETTLE_TIME 500                    /* ms, for all files to be there */
#define LOOK_TIME   ((int64_t)3600 * 1000) /* ms */
#define SAY_TIME    ((int64_t)24 * 3600)   /* s */
#define SOON        ((int64_t)14 * 24 * 3600) /* s */
#define CHANGES     (IN_CLOSE_WRITE | IN_MOVED_TO | IN_CREATE | IN_ATTRIB)

struct set {
	struct conf_tls files; /* names are owned */
	struct io_credentials *made;
	uint64_t contents; /* of the last reading, see mark_of */
	bool loaded;
	bool wanted;
	char *fault; /* or NULL */
	uint64_t loads;
	int64_t said_at; /* that it ends soon, s; 0: never */
};

struct credentials {
	struct io *io;
	struct log *log;
	struct set *sets;
	size_t count;
	struct io_timer *settle;
	bool settling; /* it runs */
	struct io_timer *look;
	int inotify; /* -1: none */
	struct io_watch *watch;
};

/* ---- a set ------------------------------------------------------------- */

/* Two readings of one mark are taken for the same. */
static uint64_t
mark_of(const struct identity_texts *texts)
{
	uint64_t mark = 1;
	enum identity_file file;

	for (file = 0; file < IDENTITY_FILE_MAX; file++)
		mark = (mark << 32 | mark >> 32) ^
		    (uint64_t)bytes_hash(mark, texts->file[file].data,
			texts->file[file].length) *
			UINT64_C(0x9e3779b97f4a7c15);
	return mark;
}

static const char *
file_of(const struct set *s, enum identity_file file)
{
	switch (file) {
	case IDENTITY_CA: return s->files.ca;
	case IDENTITY_CERTIFICATE: return s->files.certificate;
	case IDENTITY_KEY: return s->files.key;
	case IDENTITY_CRL: return s->files.crl;
	case IDENTITY_FILE_MAX: break;
	}
	return "";
}

static void
set_refuse(
    struct credentials *c, struct set *s, const struct identity_fault *fault)
{
	char *text = xasprintf("%s: %s", file_of(s, fault->file), fault->text);

	if (s->fault == NULL || strcmp(s->fault, text) != 0)
		log_error(c->log, "tls: %s%s", text,
		    s->loaded ? "; what was in use stays" : "");
	free(s->fault);
	s->fault = text;
}

static void
date_format(int64_t at, char buf[16])
{
	time_t t = at;
	struct tm tm;

	if (gmtime_r(&t, &tm) == NULL ||
	    strftime(buf, 16, "%Y-%m-%d", &tm) == 0)
		buf[0] = '\0';
}

static void
set_say_end(struct credentials *c, struct set *s)
{
	struct io_certificate own;
	int64_t now = time(NULL);
	char date[16];

	if (!c->io->ops->tls->credentials_show(s->made, &own) ||
	    own.expires - now > SOON ||
	    (s->said_at != 0 && now - s->said_at < SAY_TIME))
		return;
	s->said_at = now;
	date_format(own.expires, date);
	if (own.expires < now)
		log_error(c->log, "tls: %s expired on %s: nobody takes it",
		    s->files.certificate, date);
	else
		log_warn(c->log,
		    "tls: %s expires on %s, in %lld days: it should be renewed",
		    s->files.certificate, date,
		    (long long)((own.expires - now) / (24 * 3600)));
}

static void
set_loaded(struct credentials *c, struct set *s)
{
	struct io_certificate own;
	char date[16];

	c->io->ops->tls->credentials_show(s->made, &own);
	date_format(own.expires, date);
	log_info(c->log, "tls: %s %s: %s, until %s", s->files.certificate,
	    s->loaded ? "changed" : "loaded", own.subject, date);
	s->loaded = true;
	s->loads++;
	s->said_at = 0;
	set_say_end(c, s);
}

static void
set_load(struct credentials *c, struct set *s)
{
	struct identity_texts texts;
	struct identity_fault fault;
	uint64_t mark;
	bool good = conf_tls_read(&s->files, &texts, &fault);

	mark = good ? mark_of(&texts) : 0;
	if (!good) {
		set_refuse(c, s, &fault);
	} else if (!s->loaded || mark != s->contents) {
		good =
		    c->io->ops->tls->credentials_load(s->made, &texts, &fault);
		if (good)
			set_loaded(c, s);
		else
			set_refuse(c, s, &fault);
	}
	conf_tls_texts_clear(&texts);
	if (!good)
		return;
	s->contents = mark;
	free(s->fault);
	s->fault = NULL;
}

static char *
text_copy(const char *text)
{
	return text == NULL ? NULL : xstrdup(text);
}

static void
set_clear(struct credentials *c, struct set *s)
{
	c->io->ops->tls->credentials_unref(s->made);
	free(s->files.ca);
	free(s->files.certificate);
	free(s->files.key);
	free(s->files.crl);
	free(s->fault);
}

/* ---- files that change ------------------------------------------------- */

static void
folder_watch(struct credentials *c, const char *file)
{
	char *folder = xstrdup(file), *slash = strrchr(folder, '/');

	slash[slash == folder] = '\0';
	if (inotify_add_watch(c->inotify, folder, CHANGES) == -1)
		log_warn(c->log,
		    "tls: %s cannot be watched for changes (%s): reload when "
		    "its files have changed",
		    folder, strerror(errno));
	free(folder);
}

static void
set_watch(struct credentials *c, const struct set *s)
{
	enum identity_file file;

	if (c->inotify == -1)
		return;
	for (file = 0; file < IDENTITY_FILE_MAX; file++)
		if (file_of(s, file) != NULL && file_of(s, file)[0] == '/')
			folder_watch(c, file_of(s, file));
}

static void
files_changed(void *arg)
{
	struct credentials *c = arg;
	char waste[4096];

	while (read(c->inotify, waste, sizeof(waste)) > 0)
		;
	/* A folder in which something always happens is read all the same. */
	if (!c->settling)
		c->io->ops->timer_set(
		    c->settle, c->io->ops->now(c->io) + SETTLE_TIME);
	c->settling = true;
}

static void
files_settled(void *arg)
{
	struct credentials *c = arg;
	size_t i;

	c->settling = false;
	for (i = 0; i < c->count; i++)
		set_load(c, &c->sets[i]);
}

static void
look(void *arg)
{
	struct credentials *c = arg;
	size_t i;

	for (i = 0; i < c->count; i++)
		set_say_end(c, &c->sets[i]);
	c->io->ops->timer_set(c->look, c->io->ops->now(c->io) + LOOK_TIME);
}

/* Folders that are of no use any more go with the descriptor. */
static void
watch_anew(struct credentials *c)
{
	if (c->watch != NULL)
		c->io->ops->unwatch(c->watch);
	if (c->inotify != -1)
		close(c->inotify);
	c->watch = NULL;
	c->inotify = -1;
	if (c->count == 0)
		return;
	c->inotify = inotify_init1(IN_NONBLOCK | IN_CLOEXEC);
	if (c->inotify == -1)
		log_warn(c->log,
		    "tls: files cannot be watched for changes (%s): reload "
		    "when they have changed",
		    strerror(errno));
	else
		c->watch =
		    c->io->ops->watch(c->io, c->inotify, files_changed, c);
}

/* ---- all of them ------------------------------------------------------- */

struct credentials *
credentials_new(struct io *io, struct log *log)
{
	struct credentials *c = xcalloc(1, sizeof(*c));

	c->io = io;
	c->log = log;
	c->inotify = -1;
	c->settle = io->ops->timer_new(io, files_settled, c);
	c->look = io->ops->timer_new(io, look, c);
	return c;
}

void
credentials_free(struct credentials *c)
{
	size_t i;

	if (c == NULL)
		return;
	for (i = 0; i < c->count; i++)
		set_clear(c, &c->sets[i]);
	c->count = 0;
	watch_anew(c);
	c->io->ops->timer_free(c->settle);
	c->io->ops->timer_free(c->look);
	free(c->sets);
	free(c);
}

static struct set *
set_find(const struct credentials *c, const struct conf_tls *tls)
{
	size_t i;

	for (i = 0; i < c->count; i++)
		if (conf_tls_same_files(&c->sets[i].files, tls))
			return &c->sets[i];
	return NULL;
}

static void
set_want(struct credentials *c, const struct conf_tls *tls)
{
	struct set *s = set_find(c, tls);

	if (s == NULL) {
		c->sets = xreallocarray(c->sets, c->count + 1, sizeof(*s));
		s = &c->sets[c->count++];
		*s = (struct set){ .files = { .ca = text_copy(tls->ca),
				       .certificate =
					   text_copy(tls->certificate),
				       .key = text_copy(tls->key),
				       .crl = text_copy(tls->crl) } };
		s->made = c->io->ops->tls->credentials_new();
	}
	s->wanted = true;
}

static void
sets_sweep(struct credentials *c)
{
	size_t i, n = 0;

	for (i = 0; i < c->count; i++)
		if (c->sets[i].wanted)
			c->sets[n++] = c->sets[i];
		else
			set_clear(c, &c->sets[i]);
	c->count = n;
}

void
credentials_configure(struct credentials *c, const struct conf *conf)
{
	const struct conf_tls *tls;
	size_t i;

	if (c->io->ops->tls == NULL)
		return;
	for (i = 0; i < c->count; i++)
		c->sets[i].wanted = false;
	for (i = 0; i < conf->nneighbors; i++) {
		tls = &conf->neighbors[i].settings.tls;
		if (tls->on)
			set_want(c, tls);
	}
	sets_sweep(c);
	watch_anew(c);
	/* Watched first: a change after the reading is not missed. */
	for (i = 0; i < c->count; i++) {
		set_watch(c, &c->sets[i]);
		set_load(c, &c->sets[i]);
	}
	if (c->count > 0)
		look(c);
	else
		c->io->ops->timer_stop(c->look);
}

struct io_credentials *
credentials_find(const struct credentials *c, const struct conf_tls *tls)
{
	const struct set *s = set_find(c, tls);

	return s != NULL && s->loaded ? s->made : NULL;
}

bool
credentials_walk(
    const struct credentials *c, size_t *cursor, struct credentials_view *v)
{
	const struct set *s;

	if (*cursor >= c->count)
		return false;
	s = &c->sets[(*cursor)++];
	*v = (struct credentials_view){ .file = s->files.certificate,
		.loaded = s->loaded,
		.fault = s->fault,
		.loads = s->loads };
	if (!c->io->ops->tls->credentials_show(s->made, &v->own))
		return true;
	v->left = v->own.expires - time(NULL);
	v->expires_soon = v->left <= SOON;
	return true;
}
