// The programs that the contenders of vpn.bench.ts are compared with. They make one read and one write or send for each packet.
//
//   tunnels vpn TUN LOCAL REMOTE    packets of a tun in UDP datagrams on port 5555
//   tunnels switch TAP TAP...       a learning switch, which passes on the super-frames of TCP with their virtio headers
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <fcntl.h>
#include <linux/if_tun.h>
#include <net/if.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <unistd.h>

#define PORT 5555
#define BUFFER (1 << 24)
#define ROOM 65664
// Packets of one descriptor, before the next one's turn.
#define BURST 64
#define VIRTIO 10
#define MOST_PORTS 8

static unsigned char room[ROOM];

static int check(int result, const char *what) {
  if (result < 0) {
    perror(what);
    exit(1);
  }
  return result;
}

static int attach(const char *name, int flags) {
  int fd = check(open("/dev/net/tun", O_RDWR | O_NONBLOCK), "/dev/net/tun");
  struct ifreq request = {.ifr_flags = flags | IFF_NO_PI};
  strncpy(request.ifr_name, name, IFNAMSIZ - 1);
  check(ioctl(fd, TUNSETIFF, &request), name);
  return fd;
}

static struct sockaddr_in address(const char *text) {
  struct sockaddr_in result = {.sin_family = AF_INET, .sin_port = htons(PORT)};
  if (inet_pton(AF_INET, text, &result.sin_addr) != 1) exit(1);
  return result;
}

static int vpn(const char *name, const char *local, const char *remote) {
  int tun = attach(name, IFF_TUN), udp = check(socket(AF_INET, SOCK_DGRAM | SOCK_NONBLOCK, 0), "socket");
  struct sockaddr_in here = address(local), there = address(remote);
  int size = BUFFER;
  check(bind(udp, (struct sockaddr *)&here, sizeof here), "bind");
  check(connect(udp, (struct sockaddr *)&there, sizeof there), "connect");
  check(setsockopt(udp, SOL_SOCKET, SO_RCVBUFFORCE, &size, sizeof size), "SO_RCVBUFFORCE");
  check(setsockopt(udp, SOL_SOCKET, SO_SNDBUFFORCE, &size, sizeof size), "SO_SNDBUFFORCE");
  puts("ready");
  fflush(stdout);
  struct pollfd polled[] = {{.fd = tun, .events = POLLIN}, {.fd = udp, .events = POLLIN}};
  ssize_t length;
  while (poll(polled, 2, -1) > 0) {
    // Errors of single packets are ignored, as they are in a network.
    for (int i = 0; i < BURST && (length = read(tun, room, sizeof room)) > 0; i++) (void)!send(udp, room, length, 0);
    for (int i = 0; i < BURST && (length = recv(udp, room, sizeof room, 0)) > 0; i++) (void)!write(tun, room, length);
  }
  return 1;
}

// MAC addresses of the benchmark differ in their last byte.
static struct {
  unsigned char mac[6];
  int port;
} table[256];

static void forward(const struct pollfd *ports, int count, int from, ssize_t length) {
  const unsigned char *to = room + VIRTIO, *source = to + 6;
  memcpy(table[source[5]].mac, source, 6);
  table[source[5]].port = from + 1;
  int port = to[0] & 1 || memcmp(table[to[5]].mac, to, 6) != 0 ? -1 : table[to[5]].port - 1;
  for (int i = 0; i < count; i++)
    if (i != from && (port < 0 || i == port)) (void)!write(ports[i].fd, room, length);
}

static int bridge(int count, char **names) {
  struct pollfd ports[MOST_PORTS];
  for (int i = 0; i < count; i++) {
    ports[i] = (struct pollfd){.fd = attach(names[i], IFF_TAP | IFF_VNET_HDR), .events = POLLIN};
    check(ioctl(ports[i].fd, TUNSETOFFLOAD, TUN_F_CSUM | TUN_F_TSO4 | TUN_F_TSO6), "TUNSETOFFLOAD");
  }
  puts("ready");
  fflush(stdout);
  ssize_t length;
  while (poll(ports, count, -1) > 0)
    for (int from = 0; from < count; from++)
      if (ports[from].revents & POLLIN)
        for (int i = 0; i < BURST && (length = read(ports[from].fd, room, sizeof room)) > 0; i++)
          forward(ports, count, from, length);
  return 1;
}

int main(int argc, char **argv) {
  if (argc == 5 && strcmp(argv[1], "vpn") == 0) return vpn(argv[2], argv[3], argv[4]);
  if (argc > 3 && argc <= MOST_PORTS + 2 && strcmp(argv[1], "switch") == 0) return bridge(argc - 2, argv + 2);
  fputs("usage: tunnels vpn TUN LOCAL REMOTE | tunnels switch TAP TAP...\n", stderr);
  return 2;
}
