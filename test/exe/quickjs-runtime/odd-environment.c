/* Starts the program in the first argument with an environment that no shell can create. */
#define _GNU_SOURCE
#include <string.h>
#include <unistd.h>

int main(int argc, char **argv)
{
	static char huge[100000] = "TEST_HUGE=";
	char *odd[] = { "TEST_TWICE=first", "TEST_TWICE=second", "TEST_NO_VALUE", "",
			"TEST_NO_TEXT=\xff\xc3", "__proto__=own", huge };
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
