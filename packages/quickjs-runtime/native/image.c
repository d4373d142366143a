/* In a file of its own, so that the compiler does not use the initial zeros as constants. */
#include "runtime.h"

const struct image image __attribute__((section(".image")));
