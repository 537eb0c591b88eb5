/* SPDX-License-Identifier: ISC */
/* main.c - the options of bgpctl */

/*
 *	bgpctl [-j] [-s SOCKET] [--watch[=SEC]] [--no-header] [--color=WHEN]
 *	    COMMAND
 *
 * Options may stand anywhere; the rest are the words of a command, which
 * words.c takes apart.  A command's own options (--check, --dry-run,
 * --force, --probe, --undo) are words too and pass through here unseen.  So
 *that a script gets its object whatever is wrong, -j is looked for before
 *anything else.
 *
 * Exit codes: 0 good, 1 failed, 2 usage, 3 daemon not reachable, 4 no such
 * thing, 5 the state asked about is bad, 6 not permitted.
 */

#include <getopt.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "bgpctl/command.h"
#include "bgpctl/complete.h"
#include "bgpctl/invocation.h"

#define WORDS_MAX     64
#define WATCH_DEFAULT 2.0
#define WATCH_LEAST   0.1
#define WATCH_MOST    86400.0

enum colour_choice { COLOUR_AUTO, COLOUR_ALWAYS, COLOUR_NEVER };

enum {
	OPTION_WORD = 256, /* belongs to a command */
	OPTION_COLOUR,
	OPTION_NO_HEADER,
	OPTION_WATCH
};

static const struct option options[] = {
	{ "check", no_argument, NULL, OPTION_WORD },
	{ "color", required_argument, NULL, OPTION_COLOUR },
	{ "dry-run", no_argument, NULL, OPTION_WORD },
	{ "force", no_argument, NULL, OPTION_WORD },
	{ "help", no_argument, NULL, 'h' },
	{ "json", no_argument, NULL, 'j' },
	{ "no-header", no_argument, NULL, OPTION_NO_HEADER },
	{ "probe", no_argument, NULL, OPTION_WORD },
	{ "socket", required_argument, NULL, 's' },
	{ "undo", no_argument, NULL, OPTION_WORD },
	{ "version", no_argument, NULL, 'V' },
	{ "watch", optional_argument, NULL, OPTION_WATCH },
	{ NULL, 0, NULL, 0 },
};

struct line {
	const char *words[WORDS_MAX];
	unsigned int count;
	enum colour_choice colour;
	bool help;
	bool version;
};

static void
usage(FILE *out)
{
	fprintf(out,
	    "usage: bgpctl [-j] [-s SOCKET] [--watch[=SEC]] [--no-header]\n"
	    "              [--color=auto|always|never] COMMAND\n"
	    "       bgpctl --help | --version\n\n");
	words_help(out, command_tree);
}

static void __attribute__((noreturn, format(printf, 2, 3)))
refuse(const struct invocation *in, const char *format, ...)
{
	struct failure failure = { .exit = SCHEMA_USAGE };
	va_list args;

	va_start(args, format);
	vsnprintf(failure.text, sizeof(failure.text), format, args);
	va_end(args);
	snprintf(failure.hint, sizeof(failure.hint), "bgpctl --help");
	exit(invocation_refuse(in, &failure));
}

static enum colour_choice
colour_parse(const struct invocation *in, const char *text)
{
	if (strcmp(text, "auto") == 0)
		return COLOUR_AUTO;
	if (strcmp(text, "always") == 0)
		return COLOUR_ALWAYS;
	if (strcmp(text, "never") == 0)
		return COLOUR_NEVER;
	refuse(in, "--color takes auto, always or never");
}

/* `next` is the word behind it, or NULL. */
static double
watch_parse(const struct invocation *in, const char *text, const char *next)
{
	double seconds;
	char *end;

	if (text == NULL && next != NULL && strspn(next, ".0123456789") > 0 &&
	    next[strspn(next, ".0123456789")] == '\0')
		refuse(in, "--watch takes its seconds behind '=': --watch=%s",
		    next);
	if (text == NULL)
		return WATCH_DEFAULT;
	seconds = strtod(text, &end);
	if (end == text || *end != '\0' || !(seconds >= WATCH_LEAST) ||
	    !(seconds <= WATCH_MOST))
		refuse(in, "--watch takes seconds, 0.1 to 86400");
	return seconds;
}

static void
word_add(const struct invocation *in, struct line *line, const char *word)
{
	if (line->count == WORDS_MAX)
		refuse(in, "too many words");
	line->words[line->count++] = word;
}

/* "--dry-run", also when it was cut short. */
static const char *
option_word(int index)
{
	static const char *const words[] = { "--check", "--dry-run", "--force",
		"--probe", "--undo" };
	size_t i;

	for (i = 0; i < sizeof(words) / sizeof(words[0]); i++)
		if (strcmp(words[i] + 2, options[index].name) == 0)
			return words[i];
	return NULL;
}

static bool
wants_json(int argc, char **argv)
{
	int i;

	for (i = 1; i < argc; i++)
		if (strcmp(argv[i], "-j") == 0 ||
		    strcmp(argv[i], "--json") == 0)
			return true;
	return false;
}

/* getopt_long says in optopt what it minds, if that is a letter. */
static void __attribute__((noreturn))
option_refuse(const struct invocation *in, int c, const char *word)
{
	if (c == ':')
		refuse(in, "option '%s' needs a value", word);
	if (optopt >= OPTION_WORD || (optopt != 0 && word[1] == '-'))
		refuse(in, "option '%s' takes no value", word);
	if (optopt != 0)
		refuse(in, "unknown option '-%c'", optopt);
	refuse(in, "unknown option '%s'", word);
}

static void
options_parse(int argc, char **argv, struct invocation *in, struct line *line)
{
	int c, index;

	opterr = 0;
	/* '-': words come in their order, as options with the code 1. */
	while (
	    (c = getopt_long(argc, argv, "-:hjs:V", options, &index)) != -1) {
		switch (c) {
		case 1: word_add(in, line, optarg); break;
		case 'h': line->help = true; break;
		case 'j': in->json = true; break;
		case 's': in->socket = optarg; break;
		case 'V': line->version = true; break;
		case OPTION_WORD: word_add(in, line, option_word(index)); break;
		case OPTION_COLOUR:
			line->colour = colour_parse(in, optarg);
			break;
		case OPTION_NO_HEADER: in->style.header = false; break;
		case OPTION_WATCH:
			in->watch = watch_parse(in, optarg, argv[optind]);
			break;
		default: option_refuse(in, c, argv[optind - 1]);
		}
	}
	for (; optind < argc; optind++)
		word_add(in, line, argv[optind]);
}

static void
style_judge(struct style *style, enum colour_choice colour)
{
	const char *term = getenv("TERM"), *no = getenv("NO_COLOR");
	struct winsize size;

	style->terminal = isatty(STDOUT_FILENO) == 1;
	if (style->terminal && ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0)
		style->width = size.ws_col;
	style->colour = style->terminal && (no == NULL || no[0] == '\0') &&
	    term != NULL && strcmp(term, "dumb") != 0;
	if (colour != COLOUR_AUTO)
		style->colour = colour == COLOUR_ALWAYS;
}

/* `help` and --help want the list, no daemon. */
static bool
wants_help(const struct line *line)
{
	return line->help ||
	    (line->count > 0 && strcmp(line->words[0], "help") == 0);
}

static int
run(struct invocation *in)
{
	in->check = json_object_del(in->arguments, "check") == 0;
	if (in->verb->run != NULL)
		return in->verb->run(in);
	if (in->watch > 0 && in->verb->acts)
		refuse(in, "what changes something cannot be watched");
	if (in->watch > 0)
		return invocation_watch(in);
	return invocation_run(in);
}

int
main(int argc, char **argv)
{
	struct invocation in = { .socket = BGPD_SOCKET_PATH };
	struct line line = { .colour = COLOUR_AUTO };
	struct words_result result;
	int code;

	in.style.header = true;
	in.style.out = stdout;
	/* A line that a shell asks about is not ours: no option of it counts.
	 */
	if (argc > 2 && strcmp(argv[1], "__complete") == 0) {
		complete_print(stdout, command_tree, (unsigned int)argc - 2,
		    (const char *const *)argv + 2, in.socket);
		return SCHEMA_GOOD;
	}
	in.json = wants_json(argc, argv);
	options_parse(argc, argv, &in, &line);
	if (wants_help(&line)) {
		usage(stdout);
		return SCHEMA_GOOD;
	}
	if (line.version) {
		printf("bgpctl %s\n", PACKAGE_VERSION);
		return SCHEMA_GOOD;
	}
	words_parse(command_tree, line.count, line.words, &result);
	if (result.verb == NULL)
		refuse(&in, "%s", result.problem);
	in.verb = result.verb;
	in.arguments = result.arguments;
	style_judge(&in.style, line.colour);
	code = run(&in);
	json_decref(in.arguments);
	return code;
}
