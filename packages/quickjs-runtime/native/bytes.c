/* `native:bytes`: converts between bytes and text, and implements the integers of Buffer. */
#include <string.h>

#include "runtime.h"

static const uint8_t replacement[] = { 0xef, 0xbf, 0xbd }; /* U+FFFD */

/*
 * Returns the number of bytes of the character at `at`. Negative for an invalid sequence: the bytes to replace by one U+FFFD, by
 * WHATWG's Encoding Standard. The ranges are in RFC 3629, section 4.
 */
static int character(const uint8_t *at, size_t left)
{
	uint8_t first = at[0];
	uint8_t low = first == 0xe0 ? 0xa0 : first == 0xf0 ? 0x90 : 0x80;
	uint8_t high = first == 0xed ? 0x9f : first == 0xf4 ? 0x8f : 0xbf;

	if (first < 0x80)
		return 1;
	if (first < 0xc2 || first > 0xf4)
		return -1;
	int size = first < 0xe0 ? 2 : first < 0xf0 ? 3 : 4;

	for (int i = 1; i < size; i++) {
		if ((size_t)i == left || at[i] < low || at[i] > high)
			return -i;
		low = 0x80;
		high = 0xbf;
	}
	return size;
}

/* Returns the length of the longest prefix that is UTF-8. */
static size_t well_formed(const uint8_t *at, size_t length)
{
	size_t done = 0;

	while (done < length) {
		int size = character(at + done, length - done);

		if (size < 0)
			break;
		done += size;
	}
	return done;
}

static JSValue mended(JSContext *ctx, const uint8_t *at, size_t length)
{
	uint8_t *text = js_malloc(ctx, length * sizeof replacement);
	size_t size = 0;

	if (!text)
		return JS_EXCEPTION;
	while (length) {
		int count = character(at, length);

		memcpy(text + size, count < 0 ? replacement : at, count < 0 ? sizeof replacement : (size_t)count);
		size += count < 0 ? sizeof replacement : (size_t)count;
		count = count < 0 ? -count : count;
		at += count;
		length -= count;
	}
	JSValue result = JS_NewStringLen(ctx, (char *)text, size);

	js_free(ctx, text);
	return result;
}

JSValue text_of(JSContext *ctx, const uint8_t *at, size_t length)
{
	if (well_formed(at, length) == length)
		return JS_NewStringLen(ctx, (const char *)at, length);
	return mended(ctx, at, length);
}

static JSValue is_utf8(JSContext *ctx, JSValueConst self, int argc, JSValueConst *argv)
{
	struct bytes bytes;

	if (!bytes_of(ctx, argv[0], &bytes))
		return JS_EXCEPTION;
	return JS_NewBool(ctx, well_formed(bytes.at, bytes.length) == bytes.length);
}

static JSValue from_utf8(JSContext *ctx, JSValueConst self, int argc, JSValueConst *argv)
{
	struct bytes bytes;

	return bytes_of(ctx, argv[0], &bytes) ? text_of(ctx, bytes.at, bytes.length) : JS_EXCEPTION;
}

/* toUtf8(text): `text` must not contain lone surrogates. */
static JSValue to_utf8(JSContext *ctx, JSValueConst self, int argc, JSValueConst *argv)
{
	size_t length;
	const char *text = JS_ToCStringLen(ctx, &length, argv[0]);

	if (!text)
		return JS_EXCEPTION;
	JSValue bytes = JS_NewArrayBufferCopy(ctx, (const uint8_t *)text, length);

	JS_FreeCString(ctx, text);
	return bytes;
}

/* U+0080 to U+00FF take two bytes in UTF-8. */
static JSValue from_latin1(JSContext *ctx, JSValueConst self, int argc, JSValueConst *argv)
{
	struct bytes bytes;

	if (!bytes_of(ctx, argv[0], &bytes))
		return JS_EXCEPTION;
	uint8_t *text = js_malloc(ctx, 2 * bytes.length + 1), *end = text;

	if (!text)
		return JS_EXCEPTION;
	for (size_t i = 0; i < bytes.length; i++) {
		uint8_t byte = bytes.at[i];

		if (byte < 0x80) {
			*end++ = byte;
		} else {
			*end++ = 0xc0 | byte >> 6;
			*end++ = 0x80 | (byte & 0x3f);
		}
	}
	JSValue result = JS_NewStringLen(ctx, (char *)text, end - text);

	js_free(ctx, text);
	return result;
}

/* Kind of an integer access: size in bytes, byte order, signedness. */
enum { SIZE = 7, BIG_ENDIAN_ORDER = 8, SIGNED = 16 };

/*
 * Returns the address of the integer at `offset` in `self`, and sets `at` to the offset. Throws a RangeError and returns NULL if it
 * does not fit.
 */
static uint8_t *place(JSContext *ctx, JSValueConst self, JSValueConst offset, int size, int64_t *at)
{
	struct bytes bytes;

	*at = 0;
	if (!bytes_of(ctx, self, &bytes) || (!JS_IsUndefined(offset) && !integer_of(ctx, offset, at)))
		return NULL;
	if (*at >= 0 && bytes.length >= (size_t)size && (uint64_t)*at <= bytes.length - size)
		return bytes.at + *at;
	JS_ThrowRangeError(ctx, "The value of \"offset\" is out of range. Received %lld", (long long)*at);
	return NULL;
}

/* Returns the index of the byte with weight 256^i, of `size` bytes. */
static int position(int access, int i)
{
	return access & BIG_ENDIAN_ORDER ? (access & SIZE) - 1 - i : i;
}

static JSValue read_integer(JSContext *ctx, JSValueConst self, int argc, JSValueConst *argv, int access)
{
	int size = access & SIZE, unused = 32 - 8 * size;
	int64_t offset;
	const uint8_t *at = place(ctx, self, argv[0], size, &offset);
	uint32_t value = 0;

	if (!at)
		return JS_EXCEPTION;
	for (int i = 0; i < size; i++)
		value |= (uint32_t)at[position(access, i)] << 8 * i;
	if (access & SIGNED)
		return JS_NewInt32(ctx, (int32_t)(value << unused) >> unused);
	return JS_NewUint32(ctx, value);
}

/* write(value, offset): returns the end of the integer. */
static JSValue write_integer(JSContext *ctx, JSValueConst self, int argc, JSValueConst *argv, int access)
{
	int size = access & SIZE;
	int64_t value, offset, low = access & SIGNED ? -(1LL << (8 * size - 1)) : 0;
	uint8_t *at;

	if (!integer_of(ctx, argv[0], &value) || !(at = place(ctx, self, argv[1], size, &offset)))
		return JS_EXCEPTION;
	if (value < low || value > low + (1LL << 8 * size) - 1)
		return JS_ThrowRangeError(ctx, "The value of \"value\" is out of range. Received %lld", (long long)value);
	for (int i = 0; i < size; i++)
		at[position(access, i)] = value >> 8 * i;
	return JS_NewInt64(ctx, offset + size);
}

#define ACCESS(name, access)                                      \
	JS_CFUNC_MAGIC_DEF("read" name, 2, read_integer, access), \
	JS_CFUNC_MAGIC_DEF("write" name, 2, write_integer, access)
#define IN_BOTH_ORDERS(name, access) ACCESS(name "LE", access), ACCESS(name "BE", (access) | BIG_ENDIAN_ORDER)

static const JSCFunctionListEntry integers[] = {
	ACCESS("UInt8", 1),
	ACCESS("Int8", 1 | SIGNED),
	IN_BOTH_ORDERS("UInt16", 2),
	IN_BOTH_ORDERS("Int16", 2 | SIGNED),
	IN_BOTH_ORDERS("UInt32", 4),
	IN_BOTH_ORDERS("Int32", 4 | SIGNED),
};

/* addIntegers(prototype): adds readUInt16LE and so on. */
static JSValue add_integers(JSContext *ctx, JSValueConst self, int argc, JSValueConst *argv)
{
	JS_SetPropertyFunctionList(ctx, argv[0], integers, LENGTH(integers));
	return JS_UNDEFINED;
}

static const JSCFunctionListEntry functions[] = {
	JS_CFUNC_DEF("isUtf8", 1, is_utf8),
	JS_CFUNC_DEF("fromUtf8", 1, from_utf8),
	JS_CFUNC_DEF("toUtf8", 1, to_utf8),
	JS_CFUNC_DEF("fromLatin1", 1, from_latin1),
	JS_CFUNC_DEF("addIntegers", 1, add_integers),
};

DEFINE_MODULE(bytes, functions)
