/*
 * The memory of QuickJS. The process lives for some milliseconds, and reading bytecode and running the modules' top levels would take
 * most of them. That is done when the executable is made, which from then on holds an image of this memory. At its start it copies
 * the image to the address where it was made. This works because QuickJS has no state elsewhere, and because neither code nor data
 * move in a static executable. A fault for each page would take longer than the copy: hence the huge pages.
 *
 * Blocks come one behind another; what is given back is kept, by size, for the next of that size. What is large has pages of its
 * own, and goes back to the kernel.
 */
#include <sched.h>
#include <signal.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include "runtime.h"

/* In front of each block; blocks are aligned as malloc's are. */
struct header {
	size_t room;
};

enum {
	PAGE = 4096,
	ALIGNMENT = 16,
	ARENA = 2 << 20, /* a huge page of x86-64, and of arm64 with pages of 4 KiB */
	FIRST_ARENA = 2 * ARENA,
	FINE = 1024, /* up to here a size for every 16 bytes, then four for each doubling */
	LARGE = 128 << 10, /* with its header; what is larger has pages of its own */
	FINE_SIZES = FINE / ALIGNMENT,
	SIZES = FINE_SIZES + 4 * 7,
	MAKING_STACK = 2 << 20,
};

/* The bookkeeping, and the first arena behind it. */
union memory {
	struct {
		struct prepared prepared;
		/* Where the next block begins, and where the arena ends. */
		uint8_t *unused, *end;
		void *kept[SIZES];
		uint8_t first_block;
	};
	uint8_t bytes[FIRST_ARENA];
};

/*
 * Always the same address, as the image holds pointers into the memory. The kernel places nothing there by itself: it is above a
 * static executable and its heap, and below all mappings, also where arm64 has addresses of 39 bits.
 */
#define ADDRESS 0x1000000000
#define memory (*(union memory *)ADDRESS)

struct prepared *const prepared = &memory.prepared;

/* Pages at an address; fails if something else is there. Linux before 4.17 takes the address for a hint. */
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

/* Which of `kept` blocks for `size` bytes are in, and in `room` how many bytes they have. The header is in the way of 16. */
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

/* In addition to the first arena. An image holds only that one: while it is made, other memory is unavailable. */
static void *pages(size_t size)
{
	void *at = is_running ? mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0) : MAP_FAILED;

	return at == MAP_FAILED ? NULL : at;
}

/* The first header begins where the block behind it is aligned. */
static void use(uint8_t *start, uint8_t *end)
{
	memory.unused = (uint8_t *)rounded((uintptr_t)start, ALIGNMENT) + ALIGNMENT - sizeof(struct header);
	memory.end = end;
}

/* Aligned as a huge page has to be; where there is none to be had, it is as any other memory. */
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

/* The header has a line of its own. What would overflow the kernel refuses. */
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
	 * QuickJS gets over a large block that it does not get. Without room for the error that says so it uses what it has freed:
	 * then this is the end.
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

	/* The rest as it is: zeros. */
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
 * QuickJS keeps addresses of the stack in its memory. On a stack that is always at the same address, and empty, they are the same
 * each time. A second process in the same memory is the portable way to such a stack.
 */
void make_image(void (*prepare)(void))
{
	uintptr_t stack = ADDRESS + FIRST_ARENA + ARENA;
	int status;

	if (!map_at(stack, MAKING_STACK))
		fail(INTERNAL, "\"there is no stack to make the image on\"");
	pid_t pid = clone(prepare_and_write, (void *)(stack + MAKING_STACK), CLONE_VM | CLONE_VFORK | SIGCHLD, prepare);

	if (pid < 0 || waitpid(pid, &status, 0) != pid || !WIFEXITED(status))
		fail(INTERNAL, "\"the process that makes the image failed\"");
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
