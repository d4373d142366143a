/* peak-memory PROGRAM ARGUMENT…: runs it, without its output, and prints what it had of memory at most, in KiB. Whoever starts a
 * program lends it its own peak until exec: so it is started by something as small as this. */
#include <fcntl.h>
#include <stdio.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

int main(int argc, char **argv)
{
	struct rusage usage;
	int status;
	pid_t child = fork();

	if (child == 0) {
		dup2(open("/dev/null", O_WRONLY), STDOUT_FILENO);
		execv(argv[1], argv + 1);
		_exit(127);
	}
	if (child < 0 || wait4(child, &status, 0, &usage) < 0 || status)
		return 1;
	printf("%ld\n", usage.ru_maxrss);
	return 0;
}
