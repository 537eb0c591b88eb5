/* SPDX-License-Identifier: ISC */
/* complete_script.c - what makes a shell ask complete.c */

#include <string.h>

#include "bgpctl/complete.h"

static const struct {
	const char *shell, *script;
} scripts[] = {
	{ "bash",
	    "_bgpctl() {\n"
	    "\tlocal IFS=$'\\n'\n"
	    "\tCOMPREPLY=($(bgpctl __complete "
	    "\"${COMP_WORDS[@]:1:COMP_CWORD}\" 2>/dev/null))\n"
	    "\tif [ \"${COMPREPLY[0]}\" = @file ]; then\n"
	    "\t\tCOMPREPLY=()\n"
	    "\t\tcompopt -o default\n"
	    "\tfi\n"
	    "}\n"
	    "complete -F _bgpctl bgpctl\n" },
	{ "zsh",
	    "#compdef bgpctl\n"
	    "_bgpctl() {\n"
	    "\tlocal -a found\n"
	    "\tfound=(\"${(@f)$(bgpctl __complete "
	    "\"${(@)words[2,CURRENT]}\" 2>/dev/null)}\")\n"
	    "\tif [[ $found[1] == @file ]]; then\n"
	    "\t\t_files\n"
	    "\telse\n"
	    "\t\tcompadd -a found\n"
	    "\tfi\n"
	    "}\n"
	    "compdef _bgpctl bgpctl\n" },
	{ "fish",
	    "function __bgpctl_complete\n"
	    "\tset -l words (commandline -opc) (commandline -ct)\n"
	    "\tset -l found (bgpctl __complete $words[2..] 2>/dev/null)\n"
	    "\tif test \"$found[1]\" = @file\n"
	    "\t\t__fish_complete_path (commandline -ct)\n"
	    "\telse\n"
	    "\t\tprintf '%s\\n' $found\n"
	    "\tend\n"
	    "end\n"
	    "complete -c bgpctl -f -a '(__bgpctl_complete)'\n" },
};

int
complete_script(const struct invocation *i)
{
	const char *shell =
	    json_string_value(json_object_get(i->arguments, "shell"));
	size_t n;

	for (n = 0; n < sizeof(scripts) / sizeof(scripts[0]); n++)
		if (strcmp(scripts[n].shell, shell) == 0)
			fputs(scripts[n].script, i->style.out);
	return fflush(i->style.out) == 0 ? SCHEMA_GOOD : SCHEMA_FAILED;
}
