// The work of GsoSplitter and GroJoiner in C, for offload.bench.ts: TCP over IPv4 with timestamps. Prints the nanoseconds of processor time
// for each segment, the median of some samples. Usage: offload split|join
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum { SAMPLES = 25, FRAMES = 64, IP = 20, TCP = 32, HEADERS = IP + TCP, VIRTIO = 10, SIZE = 1448, COUNT = 45, ROOM = 65600 };

static unsigned char frames[FRAMES][ROOM], packets[FRAMES][COUNT][HEADERS + SIZE], joined[ROOM];

static uint64_t sum(const unsigned char *bytes, size_t length) {
  uint64_t total = 0;
  for (; length >= 4; bytes += 4, length -= 4) {
    uint32_t word;
    memcpy(&word, bytes, 4);
    total += word;
  }
  unsigned char rest[4] = {0};
  memcpy(rest, bytes, length);
  uint32_t word;
  memcpy(&word, rest, 4);
  return total + word;
}

// All sums are of bytes in memory order, and so is the result.
static uint16_t fold(uint64_t total) {
  while (total >> 16) total = (total & 0xffff) + (total >> 16);
  return total;
}

static void put16(unsigned char *at, unsigned value) { at[0] = value >> 8, at[1] = value; }
static void put32(unsigned char *at, uint32_t value) { put16(at, value >> 16), put16(at + 2, value); }
static unsigned get16(const unsigned char *at) { return at[0] << 8 | at[1]; }
static uint32_t get32(const unsigned char *at) { return (uint32_t)get16(at) << 16 | get16(at + 2); }
static void put(unsigned char *at, uint16_t value) { memcpy(at, &value, 2); }

static uint64_t pseudo(const unsigned char *packet, unsigned length) {
  unsigned char numbers[4] = {0, 6, length >> 8, length};
  return sum(packet + 12, 8) + sum(numbers, 4);
}

static void __attribute__((noinline)) split(const unsigned char *frame, unsigned char (*to)[HEADERS + SIZE]) {
  const unsigned char *packet = frame + VIRTIO, *data = packet + HEADERS;
  for (int i = 0; i < COUNT; i++, to++, data += SIZE) {
    unsigned char *out = *to, *tcp = out + IP;
    memcpy(out, packet, HEADERS);
    memcpy(out + HEADERS, data, SIZE);
    put16(out + 2, HEADERS + SIZE);
    put16(out + 4, get16(packet + 4) + i);
    put16(out + 10, 0);
    put(out + 10, ~fold(sum(out, IP)));
    put32(tcp + 4, get32(packet + IP + 4) + i * SIZE);
    if (i < COUNT - 1) tcp[13] &= ~9;
    if (i > 0) tcp[13] &= ~0x80;
    put16(tcp + 16, 0);
    put(tcp + 16, ~fold(sum(tcp, TCP + SIZE) + pseudo(out, TCP + SIZE)));
  }
}

// Returns the number of packets that were joined.
static int __attribute__((noinline)) join(unsigned char (*from)[HEADERS + SIZE], unsigned char *frame) {
  unsigned char *packet = frame + VIRTIO;
  unsigned length = 0;
  uint32_t next = 0;
  int count = 0;
  for (int i = 0; i < COUNT; i++, from++) {
    unsigned char *in = *from, *tcp = in + IP;
    if (fold(sum(in, IP)) != 0xffff) break;
    if (fold(sum(tcp, TCP + SIZE) + pseudo(in, TCP + SIZE)) != 0xffff) break;
    if (i == 0) memcpy(packet, in, HEADERS + SIZE), length = HEADERS + SIZE, next = get32(tcp + 4);
    else {
      if (memcmp(in, packet, 2) || memcmp(in + 6, packet + 6, 4) || memcmp(in + 12, packet + 12, 12)) break;
      if (memcmp(tcp + 8, packet + IP + 8, 5) || memcmp(tcp + 14, packet + IP + 14, 2) || memcmp(tcp + 18, packet + IP + 18, TCP - 18)) break;
      if (get16(in + 4) != ((get16(packet + 4) + i) & 0xffff) || get32(tcp + 4) != next) break;
      memcpy(packet + length, in + HEADERS, SIZE);
      length += SIZE;
      packet[IP + 13] |= tcp[13] & 9;
    }
    next += SIZE;
    count++;
  }
  put16(packet + 2, length);
  put16(packet + 10, 0);
  put(packet + 10, ~fold(sum(packet, IP)));
  put(packet + IP + 16, fold(pseudo(packet, length - IP)));
  return count;
}

static int ascending(const void *one, const void *other) {
  double a = *(const double *)one, b = *(const double *)other;
  return (a > b) - (a < b);
}

int main(int argc, char **argv) {
  int splits = argc > 1 && !strcmp(argv[1], "split");
  for (int f = 0; f < FRAMES; f++) {
    unsigned char *packet = frames[f] + VIRTIO;
    packet[0] = 0x45, packet[6] = 0x40, packet[8] = 64, packet[9] = 6;
    memcpy(packet + 12, "\300\0\2\1\300\0\2\2", 8);
    packet[IP + 12] = TCP << 2, packet[IP + 13] = 0x10;
    for (int i = 0; i < COUNT * SIZE; i++) packet[HEADERS + i] = i * 37 + f;
    split(frames[f], packets[f]);
  }
  double samples[SAMPLES];
  for (int sample = 0; sample < SAMPLES; sample++) {
    struct timespec from, to;
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &from);
    for (int f = 0; f < FRAMES * 8; f++) {
      if (splits) split(frames[f % FRAMES], packets[f % 4]);
      else if (join(packets[f % FRAMES], joined) != COUNT) return 1;
    }
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &to);
    double taken = (double)(to.tv_sec - from.tv_sec) * 1e9 + (double)(to.tv_nsec - from.tv_nsec);
    samples[sample] = taken / (FRAMES * 8.0 * COUNT);
  }
  qsort(samples, SAMPLES, sizeof *samples, ascending);
  printf("%.1f\n", samples[SAMPLES / 2]);
  return 0;
}
