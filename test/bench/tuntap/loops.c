// The loops that the contenders of the benchmark are compared with: read(2), write(2) and poll(2), one frame at a time.
//
//   loops write|read|echo SIZE DEVICE...
//   loops write-batch|read-batch|echo-batch SIZE DEVICE...  (io_submit(2) with 64 operations)
//   loops switch SIZE TAP...  (each tap with its peer: tap, peer, tap, peer, ...)
//
// Does one round per line of standard input, and reports its processor time: {"ms": ..., "count": ..., "sample": []}
#define _GNU_SOURCE
#include <errno.h>
#include <linux/aio_abi.h>
#include <stdint.h>
#include <sys/syscall.h>
#include <fcntl.h>
#include <linux/if_tun.h>
#include <net/if.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <time.h>
#include <unistd.h>

#define FRAMES 4000
#define REPEATS 5
#define PORTS 4
#define DEPTH 64
#define ROOM 65600

static unsigned char frame[ROOM], room[ROOM];

static int attach(const char *name) {
  int fd = open("/dev/net/tun", O_RDWR | O_NONBLOCK);
  struct ifreq request = {.ifr_flags = IFF_TAP | IFF_NO_PI};
  strncpy(request.ifr_name, name, IFNAMSIZ - 1);
  if (fd < 0 || ioctl(fd, TUNSETIFF, &request) < 0) {
    perror(name);
    exit(1);
  }
  return fd;
}

static double cpu(void) {
  struct timespec now;
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
  return now.tv_sec * 1e3 + now.tv_nsec / 1e6;
}

static void drain(int fd) {
  while (read(fd, room, sizeof room) > 0)
    ;
}

static void fill(int fd, int size) {
  for (int i = 0; i < FRAMES; i++)
    if (write(fd, frame, size) != size) {
      perror("write");
      exit(1);
    }
}

static long write_round(int fd, int size) {
  fill(fd, size);
  return FRAMES;
}

static long read_round(int fd, int echo) {
  long count = 0;
  int length;
  while ((length = read(fd, room, sizeof room)) > 0) {
    count++;
    if (echo && write(fd, room, length) != length) exit(1);
  }
  return count;
}

static aio_context_t context;
static unsigned char slots[DEPTH][2048];

// Makes operations on the slots, whose numbers and lengths are in `frames`. Puts those that succeeded there, and returns their number.
static int batch(int fd, int opcode, int count, int (*frames)[2]) {
  static struct iocb blocks[DEPTH], *pointers[DEPTH];
  static struct io_event events[DEPTH];
  for (int i = 0; i < count; i++) {
    blocks[i] = (struct iocb){.aio_data = frames[i][0], .aio_lio_opcode = opcode, .aio_fildes = fd,
                              .aio_buf = (uintptr_t)slots[frames[i][0]], .aio_nbytes = frames[i][1]};
    pointers[i] = &blocks[i];
  }
  if (syscall(SYS_io_submit, context, count, pointers) != count) exit(1);
  if (syscall(SYS_io_getevents, context, count, count, events, NULL) != count) exit(1);
  int good = 0;
  for (int i = 0; i < count; i++)
    if (events[i].res > 0) {
      frames[good][0] = events[i].data;
      frames[good++][1] = events[i].res;
    }
  return good;
}

static long write_batches(int fd, int size) {
  long left = FRAMES;
  for (int i = 0; i < DEPTH; i++) memcpy(slots[i], frame, size);
  while (left > 0) {
    int frames[DEPTH][2], count = left < DEPTH ? left : DEPTH;
    for (int i = 0; i < count; i++) frames[i][0] = i, frames[i][1] = size;
    if (batch(fd, IOCB_CMD_PWRITE, count, frames) != count) exit(1);
    left -= count;
  }
  return FRAMES;
}

static long read_batches(int fd, int echo) {
  long total = 0;
  int count;
  do {
    int frames[DEPTH][2];
    for (int i = 0; i < DEPTH; i++) frames[i][0] = i, frames[i][1] = sizeof slots[i];
    count = batch(fd, IOCB_CMD_PREAD, DEPTH, frames);
    if (echo && count > 0 && batch(fd, IOCB_CMD_PWRITE, count, frames) != count) exit(1);
    total += count;
  } while (count == DEPTH);
  return total;
}

// A learning switch. MAC addresses differ in their last byte.
static struct {
  unsigned char mac[6];
  int port;
} table[256];

static long forward(const int *ports, int from) {
  long count = 0;
  int length;
  for (int left = 256; left > 0 && (length = read(ports[from], room, sizeof room)) > 0; left--) {
    count++;
    memcpy(table[room[11]].mac, room + 6, 6);
    table[room[11]].port = from + 1;
    int to = memcmp(table[room[5]].mac, room, 6) == 0 ? table[room[5]].port - 1 : -1;
    if (room[0] & 1 || to < 0) {
      for (int port = 0; port < PORTS; port++)
        if (port != from && write(ports[port], room, length) != length) exit(1);
    } else if (to != from && write(ports[to], room, length) != length)
      exit(1);
  }
  return count;
}

static long switch_round(const int *ports) {
  long count = 0;
  struct pollfd polled[PORTS];
  for (int i = 0; i < PORTS; i++) polled[i] = (struct pollfd){.fd = ports[i], .events = POLLIN};
  while (poll(polled, PORTS, 0) > 0)
    for (int i = 0; i < PORTS; i++)
      if (polled[i].revents & POLLIN) count += forward(ports, i);
  return count;
}

// Frames from one peer to the next one.
static void fill_peers(const int *peers, int size) {
  for (int i = 0; i < PORTS; i++) {
    frame[5] = (i + 1) % PORTS + 1;
    frame[11] = i + 1;
    for (int k = 0; k < FRAMES / PORTS; k++)
      if (write(peers[i], frame, size) != size) exit(1);
  }
}

int main(int argc, char **argv) {
  const char *mode = argv[1];
  int size = atoi(argv[2]), fds[2 * PORTS], ports[PORTS], peers[PORTS];
  memcpy(frame, "\x02\0\0\0\0\x99\x02\0\0\0\0\x0a\x88\xb5", 14);
  for (int i = 3; i < argc; i++) fds[i - 3] = attach(argv[i]);
  for (int i = 0; i < PORTS && argc > 2 * PORTS; i++) {
    ports[i] = fds[2 * i];
    peers[i] = fds[2 * i + 1];
  }
  // The bridge of a pair forwards some time after both have a descriptor.
  for (int i = 0; i + 1 < argc - 3; i += 2) {
    do {
      if (write(fds[i], frame, size) != size) exit(1);
      usleep(1000);
    } while (read(fds[i + 1], room, sizeof room) <= 0);
    drain(fds[i + 1]);
  }
  int batches = strchr(mode, '-') != NULL;
  if (batches && syscall(SYS_io_setup, DEPTH, &context) < 0) exit(1);
  char line[16];
  while (fgets(line, sizeof line, stdin)) {
    double ms = 0;
    long count = 0;
    for (int repeat = 0; repeat < REPEATS; repeat++) {
      if (mode[0] == 's') fill_peers(peers, size);
      else if (mode[0] != 'w') fill(fds[0], size);
      double start = cpu();
      if (mode[0] == 'w') count += batches ? write_batches(fds[0], size) : write_round(fds[0], size);
      else if (mode[0] == 's') count += switch_round(ports);
      else if (batches) count += read_batches(fds[1], mode[0] == 'e');
      else count += read_round(fds[1], mode[0] == 'e');
      ms += cpu() - start;
      if (mode[0] == 's')
        for (int i = 0; i < PORTS; i++) drain(peers[i]);
      else if (mode[0] == 'e')
        drain(fds[0]);
    }
    printf("{\"ms\":%f,\"count\":%ld,\"sample\":[]}\n", ms, count);
    fflush(stdout);
  }
  return 0;
}
