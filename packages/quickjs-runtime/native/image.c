/* Its own file, so that no compiler takes it for what it is before the image has been put into the executable. */
#include "runtime.h"

const struct image image __attribute__((section(".image")));
