/* SPDX-License-Identifier: ISC */
/* table.c - routing tables by name */

/*
 * The kernel knows tables by number.  Their names are iproute2's, in files
 * that `ip rule` and `ip route` read: a number and a name a line, comments
 * behind #.  A config may name its table so; it is looked for when the config
 * is read, in the same files and the same order, and only the number is kept.
 *
 * The local table is the kernel's own, whatever it is called.
 */

#include "bgpd/conf/table.h"

#include <glob.h>
#include <stdlib.h>
#include <string.h>

#include "bgpd/conf/message.h"

#define TABLE_LOCAL 255u /* RT_TABLE_LOCAL */
#define FILE_MAX    65536u

static const char *const places[] = {
	"/etc/iproute2/rt_tables",
	"/etc/iproute2/rt_tables.d/*.conf",
	"/usr/share/iproute2/rt_tables",
	"/usr/share/iproute2/rt_tables.d/*.conf",
};

static const char *
blanks_skip(const char *at)
{
	return at + strspn(at, " \t");
}

/* "100 blue", "0x64 blue # for guests" */
static bool
line_is_of(const char *line, const char *name, uint32_t *number)
{
	size_t length = strlen(name);
	unsigned long value;
	char *end;

	line = blanks_skip(line);
	if (strspn(line, "0123456789") == 0)
		return false;
	value = strtoul(line, &end, line[1] == 'x' ? 16 : 10);
	if (value == 0 || value > UINT32_MAX || blanks_skip(end) == end)
		return false;
	line = blanks_skip(end);
	if (strcspn(line, " \t\r\n#") != length ||
	    memcmp(line, name, length) != 0)
		return false;
	*number = (uint32_t)value;
	return true;
}

bool
conf_table_find(const char *text, const char *name, uint32_t *number)
{
	while (*text != '\0') {
		if (line_is_of(text, name, number))
			return true;
		text += strcspn(text, "\n");
		text += *text == '\n';
	}
	return false;
}

static bool
file_has(const char *path, const char *name, uint32_t *number)
{
	FILE *in = fopen(path, "re");
	char text[FILE_MAX];
	size_t length;

	if (in == NULL)
		return false;
	length = fread(text, 1, sizeof(text) - 1, in);
	fclose(in);
	text[length] = '\0';
	return conf_table_find(text, name, number);
}

static bool
files_have(const char *name, uint32_t *number)
{
	bool found = false;
	size_t i, j;
	glob_t files;

	for (i = 0; i < sizeof(places) / sizeof(*places) && !found; i++) {
		if (glob(places[i], 0, NULL, &files) != 0)
			continue;
		for (j = 0; j < files.gl_pathc && !found; j++)
			found = file_has(files.gl_pathv[j], name, number);
		globfree(&files);
	}
	return found;
}

static void
table_settle(
    struct conf_build *b, const struct conf_value *table, bool from_disk)
{
	uint32_t *number = &b->conf->fib.table;

	if (table->type == CONF_TYPE_NAME &&
	    !(from_disk && files_have(table->word->text, number)))
		conf_help(conf_error(b->messages, table->word,
			      "there is no table '%.60s' in %s",
			      table->word->text, places[0]),
		    "`table` takes main, a number, or a name from there");
	else if (*number == TABLE_LOCAL)
		conf_error(b->messages, table->word,
		    "table %u is the kernel's own, 'local'", TABLE_LOCAL);
}

void
conf_table_settle(struct conf_build *b, bool from_disk)
{
	const struct conf_statement *s, *inner;

	for (s = b->root; s != NULL; s = s->next) {
		if (s->bad || s->row->store != CONF_STORE_FIB)
			continue;
		for (inner = s->first; inner != NULL; inner = inner->next)
			if (!inner->bad &&
			    inner->row->store == CONF_STORE_TABLE)
				table_settle(b, &inner->values[0], from_disk);
	}
}
