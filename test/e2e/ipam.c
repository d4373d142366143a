// An IPAM plugin that assigns one address. Tests link it to musl, and run it where nothing else is.
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

int main(void) {
  const char *command = getenv("CNI_COMMAND");
  while (getchar() != EOF) {
  }
  if (command && strcmp(command, "ADD") == 0)
    puts("{\"cniVersion\":\"1.0.0\",\"ips\":[{\"address\":\"10.9.0.2/24\",\"gateway\":\"10.9.0.1\"}],"
         "\"routes\":[{\"dst\":\"10.10.0.0/16\"}]}");
  return 0;
}
