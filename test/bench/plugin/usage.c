/* usage PROGRAM ARGUMENT…: runs PROGRAM with its output discarded. Prints its peak memory in KiB and its CPU time in microseconds,
 * including that of the programs it runs. Until exec, a child's peak is that of its parent, so this program is kept small. */
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
	printf("%ld %ld\n", usage.ru_maxrss,
	       1000000 * (usage.ru_utime.tv_sec + usage.ru_stime.tv_sec) + usage.ru_utime.tv_usec + usage.ru_stime.tv_usec);
	return 0;
}
