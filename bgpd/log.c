/* SPDX-License-Identifier: ISC */
/* log.c - one line a fact */
/*
 * In come a level and a sentence; out goes one line in one write, as text,
 * logfmt or JSON.  Under the journal (JOURNAL_STREAM names our descriptor)
 * text carries the level as `<N>` and no time, because the journal keeps
 * both itself.
 *
 * The log may be a pipe that nobody reads, a full disk or a stopped
 * terminal, and sessions must not wait for it.  The descriptor is shared
 * with whoever started us, so it is not made non-blocking; it is asked by
 * poll first, and a line is never longer than a pipe that is ready takes at
 * once (PIPE_BUF).  What could not be written is counted, and the next line
 * that gets through is preceded by the number.
 *
 * Control characters are written as escapes, so that a line stays a line
 * whatever it quotes.  log_limited keeps a small table of keys; a key that
 * makes room for another one has its count said first.  More keys at once
 * than the table holds may do so CROWD_LINES times in a window: a fabric that
 * fails is told in full, a hundred neighbours that flap do not fill the disk.
 */
#include "bgpd/log.h"

#include <err.h>
#include <errno.h>
#include <inttypes.h>
#include <limits.h>
#include <poll.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#define LINE_SIZE      2048 /* escaped, with all around it: < PIPE_BUF */
#define LINE_END       8    /* kept free for closing quotes and newline */
#define MESSAGE_SIZE   1536
#define LIMIT_KEYS     64
#define LIMIT_KEY_SIZE 64
#define LIMIT_WINDOW   10000 /* ms */
#define CROWD_LINES    2000  /* in a window, of keys beyond LIMIT_KEYS */

_Static_assert(LINE_SIZE <= PIPE_BUF, "a line must fit a ready pipe");

struct limit {
	char key[LIMIT_KEY_SIZE]; /* "": free */
	enum conf_level level;
	int64_t until;
	unsigned int left_out;
};

struct log {
	int fd;
	bool socket;
	bool journal;
	enum conf_level level;
	enum conf_log_form form;
	uint64_t lost;
	struct limit limits[LIMIT_KEYS];
	struct limit crowd; /* counts what keys without a place leave out */
	unsigned int crowd_lines;
};

/* A line being made; what does not fit is left off. */
struct line {
	char at[LINE_SIZE];
	size_t length;
};

static const struct {
	const char *word;
	char priority; /* syslog's, as the journal reads it */
} levels[] = { [CONF_ERROR] = { "error", '3' },
	[CONF_WARN] = { "warn", '4' },
	[CONF_INFO] = { "info", '6' },
	[CONF_DEBUG] = { "debug", '7' } };

/* systemd.exec(5): the device and inode of the stream, in decimal. */
static bool
is_journal(const struct stat *st)
{
	const char *stream = getenv("JOURNAL_STREAM");
	uintmax_t device, inode;

	return stream != NULL &&
	    sscanf(stream, "%ju:%ju", &device, &inode) == 2 &&
	    device == st->st_dev && inode == st->st_ino;
}

struct log *
log_new(int fd)
{
	struct log *log = calloc(1, sizeof(*log));
	struct stat st;

	if (log == NULL)
		err(1, "log");
	log->fd = fd;
	log->level = CONF_INFO;
	if (fstat(fd, &st) == 0) {
		log->socket = S_ISSOCK(st.st_mode);
		log->journal = is_journal(&st);
	}
	return log;
}

void
log_free(struct log *log)
{
	free(log);
}

void
log_set(struct log *log, enum conf_level level, enum conf_log_form form)
{
	log->level = level;
	log->form = form;
}

enum conf_level
log_level(const struct log *log)
{
	return log->level;
}

/* Adds a piece whole or not at all; room is left for what ends the line. */
static void
line_add(struct line *l, const char *text)
{
	size_t length = strlen(text);

	if (length > sizeof(l->at) - LINE_END - l->length)
		return;
	memcpy(l->at + l->length, text, length);
	l->length += length;
}

/* The same without what would end the line, or the quotes around it. */
static void
line_add_escaped(struct line *l, const char *text, bool quoted)
{
	char piece[8];

	for (; *text != '\0'; text++) {
		unsigned char c = (unsigned char)*text;

		if (c < 0x20 || c == 0x7f)
			snprintf(piece, sizeof(piece), "\\u%04x", c);
		else if (quoted && (c == '"' || c == '\\'))
			snprintf(piece, sizeof(piece), "\\%c", c);
		else
			snprintf(piece, sizeof(piece), "%c", c);
		line_add(l, piece);
	}
}

/* RFC 3339 in UTC, to the millisecond. */
static void
line_add_time(struct line *l)
{
	char text[40], day[24] = "";
	struct timespec now;
	struct tm tm;

	clock_gettime(CLOCK_REALTIME, &now);
	if (gmtime_r(&now.tv_sec, &tm) != NULL)
		strftime(day, sizeof(day), "%Y-%m-%dT%H:%M:%S", &tm);
	snprintf(text, sizeof(text), "%s.%03ldZ", day, now.tv_nsec / 1000000);
	line_add(l, text);
}

static void
line_text(const struct log *log, struct line *l, enum conf_level level,
    const char *message)
{
	char priority[] = { '<', levels[level].priority, '>', '\0' };

	if (log->journal) {
		line_add(l, priority);
	} else {
		line_add_time(l);
		line_add(l, " ");
		line_add(l, levels[level].word);
		line_add(l, ": ");
	}
	line_add_escaped(l, message, false);
}

static void
line_logfmt(const struct log *log, struct line *l, enum conf_level level,
    const char *message)
{
	line_add(l, "time=");
	line_add_time(l);
	line_add(l, " level=");
	line_add(l, levels[level].word);
	line_add(l, " msg=\"");
	line_add_escaped(l, message, true);
	l->at[l->length++] = '"';
}

static void
line_json(const struct log *log, struct line *l, enum conf_level level,
    const char *message)
{
	line_add(l, "{\"time\":\"");
	line_add_time(l);
	line_add(l, "\",\"level\":\"");
	line_add(l, levels[level].word);
	line_add(l, "\",\"msg\":\"");
	line_add_escaped(l, message, true);
	l->at[l->length++] = '"';
	l->at[l->length++] = '}';
}

typedef void line_maker(
    const struct log *, struct line *, enum conf_level, const char *);

static line_maker *const forms[] = { [CONF_LOG_TEXT] = line_text,
	[CONF_LOG_LOGFMT] = line_logfmt,
	[CONF_LOG_JSON] = line_json };

/* False when it could not be written whole, now. */
static bool
line_write(const struct log *log, const struct line *l)
{
	struct pollfd ready = { .fd = log->fd, .events = POLLOUT };
	ssize_t n;

	if (log->socket) {
		n = send(
		    log->fd, l->at, l->length, MSG_DONTWAIT | MSG_NOSIGNAL);
	} else {
		if (poll(&ready, 1, 0) != 1 || !(ready.revents & POLLOUT))
			return false;
		n = write(log->fd, l->at, l->length);
	}
	return n == (ssize_t)l->length;
}

static void
log_line(struct log *log, enum conf_level level, const char *message)
{
	struct line l;

	l.length = 0;
	forms[log->form](log, &l, level, message);
	l.at[l.length++] = '\n';
	if (!line_write(log, &l))
		log->lost++;
}

/* The count goes first; while it does not get through, nothing else would. */
static void
log_write(struct log *log, enum conf_level level, const char *message)
{
	uint64_t lost = log->lost;
	char text[64];

	if (lost > 0) {
		snprintf(text, sizeof(text),
		    "log: %" PRIu64 " lines could not be written", lost);
		log->lost = 0;
		log_line(log, CONF_WARN, text);
		if (log->lost > 0) {
			log->lost = lost + 1;
			return;
		}
	}
	log_line(log, level, message);
}

static void __attribute__((format(printf, 3, 0))) log_format(
    struct log *log, enum conf_level level, const char *format, va_list args)
{
	char message[MESSAGE_SIZE];
	int saved = errno;

	if (level <= log->level) {
		vsnprintf(message, sizeof(message), format, args);
		log_write(log, level, message);
	}
	errno = saved;
}

static void
limit_say(struct log *log, struct limit *slot)
{
	char text[LIMIT_KEY_SIZE + 64];

	if (slot->left_out == 0)
		return;
	snprintf(text, sizeof(text), "%s: %u more lines like it left out",
	    slot->key, slot->left_out);
	log_write(log, slot->level, text);
	slot->left_out = 0;
}

static bool
crowd_has_room(struct log *log, enum conf_level level, int64_t now)
{
	struct limit *crowd = &log->crowd;

	if (crowd->until <= now) {
		limit_say(log, crowd);
		*crowd =
		    (struct limit){ "others", level, now + LIMIT_WINDOW, 0 };
		log->crowd_lines = 0;
	}
	return log->crowd_lines++ < CROWD_LINES;
}

/* The slot of a key; a new key takes the one that ran out first. */
static struct limit *
limit_find(struct log *log, enum conf_level level, const char *key, int64_t now)
{
	struct limit *slot, *oldest = &log->limits[0];

	for (slot = log->limits; slot < log->limits + LIMIT_KEYS; slot++) {
		if (strncmp(slot->key, key, sizeof(slot->key) - 1) == 0)
			return slot;
		if (slot->until < oldest->until)
			oldest = slot;
	}
	if (oldest->until > now && !crowd_has_room(log, level, now))
		return &log->crowd;
	limit_say(log, oldest);
	*oldest = (struct limit){ .level = level };
	snprintf(oldest->key, sizeof(oldest->key), "%s", key);
	return oldest;
}

void
log_limited(struct log *log, enum conf_level level, const char *key,
    int64_t now, const char *format, ...)
{
	struct limit *slot;
	va_list args;

	if (level > log->level)
		return;
	slot = limit_find(log, level, key, now);
	if (slot->until > now) {
		slot->left_out++;
		return;
	}
	limit_say(log, slot);
	slot->until = now + LIMIT_WINDOW;
	va_start(args, format);
	log_format(log, level, format, args);
	va_end(args);
}

void
log_error(struct log *log, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	log_format(log, CONF_ERROR, format, args);
	va_end(args);
}

void
log_warn(struct log *log, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	log_format(log, CONF_WARN, format, args);
	va_end(args);
}

void
log_info(struct log *log, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	log_format(log, CONF_INFO, format, args);
	va_end(args);
}

void
log_debug(struct log *log, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	log_format(log, CONF_DEBUG, format, args);
	va_end(args);
}
