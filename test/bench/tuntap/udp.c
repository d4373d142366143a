// The loops that udp.bench.ts is compared with: sendmmsg(2) and recvmmsg(2) of 64 messages, over the loopback.
//
//   udp plain|offload
//
// `offload`: UDP_SEGMENT with 40 datagrams in a message, and UDP_GRO. Does one round per line of standard input, and reports its processor
// time: {"ms": ..., "count": ..., "sample": []}
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/udp.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#define DATAGRAMS 25600
#define SIZE 1400
#define DEPTH 64
#define SEGMENTS 40
#define ROOM 65600

static unsigned char data[SEGMENTS * SIZE], room[DEPTH][ROOM];
static char sent_control[CMSG_SPACE(2)], controls[DEPTH][128];
static struct iovec sent_bytes[DEPTH], bytes[DEPTH];
static struct mmsghdr out[DEPTH], in[DEPTH];

static void require(int ok, const char *what) {
  if (ok) return;
  perror(what);
  exit(1);
}

static int open_socket(void) {
  int fd = socket(AF_INET, SOCK_DGRAM | SOCK_NONBLOCK, 0), size = 1 << 24;
  struct sockaddr_in local = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
  require(bind(fd, (struct sockaddr *)&local, sizeof local) == 0, "bind");
  setsockopt(fd, SOL_SOCKET, SO_RCVBUFFORCE, &size, sizeof size);
  setsockopt(fd, SOL_SOCKET, SO_SNDBUFFORCE, &size, sizeof size);
  return fd;
}

static int receive(int fd) {
  int count = 0;
  for (;;) {
    for (int i = 0; i < DEPTH; i++) in[i].msg_hdr.msg_controllen = sizeof controls[i];
    int messages = recvmmsg(fd, in, DEPTH, 0, NULL);
    if (messages <= 0) return count;
    for (int i = 0; i < messages; i++) {
      struct cmsghdr *control = CMSG_FIRSTHDR(&in[i].msg_hdr);
      int segment = control ? *(int *)CMSG_DATA(control) : (int)in[i].msg_len;
      count += (in[i].msg_len + segment - 1) / segment;
    }
  }
}

int main(int argc, char **argv) {
  int offload = argc > 1 && strcmp(argv[1], "offload") == 0, one = 1;
  int rx = open_socket(), tx = open_socket();
  struct sockaddr_in to;
  socklen_t length = sizeof to;
  getsockname(rx, (struct sockaddr *)&to, &length);
  require(connect(tx, (struct sockaddr *)&to, length) == 0, "connect");
  if (offload) require(setsockopt(rx, SOL_UDP, UDP_GRO, &one, sizeof one) == 0, "UDP_GRO");
  struct cmsghdr *segment = (struct cmsghdr *)sent_control;
  *segment = (struct cmsghdr){.cmsg_len = CMSG_LEN(2), .cmsg_level = SOL_UDP, .cmsg_type = UDP_SEGMENT};
  *(uint16_t *)CMSG_DATA(segment) = SIZE;
  int per_message = offload ? SEGMENTS : 1;
  for (int i = 0; i < DEPTH; i++) {
    sent_bytes[i] = (struct iovec){data, per_message * SIZE};
    bytes[i] = (struct iovec){room[i], ROOM};
    out[i].msg_hdr = (struct msghdr){.msg_iov = &sent_bytes[i], .msg_iovlen = 1};
    if (offload) out[i].msg_hdr.msg_control = sent_control, out[i].msg_hdr.msg_controllen = sizeof sent_control;
    in[i].msg_hdr = (struct msghdr){.msg_iov = &bytes[i], .msg_iovlen = 1, .msg_control = controls[i]};
  }
  for (char line[64]; fgets(line, sizeof line, stdin);) {
    struct timespec from, until;
    int count = 0;
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &from);
    for (int sent = 0; sent < DATAGRAMS; sent += DEPTH * SEGMENTS) {
      for (int i = 0; i < (offload ? 1 : SEGMENTS); i++) require(sendmmsg(tx, out, DEPTH, 0) == DEPTH, "sendmmsg");
      count += receive(rx);
    }
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &until);
    double ms = (until.tv_sec - from.tv_sec) * 1e3 + (until.tv_nsec - from.tv_nsec) / 1e6;
    printf("{\"ms\":%f,\"count\":%d,\"sample\":[]}\n", ms, count);
    fflush(stdout);
  }
}
