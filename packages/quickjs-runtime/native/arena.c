/*
 * QuickJS's memory. The process lives for milliseconds, and reading bytecode and running the modules' top levels would take most of
 * them. So the build does that, and the executable contains an image of this memory. At its start it copies the image to the
 * address of the build. This works because QuickJS has no state elsewhere, and because neither code nor data move in a
 * static executable. Page faults would take longer than the copy, so the memory uses huge pages.
 * Blocks are allocated one after another. Freed blocks are kept by size, for the next allocation of that size. Large blocks have
 * pages of their own, which are returned to the kernel.
 */
#include <sched.h>
#include <signal.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include "runtime.h"

/* Precedes each block. Blocks are aligned as malloc's are. */
struct header {
	size_t room;
};

enum {
	PAGE = 4096,
	ALIGNMENT = 16,
	ARENA = 2 << 20, /* huge page of x86-64, and of arm64 with pages of 4 KiB */
	FIRST_ARENA = 2 * ARENA,
	FINE = 1024, /* up to this size one class per 16 bytes, then four per doubling */
	LARGE = 128 << 10, /* including the header; larger blocks have pages of their own */
	FINE_SIZES = FINE / ALIGNMENT,
	SIZES = FINE_SIZES + 4 * 7,
	MAKING_STACK = 2 << 20,
};

/* Bookkeeping, followed by the first arena. */
union memory {
	struct {
		struct prepared prepared;
		/* Start of the next block, and end of the arena. */
		uint8_t *unused, *end;
		void *kept[SIZES];
		uint8_t first_block;
	};
	uint8_t bytes[FIRST_ARENA];
};

/*
 * A fixed address, because the image contains pointers into the memory. The kernel does not place anything there by itself: it is
 * above a static executable and its heap, and below all mappings, even if arm64 has 39-bit addresses.
 */
#define ADDRESS 0x1000000000
#define memory (*(union memory *)ADDRESS)

struct prepared *const prepared = &memory.prepared;

/* Maps pages at an address. Fails if it is in use. Linux before 4.17 treats the address as a hint. */
static bool map_at(uintptr_t address, size_t size)
{
	void *wanted = (void *)address;
	void *at = mmap(wanted, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED_NOREPLACE, -1, 0);

	if (at != MAP_FAILED && at != wanted)
		munmap(at, size);
	return at == wanted;
}

bool open_memory(void)
{
	return map_at(ADDRESS, FIRST_ARENA);
}

static struct header *header_of(const void *block)
{
	return (struct header *)block - 1;
}

static inline size_t rounded(size_t size, size_t to)
{
	return (size + to - 1) / to * to;
}

/*
 * Returns the index in `kept` of blocks for `size` bytes, and sets `room` to their capacity. Capacities are multiples of 16 less
 * the header.
 */
static inline int size_class(size_t size, size_t *room)
{
	size_t whole = rounded(size + sizeof(struct header), ALIGNMENT);

	if (whole <= FINE) {
		*room = whole - sizeof(struct header);
		return whole / ALIGNMENT - 1;
	}
	int doublings = 63 - __builtin_clzll((whole - 1) / FINE);
	size_t base = (size_t)FINE << doublings, step = base / 4;
	size_t steps = (whole - base + step - 1) / step;

	*room = base + steps * step - sizeof(struct header);
	return FINE_SIZES + 4 * doublings + (int)steps - 1;
}

/*
 * Maps pages in addition to the first arena. The image contains only that one, so no other memory is available while it is built.
 */
static void *pages(size_t size)
{
	void *at = is_running ? mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0) : MAP_FAILED;

	return at == MAP_FAILED ? NULL : at;
}

/* Begins allocating from an arena. The first header is placed so that its block is aligned. */
static void use(uint8_t *start, uint8_t *end)
{
	memory.unused = (uint8_t *)rounded((uintptr_t)start, ALIGNMENT) + ALIGNMENT - sizeof(struct header);
	memory.end = end;
}

/* Opens the next arena, aligned as a huge page must be. Without huge pages it is ordinary memory. */
static bool open_arena(void)
{
	if (!memory.unused) {
		use(&memory.first_block, memory.bytes + FIRST_ARENA);
		return true;
	}
	uint8_t *at = pages(2 * ARENA);

	if (!at)
		return false;
	uint8_t *aligned = (uint8_t *)rounded((uintptr_t)at, ARENA);

	if (aligned > at)
		munmap(at, aligned - at);
	munmap(aligned + ARENA, at + ARENA - aligned);
	madvise(aligned, ARENA, MADV_HUGEPAGE);
	use(aligned, aligned + ARENA);
	return true;
}

static void *block_of(void *start, size_t room)
{
	struct header *header = start;

	header->room = room;
	return header + 1;
}

/* The header has its own cache line. The kernel refuses sizes that overflow. */
static size_t large_size(size_t size)
{
	return size > PTRDIFF_MAX ? PTRDIFF_MAX / PAGE * PAGE : rounded(size + ALIGNMENT, PAGE);
}

static void *take_large(size_t size)
{
	size_t whole = large_size(size);
	uint8_t *at = pages(whole);

	return at ? block_of(at + ALIGNMENT - sizeof(struct header), whole - ALIGNMENT) : NULL;
}

static void *take(JSMallocState *state, size_t size)
{
	size_t room;

	if (size > LARGE - sizeof(struct header))
		return take_large(size);
	int which = size_class(size, &room);
	void *block = memory.kept[which];

	if (block) {
		memcpy(&memory.kept[which], block, sizeof memory.kept[which]);
		return block;
	}
	size_t whole = room + sizeof(struct header);

	/*
	 * QuickJS survives a failed large allocation. If there is no room for the error object either, it uses freed blocks. If those are
	 * exhausted too, the process ends.
	 */
	while ((size_t)(memory.end - memory.unused) < whole)
		if (!open_arena())
			fail_for_memory();
	block = block_of(memory.unused, room);
	memory.unused += whole;
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

	memcpy(block, &memory.kept[which], sizeof memory.kept[which]);
	memory.kept[which] = block;
}

static void *resize_large(void *block, size_t size)
{
	size_t room = usable(block), whole = large_size(size);
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

static const JSMallocFunctions functions = { take, give_back, resize, usable };
const JSMallocFunctions *const allocator = &functions;

static bool write_all(int fd, const void *bytes, size_t size)
{
	for (size_t done = 0; done < size;) {
		ssize_t count = write(fd, (const uint8_t *)bytes + done, size - done);

		if (count < 0)
			return false;
		done += count;
	}
	return true;
}

static bool write_image(int fd)
{
	size_t size = memory.unused - memory.bytes;

	/* The rest of the image stays zero. */
	return size <= IMAGE_SIZE && write_all(fd, &size, sizeof size) && write_all(fd, memory.bytes, size) &&
	       write_all(fd, image.bytes + size, IMAGE_SIZE - size);
}

static int prepare_and_write(void *prepare)
{
	((void (*)(void))prepare)();
	if (!write_image(STDOUT_FILENO))
		fail(INTERNAL, "\"IMAGE_SIZE is too small, or the image cannot be written\"");
	_exit(0);
}

/*
 * QuickJS stores addresses of the stack in its memory. On an empty stack at a fixed address they are the same for each build. A
 * second process that shares the memory is the portable way to such a stack.
 */
void make_image(void (*prepare)(void))
{
	uintptr_t stack = ADDRESS + FIRST_ARENA + ARENA;
	int status;

	if (!map_at(stack, MAKING_STACK))
		fail(INTERNAL, "\"no stack for the process that writes the image\"");
	pid_t pid = clone(prepare_and_write, (void *)(stack + MAKING_STACK), CLONE_VM | CLONE_VFORK | SIGCHLD, prepare);

	if (pid < 0 || waitpid(pid, &status, 0) != pid || !WIFEXITED(status))
		fail(INTERNAL, "\"the process that writes the image failed\"");
	_exit(WEXITSTATUS(status));
}

bool read_image(void)
{
	if (!image.size)
		return false;
	madvise(memory.bytes, FIRST_ARENA, MADV_HUGEPAGE);
	memcpy(memory.bytes, image.bytes, image.size);
	return true;
}
