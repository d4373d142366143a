/* Starts a program, whose path is the first argument, with an environment such as no shell makes. */
#define _GNU_SOURCE
#include <string.h>
#include <unistd.h>

int main(int argc, char **argv)
{
	static char huge[100000] = "HOST_HUGE=";
	char *odd[] = { "HOST_TWICE=first", "HOST_TWICE=second", "HOST_NO_VALUE", "",
			"HOST_NO_TEXT=\xff\xc3", "__proto__=own", huge };
	enum { ODD = sizeof odd / sizeof *odd, MOST = 1000 };
	char *all[MOST + ODD + 1];
	int count = 0;

	for (memset(huge + strlen(huge), 'x', sizeof huge - strlen(huge) - 1); environ[count] && count < MOST; count++)
		all[count] = environ[count];
	memcpy(all + count, odd, sizeof odd);
	all[count + ODD] = NULL;
	execve(argv[1], argv + 1, all);
	return 127;
}
