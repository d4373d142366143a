import { dateInSeconds, i64, nanoseconds, struct, writtenAs } from '../codec/index.js'

/** `struct __kernel_timespec`, linux/time_types.h: since 1970, or zero for never */
export const kernelTimespec = struct('__kernel_timespec', {
  sec: writtenAs(i64, dateInSeconds),
  nsec: writtenAs(i64, nanoseconds),
})
