/*
 * The memory of QuickJS. The host lives for some milliseconds and a few megabytes: most of what malloc(3) would take is faulting
 * in its pages one by one. Blocks come one behind another out of an arena of one huge page; what is given back is kept, by size,
 * for the next of that size. What is large has pages of its own, and goes back to the kernel.
 */
#include <string.h>
#include <sys/mman.h>

#include "host.h"

/* In front of each block; blocks are aligned as malloc's are. */
struct header {
	size_t room;
};

enum {
	PAGE = 4096,
	ALIGNMENT = 16,
	ARENA = 2 << 20, /* a huge page of x86-64, and of arm64 with pages of 4 KiB */
	FINE = 1024, /* up to here a size for every 16 bytes, then four for each doubling */
	LARGE = 128 << 10, /* with its header; what is larger has pages of its own */
	FINE_SIZES = FINE / ALIGNMENT,
	SIZES = FINE_SIZES + 4 * 7,
};

static uint8_t *unused, *end;
static void *kept[SIZES];

static struct header *header_of(const void *block)
{
	return (struct header *)block - 1;
}

static size_t rounded(size_t size, size_t to)
{
	return (size + to - 1) / to * to;
}

/* Which of `kept` blocks for `size` bytes are in, and in `room` how many bytes they have. The header is in the way of 16. */
static int size_class(size_t size, size_t *room)
{
	size_t whole = rounded(size + sizeof(struct header), ALIGNMENT);

	if (whole <= FINE) {
		*room = whole - sizeof(struct header);
		return whole / ALIGNMENT - 1;
	}
	int doublings = 63 - __builtin_clzll((whole - 1) / FINE);
	size_t step = (size_t)FINE / 4 << doublings;
	size_t steps = (whole - ((size_t)FINE << doublings) + step - 1) / step;

	*room = ((size_t)FINE << doublings) + steps * step - sizeof(struct header);
	return FINE_SIZES + 4 * doublings + (int)steps - 1;
}

static void *pages(size_t size)
{
	void *at = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	return at == MAP_FAILED ? NULL : at;
}

/* Aligned as a huge page has to be; where there is none to be had, it is as any other memory. */
static bool open_arena(void)
{
	uint8_t *at = pages(2 * ARENA);

	if (!at)
		return false;
	uint8_t *aligned = (uint8_t *)rounded((uintptr_t)at, ARENA);

	if (aligned > at)
		munmap(at, aligned - at);
	if (aligned < at + ARENA)
		munmap(aligned + ARENA, at + ARENA - aligned);
	madvise(aligned, ARENA, MADV_HUGEPAGE);
	unused = aligned + ALIGNMENT - sizeof(struct header);
	end = aligned + ARENA;
	return true;
}

static void *block_of(void *start, size_t room)
{
	struct header *header = start;

	header->room = room;
	return header + 1;
}

static void *take_large(size_t size)
{
	/* The header has a line of its own. */
	size_t whole = rounded(size + ALIGNMENT, PAGE);
	uint8_t *at = pages(whole);

	return at ? block_of(at + ALIGNMENT - sizeof(struct header), whole - ALIGNMENT) : NULL;
}

static void *take(JSMallocState *state, size_t size)
{
	size_t room;

	if (size > LARGE - sizeof(struct header))
		return take_large(size);
	int which = size_class(size, &room);
	void *block = kept[which];

	if (block) {
		memcpy(&kept[which], block, sizeof kept[which]);
		return block;
	}
	size_t whole = room + sizeof(struct header);

	if ((!unused || (size_t)(end - unused) < whole) && !open_arena())
		return NULL;
	block = block_of(unused, room);
	unused += whole;
	return block;
}

static size_t usable(const void *block)
{
	return block ? header_of(block)->room : 0;
}

static void give_back(JSMallocState *state, void *block)
{
	if (!block)
		return;
	size_t room = usable(block);

	if (room >= LARGE) {
		munmap((uint8_t *)block - ALIGNMENT, room + ALIGNMENT);
		return;
	}
	int which = size_class(room, &room);

	memcpy(block, &kept[which], sizeof kept[which]);
	kept[which] = block;
}

static void *resize_large(void *block, size_t size)
{
	size_t room = usable(block), whole = rounded(size + ALIGNMENT, PAGE);
	uint8_t *at = mremap((uint8_t *)block - ALIGNMENT, room + ALIGNMENT, whole, MREMAP_MAYMOVE);

	return at == MAP_FAILED ? NULL : block_of(at + ALIGNMENT - sizeof(struct header), whole - ALIGNMENT);
}

static void *resize(JSMallocState *state, void *block, size_t size)
{
	size_t had = usable(block);

	if (size == 0) {
		give_back(state, block);
		return NULL;
	}
	if (block && size <= had)
		return block;
	if (had >= LARGE)
		return resize_large(block, size);
	void *other = take(state, size);

	if (other && block) {
		memcpy(other, block, had);
		give_back(state, block);
	}
	return other;
}

const JSMallocFunctions arena = { take, give_back, resize, usable };
