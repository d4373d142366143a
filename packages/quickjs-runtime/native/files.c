/* `native:files`: file system calls. Each function returns its result, or the negated errno. */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/vfs.h>
#include <unistd.h>

#include "runtime.h"

/*
 * open(path, flags, mode): sets O_CLOEXEC, like every open in this process. musl's open() would need a second system call for it.
 */
static JSValue open_path(JSContext *ctx, JSValueConst self, int argc, JSValueConst *argv)
{
	int64_t flags, mode;
	const char *path = string_of(ctx, argv[0]);

	if (!path)
		return JS_EXCEPTION;
	JSValue result = JS_EXCEPTION;

	if (integer_of(ctx, argv[1], &flags) && integer_of(ctx, argv[2], &mode))
		result = outcome(ctx, syscall(SYS_openat, AT_FDCWD, path, flags | O_CLOEXEC | O_LARGEFILE, mode));
	JS_FreeCString(ctx, path);
	return result;
}

static JSValue list_of(JSContext *ctx, const double *numbers, int count)
{
	JSValue list = JS_NewArray(ctx);

	for (int i = 0; i < count; i++)
		if (!put(ctx, list, i, JS_NewFloat64(ctx, numbers[i]))) {
			JS_FreeValue(ctx, list);
			return JS_EXCEPTION;
		}
	return list;
}

/* stat(path or descriptor): [st_dev, st_ino, st_mode, st_rdev, st_size, st_ctim in milliseconds] */
static JSValue status_of(JSContext *ctx, JSValueConst self, int argc, JSValueConst *argv)
{
	struct stat status;
	int64_t fd;
	int result;

	if (JS_IsString(argv[0])) {
		const char *path = string_of(ctx, argv[0]);

		if (!path)
			return JS_EXCEPTION;
		result = stat(path, &status);
		JS_FreeCString(ctx, path);
	} else {
		if (!integer_of(ctx, argv[0], &fd))
			return JS_EXCEPTION;
		result = fstat(fd, &status);
	}
	if (result < 0)
		return outcome(ctx, result);
	const double numbers[] = {
		status.st_dev, status.st_ino, status.st_mode, status.st_rdev, status.st_size,
		status.st_ctim.tv_sec * 1e3 + status.st_ctim.tv_nsec / 1e6,
	};

	return list_of(ctx, numbers, sizeof numbers / sizeof *numbers);
}

/* statfs(path): f_type */
static JSValue filesystem_of(JSContext *ctx, JSValueConst self, int argc, JSValueConst *argv)
{
	struct statfs status;
	const char *path = string_of(ctx, argv[0]);

	if (!path)
		return JS_EXCEPTION;
	int result = statfs(path, &status);

	JS_FreeCString(ctx, path);
	return result < 0 ? outcome(ctx, result) : JS_NewInt64(ctx, (uint32_t)status.f_type);
}

static JSValue link_of(JSContext *ctx, JSValueConst self, int argc, JSValueConst *argv)
{
	char target[PATH_MAX];
	const char *path = string_of(ctx, argv[0]);

	if (!path)
		return JS_EXCEPTION;
	ssize_t length = readlink(path, target, sizeof target);

	JS_FreeCString(ctx, path);
	return length < 0 ? outcome(ctx, length) : text_of(ctx, (uint8_t *)target, length);
}

/* Returns the names in a folder without `.` and `..`. A folder that cannot be read to its end is an error. */
static JSValue names_in(JSContext *ctx, DIR *folder)
{
	JSValue names = JS_NewArray(ctx);
	struct dirent *entry;
	uint32_t count = 0;

	while (errno = 0, (entry = readdir(folder))) {
		const char *name = entry->d_name;

		if (!strcmp(name, ".") || !strcmp(name, ".."))
			continue;
		if (!put(ctx, names, count++, text_of(ctx, (uint8_t *)name, strlen(name)))) {
			JS_FreeValue(ctx, names);
			return JS_EXCEPTION;
		}
	}
	if (!errno)
		return names;
	JSValue failure = outcome(ctx, -1);

	JS_FreeValue(ctx, names);
	return failure;
}

static JSValue folder_of(JSContext *ctx, JSValueConst self, int argc, JSValueConst *argv)
{
	const char *path = string_of(ctx, argv[0]);

	if (!path)
		return JS_EXCEPTION;
	DIR *folder = opendir(path);
	JSValue result = folder ? names_in(ctx, folder) : outcome(ctx, -1);

	JS_FreeCString(ctx, path);
	if (folder)
		closedir(folder);
	return result;
}

static JSValue rename_path(JSContext *ctx, JSValueConst self, int argc, JSValueConst *argv)
{
	const char *from = string_of(ctx, argv[0]);
	const char *to = from ? string_of(ctx, argv[1]) : NULL;
	JSValue result = to ? outcome(ctx, rename(from, to)) : JS_EXCEPTION;

	JS_FreeCString(ctx, to);
	JS_FreeCString(ctx, from);
	return result;
}

static JSValue unlink_path(JSContext *ctx, JSValueConst self, int argc, JSValueConst *argv)
{
	const char *path = string_of(ctx, argv[0]);

	if (!path)
		return JS_EXCEPTION;
	JSValue result = outcome(ctx, unlink(path));

	JS_FreeCString(ctx, path);
	return result;
}

static JSValue sync_file(JSContext *ctx, JSValueConst self, int argc, JSValueConst *argv)
{
	int64_t fd;

	return integer_of(ctx, argv[0], &fd) ? outcome(ctx, fsync(fd)) : JS_EXCEPTION;
}

static JSValue change_mode(JSContext *ctx, JSValueConst self, int argc, JSValueConst *argv)
{
	int64_t fd, mode;

	if (!integer_of(ctx, argv[0], &fd) || !integer_of(ctx, argv[1], &mode))
		return JS_EXCEPTION;
	return outcome(ctx, fchmod(fd, mode));
}

static const JSCFunctionListEntry functions[] = {
	JS_CFUNC_DEF("open", 3, open_path),
	JS_CFUNC_DEF("stat", 1, status_of),
	JS_CFUNC_DEF("statfs", 1, filesystem_of),
	JS_CFUNC_DEF("readlink", 1, link_of),
	JS_CFUNC_DEF("readdir", 1, folder_of),
	JS_CFUNC_DEF("rename", 2, rename_path),
	JS_CFUNC_DEF("unlink", 1, unlink_path),
	JS_CFUNC_DEF("fsync", 1, sync_file),
	JS_CFUNC_DEF("fchmod", 2, change_mode),
	JS_PROP_INT32_DEF("O_RDONLY", O_RDONLY, 0),
	JS_PROP_INT32_DEF("O_WRONLY", O_WRONLY, 0),
	JS_PROP_INT32_DEF("O_RDWR", O_RDWR, 0),
	JS_PROP_INT32_DEF("O_CREAT", O_CREAT, 0),
	JS_PROP_INT32_DEF("O_TRUNC", O_TRUNC, 0),
	JS_PROP_INT32_DEF("O_EXCL", O_EXCL, 0),
	JS_PROP_INT32_DEF("O_DIRECTORY", O_DIRECTORY, 0),
	JS_PROP_INT32_DEF("O_APPEND", O_APPEND, 0),
	JS_PROP_INT32_DEF("O_NONBLOCK", O_NONBLOCK, 0),
	JS_PROP_INT32_DEF("O_NOCTTY", O_NOCTTY, 0),
	JS_PROP_INT32_DEF("O_NOFOLLOW", O_NOFOLLOW, 0),
	JS_PROP_INT32_DEF("S_IFMT", S_IFMT, 0),
	JS_PROP_INT32_DEF("S_IFREG", S_IFREG, 0),
	JS_PROP_INT32_DEF("S_IFIFO", S_IFIFO, 0),
	JS_PROP_INT32_DEF("S_IFCHR", S_IFCHR, 0),
};

DEFINE_MODULE(files, functions)
