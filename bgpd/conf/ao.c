/* SPDX-License-Identifier: ISC */
/* ao.c - the keys of the TCP Authentication Option */

/*
 * A key has an identifier, an algorithm and a secret (RFC 5925 3.1, RFC 5926
 * 3); a file has one key a line, two at most: the one to use, and the one that
 * others still use while a rotation is under way.  The secret is the rest of
 * its line, blanks included.  Lines that are empty or begin with # are none.
 *
 * Whether the option can be had is the running kernel's to say: it is asked,
 * with a socket that connects to nobody.
 */
#include "bgpd/conf/ao.h"

#include <sys/socket.h>

#include <errno.h>
#include <netinet/in.h>
#include <string.h>
#include <unistd.h>

#include "rib/text.h"

/* Of include/uapi/linux/tcp.h, since Linux 6.7. */
#define TCP_AO_INFO_OPTION 40

static const char *const algorithms[CONF_MAC_MAX] = {
	[CONF_MAC_HMAC_SHA1] = "hmac-sha1",
	[CONF_MAC_AES_128_CMAC] = "aes-128-cmac",
};

/* The word up to a blank, cut off; *text goes on behind it. */
static const char *
word_cut(char **text)
{
	char *word = *text, *end = word + strcspn(word, " \t");

	if (*end != '\0')
		*end++ = '\0';
	*text = end;
	return word;
}

static const char *
key_parse(char *line, struct conf_ao_key *key)
{
	const char *id = word_cut(&line), *name = word_cut(&line);
	uint32_t number;

	if (!text_number(&id, UINT8_MAX, &number) || *id != '\0')
		return "a line does not begin with a KeyID from 0 to 255, as "
		       "in: 1 hmac-sha1 SECRET";
	key->id = (uint8_t)number;
	while (
	    key->mac < CONF_MAC_MAX && strcmp(algorithms[key->mac], name) != 0)
		key->mac++;
	if (key->mac == CONF_MAC_MAX)
		return "an algorithm is neither hmac-sha1 nor aes-128-cmac, "
		       "as in: 1 hmac-sha1 SECRET";
	if (*line == '\0')
		return "a line has no secret, as in: 1 hmac-sha1 SECRET";
	if (strlen(line) >= sizeof(key->secret))
		return "a secret has more than 80 octets";
	strcpy(key->secret, line);
	return NULL;
}

const char *
conf_ao_parse(char *text, struct conf_ao *ao)
{
	const char *why = NULL;
	char *line, *rest;

	memset(ao, 0, sizeof(*ao));
	for (line = strtok_r(text, "\r\n", &rest); line != NULL && why == NULL;
	     line = strtok_r(NULL, "\r\n", &rest)) {
		if (*line == '#')
			continue;
		if (ao->count == CONF_AO_MAX)
			return "it has more than two keys";
		why = key_parse(line, &ao->keys[ao->count++]);
	}
	if (why == NULL && ao->count == 0)
		why = "there is no key in it";
	if (why == NULL && ao->count == 2 && ao->keys[0].id == ao->keys[1].id)
		why = "its two keys have one KeyID";
	return why;
}

const char *
conf_ao_refusal(void)
{
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0), error = 0;
	char info[64] = { 0 };
	socklen_t length = sizeof(info);

	if (fd == -1)
		return NULL;
	/* The option is known when only its keys are missing. */
	if (getsockopt(fd, IPPROTO_TCP, TCP_AO_INFO_OPTION, info, &length) != 0)
		error = errno;
	close(fd);
	return error == ENOPROTOOPT || error == EOPNOTSUPP
	    ? "this kernel has no TCP-AO (Linux 6.7 and later have it, where "
	      "built with CONFIG_TCP_AO)"
	    : NULL;
}

bool
conf_ao_equal(const struct conf_ao *a, const struct conf_ao *b)
{
	return memcmp(a, b, sizeof(*a)) == 0;
}
