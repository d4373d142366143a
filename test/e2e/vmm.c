// Opens a tap as a virtual machine monitor does: each argument is a system call, such as `iff=0x1002`. Prints a line for each one,
// with its name and `ok` or its errno, and ends with the first failure, except for steps that begin with `?`.
#define _GNU_SOURCE // strerrorname_np
#include <errno.h>
#include <fcntl.h>
#include <linux/if.h>
#include <linux/if_tun.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <unistd.h>

static const char *name; // of the tap
static int fd = -1;      // the queue that was opened last

static struct ifreq request(int flags) {
  struct ifreq ifr;
  memset(&ifr, 0, sizeof ifr);
  strncpy(ifr.ifr_name, name, IFNAMSIZ - 1);
  ifr.ifr_flags = flags;
  return ifr;
}

static int with_int(unsigned long command, int value) { return ioctl(fd, command, &value); }

// Writes a broadcast frame of Local Experimental EtherType 0x88b5, after a zeroed virtio header of `header` bytes.
static int write_frame(int header) {
  unsigned char frame[12 + 60] = {0};
  memset(frame + header, 0xff, 6);
  frame[header + 6] = 2;
  frame[header + 12] = 0x88;
  frame[header + 13] = 0xb5;
  return write(fd, frame, header + 60) == header + 60 ? 0 : -1;
}

// Reads one frame. The kernel sends some when the carrier comes.
static int read_frame(void) {
  unsigned char frame[65536 + 12];
  struct pollfd ready = {.fd = fd, .events = POLLIN};
  if (poll(&ready, 1, 20000) != 1) {
    errno = ETIMEDOUT;
    return -1;
  }
  return read(fd, frame, sizeof frame) > 0 ? 0 : -1;
}

static int get_flags(void) {
  struct ifreq ifr = request(0);
  int s = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
  int result = ioctl(s, SIOCGIFFLAGS, &ifr);
  close(s);
  if (result == 0 && !(ifr.ifr_flags & IFF_UP)) {
    errno = ENETDOWN;
    return -1;
  }
  return result;
}

static int step(const char *what, int value) {
  struct ifreq ifr = request(value);
  unsigned int features;
  if (!strcmp(what, "open")) return (fd = open("/dev/net/tun", value)) < 0 ? -1 : 0;
  if (!strcmp(what, "features")) return ioctl(fd, TUNGETFEATURES, &features);
  if (!strcmp(what, "iff")) return ioctl(fd, TUNSETIFF, &ifr);
  if (!strcmp(what, "getiff")) return ioctl(fd, TUNGETIFF, &ifr);
  if (!strcmp(what, "nonblock")) return fcntl(fd, F_SETFL, O_NONBLOCK);
  if (!strcmp(what, "offload")) return ioctl(fd, TUNSETOFFLOAD, value);
  if (!strcmp(what, "hdrsz")) return with_int(TUNSETVNETHDRSZ, value);
  if (!strcmp(what, "sndbuf")) return with_int(TUNSETSNDBUF, value);
  if (!strcmp(what, "vnetle")) return with_int(TUNSETVNETLE, value);
  if (!strcmp(what, "steering")) return with_int(TUNSETSTEERINGEBPF, value);
  if (!strcmp(what, "queue")) return ioctl(fd, TUNSETQUEUE, &ifr);
  if (!strcmp(what, "flags")) return get_flags();
  if (!strcmp(what, "write")) return write_frame(value);
  if (!strcmp(what, "read")) return read_frame();
  errno = ENOSYS;
  return -1;
}

int main(int argc, char **argv) {
  name = argv[1];
  for (int i = 2; i < argc; i++) {
    char *what = argv[i];
    int optional = *what == '?';
    what += optional;
    char *equals = strchr(what, '=');
    int value = equals ? (int)strtoul(equals + 1, NULL, 0) : 0;
    if (equals) *equals = 0;
    int failed = step(what, value) < 0;
    printf("%s %s\n", what, failed ? strerrorname_np(errno) : "ok");
    if (failed && !optional) return 1;
  }
  return 0;
}
