/*
 * Replaces arena.c in a build with sanitizers. Memory is malloc's, so that each block is checked. There is no image,
 * because a sanitizer may use its address.
 */
#include <malloc.h>
#include <stdlib.h>

#include "runtime.h"

static struct prepared own;
struct prepared *const prepared = &own;

static void *take(JSMallocState *state, size_t size)
{
	return malloc(size);
}

static void give_back(JSMallocState *state, void *block)
{
	free(block);
}

static void *resize(JSMallocState *state, void *block, size_t size)
{
	if (size)
		return realloc(block, size);
	free(block);
	return NULL;
}

static size_t usable(const void *block)
{
	return malloc_usable_size((void *)block);
}

static const JSMallocFunctions functions = { take, give_back, resize, usable };
const JSMallocFunctions *const allocator = &functions;

bool open_memory(void)
{
	return true;
}

bool read_image(void)
{
	return false;
}

void make_image(void (*prepare)(void))
{
	prepare();
}

/*
 * An error ends the process with SIGABRT, which differs from any result of the plugin. Leaks are allowed: nothing is freed at the
 * end.
 */
const char *__asan_default_options(void)
{
	return "abort_on_error=1:detect_leaks=0:allocator_may_return_null=1:malloc_context_size=8";
}

const char *__ubsan_default_options(void)
{
	return "abort_on_error=1:print_stacktrace=1";
}
