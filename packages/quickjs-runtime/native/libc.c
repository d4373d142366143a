/* `native:libc`: the system calls of @netloom/netlink's interface Libc. */
#include <poll.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "runtime.h"

/*
 * One letter per argument: `i` is a number, `b` a Uint8Array passed by address, `n` the number of its bytes to use, `p` a
 * Uint8Array with an int that contains such a number.
 */
static const struct call {
	const char *name;
	long number;
	const char *arguments;
} calls[] = {
	{ "socket", SYS_socket, "iii" },
	{ "connect", SYS_connect, "ibn" },
	{ "dup3", SYS_dup3, "iii" },
	{ "getsockname", SYS_getsockname, "ibp" },
	{ "setsockopt", SYS_setsockopt, "iiibn" },
	{ "getsockopt", SYS_getsockopt, "iiibp" },
	{ "sendto", SYS_sendto, "ibnibn" },
	{ "recvfrom", SYS_recvfrom, "ibnibp" },
	{ "recvmsg", SYS_recvmsg, "ibi" },
	{ "setns", SYS_setns, "ii" },
	{ "ioctl", SYS_ioctl, "iib" },
	{ "ioctlValue", SYS_ioctl, "iii" },
	{ "read", SYS_read, "ibn" },
	{ "write", SYS_write, "ibn" },
	{ "close", SYS_close, "i" },
	{ "prctl", SYS_prctl, "ii" },
	{ "flock", SYS_flock, "ii" },
	{ "execve", SYS_execve, "bbb" },
};

enum { MAX_ARGUMENTS = 6 };

static bool fits(JSContext *ctx, int64_t length, const struct bytes *bytes)
{
	if (length >= 0 && (uint64_t)length <= bytes->length)
		return true;
	JS_ThrowRangeError(ctx, "expected a length of at most %zu bytes, got %lld", bytes->length, (long long)length);
	return false;
}

static bool length_in(JSContext *ctx, const struct bytes *cell, int64_t *length)
{
	int value;

	if (cell->length != sizeof value) {
		JS_ThrowRangeError(ctx, "expected an int, got %zu bytes", cell->length);
		return false;
	}
	memcpy(&value, cell->at, sizeof value);
	*length = value;
	return true;
}

/* Converts `value` to an argument of the system call. `bytes` is the last Uint8Array, which a length refers to. */
static bool argument_of(JSContext *ctx, char kind, JSValueConst value, struct bytes *bytes, long *argument)
{
	struct bytes cell;
	int64_t length;

	switch (kind) {
	case 'b':
		if (!bytes_of(ctx, value, bytes))
			return false;
		*argument = (long)bytes->at;
		return true;
	case 'p':
		if (!bytes_of(ctx, value, &cell) || !length_in(ctx, &cell, &length))
			return false;
		*argument = (long)cell.at;
		return fits(ctx, length, bytes);
	default:
		if (!integer_of(ctx, value, &length))
			return false;
		*argument = (long)length;
		return kind != 'n' || fits(ctx, length, bytes);
	}
}

static JSValue make_call(JSContext *ctx, JSValueConst self, int argc, JSValueConst *argv, int which)
{
	const struct call *call = &calls[which];
	long arguments[MAX_ARGUMENTS] = { 0 };
	struct bytes bytes = { 0 };

	for (int i = 0; call->arguments[i]; i++)
		if (!argument_of(ctx, call->arguments[i], argv[i], &bytes, &arguments[i]))
			return JS_EXCEPTION;
	return outcome(ctx, syscall(call->number, arguments[0], arguments[1], arguments[2], arguments[3], arguments[4],
				    arguments[5]));
}

/* Not in the table, because some machines lack the system call. */
static JSValue call_poll(JSContext *ctx, JSValueConst self, int argc, JSValueConst *argv)
{
	struct bytes pollfds;
	int64_t count, timeout;

	if (!bytes_of(ctx, argv[0], &pollfds) || !integer_of(ctx, argv[1], &count) || !integer_of(ctx, argv[2], &timeout))
		return JS_EXCEPTION;
	if (!fits(ctx, count * (int64_t)sizeof(struct pollfd), &pollfds))
		return JS_EXCEPTION;
	return outcome(ctx, poll((struct pollfd *)pollfds.at, count, timeout));
}

static JSValue address_of(JSContext *ctx, JSValueConst self, int argc, JSValueConst *argv)
{
	struct bytes bytes;

	return bytes_of(ctx, argv[0], &bytes) ? JS_NewBigUint64(ctx, (uintptr_t)bytes.at) : JS_EXCEPTION;
}

static const JSCFunctionListEntry further[] = {
	JS_CFUNC_DEF("poll", 3, call_poll),
	JS_CFUNC_DEF("addressOf", 1, address_of),
};

static int fill(JSContext *ctx, JSModuleDef *module)
{
	for (size_t i = 0; i < LENGTH(calls); i++) {
		JSValue function = JS_NewCFunctionMagic(ctx, make_call, calls[i].name, strlen(calls[i].arguments),
							JS_CFUNC_generic_magic, i);
		if (JS_SetModuleExport(ctx, module, calls[i].name, function) < 0)
			return -1;
	}
	return JS_SetModuleExportList(ctx, module, further, LENGTH(further));
}

JSModuleDef *libc_module(JSContext *ctx, const char *name)
{
	JSModuleDef *module = JS_NewCModule(ctx, name, fill);

	for (size_t i = 0; module && i < LENGTH(calls); i++)
		JS_AddModuleExport(ctx, module, calls[i].name);
	if (module)
		JS_AddModuleExportList(ctx, module, further, LENGTH(further));
	return module;
}
