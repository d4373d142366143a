#include <errno.h>
#include <string.h>

#include "runtime.h"

bool bytes_of(JSContext *ctx, JSValueConst value, struct bytes *bytes)
{
	size_t offset, whole;
	JSValue buffer = JS_GetTypedArrayBuffer(ctx, value, &offset, &bytes->length, NULL);

	if (JS_IsException(buffer))
		return false;
	uint8_t *at = JS_GetArrayBuffer(ctx, &whole, buffer);

	/* The view keeps a reference to the buffer. */
	JS_FreeValue(ctx, buffer);
	if (!at)
		return false;
	bytes->at = at + offset;
	return true;
}

bool integer_of(JSContext *ctx, JSValueConst value, int64_t *integer)
{
	if (!JS_IsNumber(value)) {
		JS_ThrowTypeError(ctx, "expected a number");
		return false;
	}
	return JS_ToInt64(ctx, integer, value) == 0;
}

const char *string_of(JSContext *ctx, JSValueConst value)
{
	size_t length;
	const char *string = JS_ToCStringLen(ctx, &length, value);

	if (string && strlen(string) != length) {
		JS_FreeCString(ctx, string);
		JS_ThrowTypeError(ctx, "expected a string without NUL");
		return NULL;
	}
	return string;
}

bool put(JSContext *ctx, JSValueConst list, uint32_t at, JSValue value)
{
	return !JS_IsException(list) && !JS_IsException(value) && JS_SetPropertyUint32(ctx, list, at, value) >= 0;
}

JSValue outcome(JSContext *ctx, int64_t result)
{
	return JS_NewInt64(ctx, result < 0 ? -errno : result);
}
