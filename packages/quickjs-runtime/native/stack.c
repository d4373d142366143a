/*
 * The stack. The kernel grows it on use, and kills the process with SIGSEGV if a limit forbids that. So all of it is claimed at the
 * start, when a lack of it can still be reported, and its size is passed to QuickJS.
 */
#include <alloca.h>
#include <string.h>
#include <sys/auxv.h>
#include <sys/mman.h>
#include <sys/resource.h>

#include "runtime.h"

static const size_t
	wanted = 5 << 20, /* of the usual limit of 8 MiB; JSON nested 10,000 levels deep takes about 4 */
	least = 256 << 10,
	spare = 64 << 10; /* for the kernel's rounding, and for calls from here */

static uintptr_t bottom;

/* Returns the end of the stack. The kernel puts eight bytes after the program's path there. */
static uintptr_t top(void)
{
	const char *path = (const char *)getauxval(AT_EXECFN);

	return path ? (uintptr_t)path + strlen(path) + 1 + 8 : 0;
}

/* Returns the size that RLIMIT_STACK allows, less arguments and environment. */
static size_t allowed(void)
{
	struct rlimit limit;
	uintptr_t here = (uintptr_t)__builtin_frame_address(0);
	size_t used = (top() > here ? top() - here : 0) + spare;

	if (getrlimit(RLIMIT_STACK, &limit) < 0 || limit.rlim_cur == RLIM_INFINITY)
		return wanted;
	if (limit.rlim_cur < used)
		return 0;
	return limit.rlim_cur - used < wanted ? limit.rlim_cur - used : wanted;
}

/* True if RLIMIT_AS and the overcommit policy allow this size. A mapping fails where growing the stack would be fatal. */
static bool is_available(size_t size)
{
	void *at = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	if (at == MAP_FAILED)
		return false;
	munmap(at, size);
	return true;
}

/* Touches the stack. Older kernels refuse accesses far below the stack pointer, so this moves it. */
static void __attribute__((noinline)) claim(size_t size)
{
	volatile char *at = alloca(size);

	at[0] = 0;
	bottom = (uintptr_t)at;
}

size_t reserve_stack(void)
{
	size_t size = allowed();

	while (size >= least && !is_available(size + spare))
		size /= 2;
	if (size < least)
		return 0;
	claim(size);
	return stack_left();
}

size_t stack_left(void)
{
	return (uintptr_t)__builtin_frame_address(0) - bottom;
}
