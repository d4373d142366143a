/* `native:crypto`: SHA-256, FIPS 180-4. In C, because a configuration may have megabytes, for which QuickJS would need seconds. */
#include <string.h>

#include "runtime.h"

enum { ROUNDS = 64, WORDS = 8, BLOCK = 64 };

struct sha256 {
	uint32_t constants[ROUNDS]; /* section 4.2.2 */
	uint32_t hash[WORDS];
};

/* Returns the first 32 fractional bits of the square or cube root of a small number. */
static uint32_t root_fraction(unsigned int number, int degree)
{
	unsigned __int128 wanted = (unsigned __int128)number << 32 * degree, power;
	uint64_t root = 0;

	/* Determines bit by bit: no root here is larger than 2^4. */
	for (uint64_t bit = 1ULL << 36; bit; bit >>= 1) {
		power = root | bit;
		for (int i = 1; i < degree; i++)
			power *= root | bit;
		if (power <= wanted)
			root |= bit;
	}
	return (uint32_t)root;
}

static bool is_prime(unsigned int number)
{
	for (unsigned int divisor = 2; divisor * divisor <= number; divisor++)
		if (number % divisor == 0)
			return false;
	return true;
}

/* Sets the initial state. All constants are derived from the first primes. */
static void begin(struct sha256 *state)
{
	int count = 0;

	for (unsigned int number = 2; count < ROUNDS; number++) {
		if (!is_prime(number))
			continue;
		if (count < WORDS)
			state->hash[count] = root_fraction(number, 2);
		state->constants[count++] = root_fraction(number, 3);
	}
}

static uint32_t rotated(uint32_t word, int by)
{
	return word >> by | word << (32 - by);
}

/* Section 6.2.2, step 1 */
static void schedule(uint32_t words[ROUNDS], const uint8_t *block)
{
	for (int t = 0; t < 16; t++, block += 4)
		words[t] = (uint32_t)block[0] << 24 | block[1] << 16 | block[2] << 8 | block[3];
	for (int t = 16; t < ROUNDS; t++) {
		uint32_t near = words[t - 2], far = words[t - 15];

		words[t] = (rotated(near, 17) ^ rotated(near, 19) ^ near >> 10) + words[t - 7] +
			   (rotated(far, 7) ^ rotated(far, 18) ^ far >> 3) + words[t - 16];
	}
}

/* Section 6.2.2, steps 2 to 4, with the letters of the standard. */
static void add_block(struct sha256 *state, const uint8_t *block)
{
	uint32_t words[ROUNDS];
	uint32_t *hash = state->hash;
	uint32_t a = hash[0], b = hash[1], c = hash[2], d = hash[3], e = hash[4], f = hash[5], g = hash[6], h = hash[7];

	schedule(words, block);
	for (int t = 0; t < ROUNDS; t++) {
		uint32_t first = h + (rotated(e, 6) ^ rotated(e, 11) ^ rotated(e, 25)) + ((e & f) ^ (~e & g)) +
				 state->constants[t] + words[t];
		uint32_t second = (rotated(a, 2) ^ rotated(a, 13) ^ rotated(a, 22)) + ((a & b) ^ (a & c) ^ (b & c));

		h = g, g = f, f = e, e = d + first, d = c, c = b, b = a, a = first + second;
	}
	hash[0] += a, hash[1] += b, hash[2] += c, hash[3] += d, hash[4] += e, hash[5] += f, hash[6] += g, hash[7] += h;
}

/* Section 5.1.1: pads the last block with one bit, zeros, and the message length in bits in the last eight bytes. */
static void end(struct sha256 *state, const uint8_t *at, size_t left, uint64_t bits)
{
	uint8_t last[2 * BLOCK] = { 0 };
	size_t size = left + 1 + sizeof bits <= BLOCK ? BLOCK : 2 * BLOCK;

	memcpy(last, at, left);
	last[left] = 0x80;
	for (size_t i = 1; i <= sizeof bits; i++, bits >>= 8)
		last[size - i] = bits;
	for (size_t done = 0; done < size; done += BLOCK)
		add_block(state, last + done);
}

static JSValue sha256(JSContext *ctx, JSValueConst self, int argc, JSValueConst *argv)
{
	struct sha256 state;
	struct bytes message;
	uint8_t digest[4 * WORDS];
	size_t done = 0;

	if (!bytes_of(ctx, argv[0], &message))
		return JS_EXCEPTION;
	begin(&state);
	for (; message.length - done >= BLOCK; done += BLOCK)
		add_block(&state, message.at + done);
	end(&state, message.at + done, message.length - done, (uint64_t)message.length * 8);
	for (size_t i = 0; i < sizeof digest; i++)
		digest[i] = state.hash[i / 4] >> (24 - i % 4 * 8);
	return JS_NewArrayBufferCopy(ctx, digest, sizeof digest);
}

static const JSCFunctionListEntry functions[] = {
	JS_CFUNC_DEF("sha256", 1, sha256),
};

DEFINE_MODULE(crypto, functions)
