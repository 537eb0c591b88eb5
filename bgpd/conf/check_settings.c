/* SPDX-License-Identifier: ISC */
/* check_settings.c - what the settings of one list of statements mean together
 */

/*
 * Here each list of neighbor settings (global, of a mesh, a group or one
 * neighbor) is looked at where it is applied, with all that it inherits.  An
 * error stands at the statement of this list that brought it about; what was
 * inherited was judged before.  RFC 4271 4.2 and 4.4 for the timers, RFC 9687
 * for the send hold timer, RFC 7911 for ADD-PATH.
 */

#include <string.h>

#include "bgpd/conf/check.h"
#include "bgpd/conf/message.h"
#include "bgpd/wire/msg.h"

static bool
is_timer(const struct conf_keyword *row)
{
	return strcmp(row->word, "hold-time") == 0 ||
	    strcmp(row->word, "keepalive") == 0 ||
	    strcmp(row->word, "send-hold") == 0;
}

/* The last statement that sets a timer; NULL: none, or one was refused. */
static const struct conf_word *
timer_find(const struct conf_statement *s)
{
	const struct conf_word *word = NULL;

	for (; s != NULL; s = s->next) {
		if (s->row == NULL || !is_timer(s->row))
			continue;
		if (s->bad)
			return NULL;
		word = &s->words[0];
	}
	return word;
}

static void
timers_check(struct conf_messages *messages,
    const struct conf_settings *settings, const struct conf_statement *list)
{
	const struct conf_word *word = timer_find(list);
	char hold[16], other[16];

	if (word == NULL || settings->hold_time == 0)
		return;
	conf_time_format(settings->hold_time, hold);
	if (settings->keepalive >= settings->hold_time)
		conf_error(messages, word,
		    "keepalive %s is not shorter than hold-time %s",
		    conf_time_format(settings->keepalive, other), hold);
	if (settings->send_hold > 0 &&
	    settings->send_hold <= settings->hold_time)
		conf_error(messages, word,
		    "send-hold %s is not longer than hold-time %s",
		    conf_time_format(settings->send_hold, other), hold);
}

/* A number that nothing obeys would be believed to hold. */
static void
add_path_check(struct conf_messages *messages,
    const struct conf_settings *settings, const struct conf_statement *list)
{
	const struct conf_statement *s;

	if (settings->add_path_max == 0 ||
	    (settings->add_path & ADD_PATH_SEND) != 0)
		return;
	for (s = list; s != NULL; s = s->next)
		if (!s->bad && s->row->store == CONF_STORE_ADD_PATH)
			conf_help(conf_error(messages, &s->words[s->nwords - 1],
				      "'max' counts paths that are sent, and"
				      " none are"),
			    "add-path send, or both");
}

void
conf_check_settings(struct conf_messages *messages,
    const struct conf_settings *settings, const struct conf_statement *list)
{
	timers_check(messages, settings, list);
	add_path_check(messages, settings, list);
	conf_check_tls(messages, settings, list);
}
