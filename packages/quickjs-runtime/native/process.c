/* `native:process`: this process, its signals and its clock. */
#include <errno.h>
#include <signal.h>
#include <string.h>
#include <sys/random.h>
#include <sys/time.h>
#include <time.h>
#include <unistd.h>

#include "runtime.h"

/*
 * Throws while the image is built: values that differ between processes would become part of it, and each process would see those
 * of the build.
 */
static bool expect_running(JSContext *ctx)
{
	if (is_running)
		return true;
	JS_ThrowInternalError(ctx, "values of the process are not available while the executable is built");
	return false;
}

/* Returns a list of strings that ends with a null pointer. */
static JSValue texts_of(JSContext *ctx, char **texts)
{
	if (!expect_running(ctx))
		return JS_EXCEPTION;
	JSValue list = JS_NewArray(ctx);

	for (uint32_t i = 0; texts[i]; i++)
		if (!put(ctx, list, i, text_of(ctx, (uint8_t *)texts[i], strlen(texts[i])))) {
			JS_FreeValue(ctx, list);
			return JS_EXCEPTION;
		}
	return list;
}

/* Returns the environment as `KEY=value` entries. */
static JSValue environment(JSContext *ctx, JSValueConst self, int argc, JSValueConst *argv)
{
	return texts_of(ctx, environ);
}

char **arguments;

/* Returns the arguments of the command line. */
static JSValue command_line(JSContext *ctx, JSValueConst self, int argc, JSValueConst *argv)
{
	return texts_of(ctx, arguments);
}

static JSValue process_id(JSContext *ctx, JSValueConst self, int argc, JSValueConst *argv)
{
	return expect_running(ctx) ? JS_NewInt32(ctx, getpid()) : JS_EXCEPTION;
}

static JSValue parent_id(JSContext *ctx, JSValueConst self, int argc, JSValueConst *argv)
{
	return expect_running(ctx) ? JS_NewInt32(ctx, getppid()) : JS_EXCEPTION;
}

/* Returns milliseconds of a monotonic clock. */
static JSValue now(JSContext *ctx, JSValueConst self, int argc, JSValueConst *argv)
{
	struct timespec time;

	if (!expect_running(ctx))
		return JS_EXCEPTION;
	clock_gettime(CLOCK_MONOTONIC, &time);
	return JS_NewFloat64(ctx, time.tv_sec * 1e3 + time.tv_nsec / 1e6);
}

/* Returns a random number from 0 to below 1, with 53 random bits. QuickJS's own starts from the same state in each process. */
static JSValue random_number(JSContext *ctx, JSValueConst self, int argc, JSValueConst *argv)
{
	uint64_t bits;

	if (!expect_running(ctx))
		return JS_EXCEPTION;
	if (getrandom(&bits, sizeof bits, 0) != sizeof bits)
		return JS_ThrowInternalError(ctx, "getrandom failed: %s", strerror(errno));
	return JS_NewFloat64(ctx, (bits >> 11) * 0x1p-53);
}

/*
 * The clock of Date. It is zero while the image is built: QuickJS seeds its Math.random with the time. globals.ts replaces that
 * function, but the seed would be in the image, and two builds would differ.
 */
int gettimeofday(struct timeval *restrict time, void *restrict zone)
{
	struct timespec now = { 0 };

	if (is_running)
		clock_gettime(CLOCK_REALTIME, &now);
	*time = (struct timeval){ now.tv_sec, now.tv_nsec / 1000 };
	return 0;
}

/* Only changed by atomic operations, because another signal may arrive meanwhile. */
static unsigned caught;

static void note(int number)
{
	__atomic_fetch_or(&caught, 1u << number, __ATOMIC_RELAXED);
}

/* catchSignal(number): `number` must be below 31. Interrupted calls are restarted, as with libuv. */
static JSValue catch_signal(JSContext *ctx, JSValueConst self, int argc, JSValueConst *argv)
{
	struct sigaction action = { .sa_handler = note, .sa_flags = SA_RESTART };
	int64_t number;

	if (!integer_of(ctx, argv[0], &number))
		return JS_EXCEPTION;
	return outcome(ctx, sigaction(number, &action, NULL));
}

/* caughtSignals(): returns the signals caught since the last call, as a set of bits. */
static JSValue caught_signals(JSContext *ctx, JSValueConst self, int argc, JSValueConst *argv)
{
	return JS_NewInt32(ctx, __atomic_exchange_n(&caught, 0, __ATOMIC_RELAXED));
}

int exit_code = -1;

static JSValue set_exit_code(JSContext *ctx, JSValueConst self, int argc, JSValueConst *argv)
{
	int64_t code;

	if (!integer_of(ctx, argv[0], &code))
		return JS_EXCEPTION;
	exit_code = code & 0xff;
	return JS_UNDEFINED;
}

static JSValue text_of_error(JSContext *ctx, JSValueConst self, int argc, JSValueConst *argv)
{
	int64_t number;

	return integer_of(ctx, argv[0], &number) ? JS_NewString(ctx, strerror(number)) : JS_EXCEPTION;
}

#define NUMBER(name) JS_PROP_INT32_DEF(#name, name, JS_PROP_ENUMERABLE)

/* `constants.errno` of node:os. If a number has two names, lookups return the first one. */
static const JSCFunctionListEntry errors[] = {
	NUMBER(E2BIG), NUMBER(EACCES), NUMBER(EADDRINUSE), NUMBER(EADDRNOTAVAIL), NUMBER(EAFNOSUPPORT), NUMBER(EAGAIN),
	NUMBER(EALREADY), NUMBER(EBADF), NUMBER(EBADMSG), NUMBER(EBUSY), NUMBER(ECANCELED), NUMBER(ECHILD),
	NUMBER(ECONNABORTED), NUMBER(ECONNREFUSED), NUMBER(ECONNRESET), NUMBER(EDEADLK), NUMBER(EDESTADDRREQ), NUMBER(EDOM),
	NUMBER(EDQUOT), NUMBER(EEXIST), NUMBER(EFAULT), NUMBER(EFBIG), NUMBER(EHOSTUNREACH), NUMBER(EIDRM), NUMBER(EILSEQ),
	NUMBER(EINPROGRESS), NUMBER(EINTR), NUMBER(EINVAL), NUMBER(EIO), NUMBER(EISCONN), NUMBER(EISDIR), NUMBER(ELOOP),
	NUMBER(EMFILE), NUMBER(EMLINK), NUMBER(EMSGSIZE), NUMBER(EMULTIHOP), NUMBER(ENAMETOOLONG), NUMBER(ENETDOWN),
	NUMBER(ENETRESET), NUMBER(ENETUNREACH), NUMBER(ENFILE), NUMBER(ENOBUFS), NUMBER(ENODATA), NUMBER(ENODEV),
	NUMBER(ENOENT), NUMBER(ENOEXEC), NUMBER(ENOLCK), NUMBER(ENOLINK), NUMBER(ENOMEM), NUMBER(ENOMSG), NUMBER(ENOPROTOOPT),
	NUMBER(ENOSPC), NUMBER(ENOSR), NUMBER(ENOSTR), NUMBER(ENOSYS), NUMBER(ENOTCONN), NUMBER(ENOTDIR), NUMBER(ENOTEMPTY),
	NUMBER(ENOTSOCK), NUMBER(ENOTSUP), NUMBER(ENOTTY), NUMBER(ENXIO), NUMBER(EOPNOTSUPP), NUMBER(EOVERFLOW),
	NUMBER(EPERM), NUMBER(EPIPE), NUMBER(EPROTO), NUMBER(EPROTONOSUPPORT), NUMBER(EPROTOTYPE), NUMBER(ERANGE),
	NUMBER(EROFS), NUMBER(ESPIPE), NUMBER(ESRCH), NUMBER(ESTALE), NUMBER(ETIME), NUMBER(ETIMEDOUT), NUMBER(ETXTBSY),
	NUMBER(EWOULDBLOCK), NUMBER(EXDEV),
};

/* `constants.signals` of node:os. */
static const JSCFunctionListEntry signals[] = {
	NUMBER(SIGHUP), NUMBER(SIGINT), NUMBER(SIGQUIT), NUMBER(SIGILL), NUMBER(SIGTRAP), NUMBER(SIGABRT), NUMBER(SIGIOT),
	NUMBER(SIGBUS), NUMBER(SIGFPE), NUMBER(SIGKILL), NUMBER(SIGUSR1), NUMBER(SIGSEGV), NUMBER(SIGUSR2), NUMBER(SIGPIPE),
	NUMBER(SIGALRM), NUMBER(SIGTERM), NUMBER(SIGCHLD), NUMBER(SIGSTKFLT), NUMBER(SIGCONT), NUMBER(SIGSTOP),
	NUMBER(SIGTSTP), NUMBER(SIGTTIN), NUMBER(SIGTTOU), NUMBER(SIGURG), NUMBER(SIGXCPU), NUMBER(SIGXFSZ),
	NUMBER(SIGVTALRM), NUMBER(SIGPROF), NUMBER(SIGWINCH), NUMBER(SIGIO), NUMBER(SIGPOLL), NUMBER(SIGPWR), NUMBER(SIGSYS),
};

static const JSCFunctionListEntry functions[] = {
	JS_CFUNC_DEF("environment", 0, environment),
	JS_CFUNC_DEF("args", 0, command_line),
	JS_CFUNC_DEF("pid", 0, process_id),
	JS_CFUNC_DEF("ppid", 0, parent_id),
	JS_CFUNC_DEF("now", 0, now),
	JS_CFUNC_DEF("random", 0, random_number),
	JS_CFUNC_DEF("catchSignal", 1, catch_signal),
	JS_CFUNC_DEF("caughtSignals", 0, caught_signals),
	JS_CFUNC_DEF("setExitCode", 1, set_exit_code),
	JS_CFUNC_DEF("strerror", 1, text_of_error),
	JS_OBJECT_DEF("errno", errors, LENGTH(errors), 0),
	JS_OBJECT_DEF("signals", signals, LENGTH(signals), 0),
	JS_PROP_STRING_DEF("arch", ARCH, 0),
};

DEFINE_MODULE(process, functions)
