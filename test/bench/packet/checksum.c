// Prints the nanoseconds of one checksum of N bytes, the median of some samples. Usage: checksum BYTES...
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum { SAMPLES = 25, CALLS = 20000 };

/* The loop of RFC 1071, section 4.1, with 32 bits at a time. */
static uint16_t __attribute__((noinline)) checksum(const unsigned char *bytes, size_t length) {
  uint64_t sum = 0;
  for (; length >= 4; bytes += 4, length -= 4) {
    uint32_t word;
    memcpy(&word, bytes, 4);
    sum += word;
  }
  unsigned char rest[4] = {0};
  memcpy(rest, bytes, length);
  uint32_t word;
  memcpy(&word, rest, 4);
  sum += word;
  while (sum >> 16)
    sum = (sum & 0xffff) + (sum >> 16);
  return (uint16_t)~sum;
}

static int ascending(const void *one, const void *other) {
  double a = *(const double *)one, b = *(const double *)other;
  return (a > b) - (a < b);
}

int main(int argc, char **argv) {
  static unsigned char bytes[65536];
  volatile unsigned sink = 0;
  for (size_t i = 0; i < sizeof bytes; i++)
    bytes[i] = (unsigned char)(i * 37);
  for (int arg = 1; arg < argc; arg++) {
    size_t length = (size_t)atoi(argv[arg]);
    double samples[SAMPLES];
    for (int sample = 0; sample < SAMPLES; sample++) {
      struct timespec from, to;
      clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &from);
      for (int call = 0; call < CALLS; call++)
        sink += checksum(bytes + 34, length);
      clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &to);
      samples[sample] = ((double)(to.tv_sec - from.tv_sec) * 1e9 + (double)(to.tv_nsec - from.tv_nsec)) / CALLS;
    }
    qsort(samples, SAMPLES, sizeof *samples, ascending);
    printf("%.2f\n", samples[SAMPLES / 2]);
  }
  return 0;
}
