import { i16, i32, i64, struct, u16, u32, u64 } from '@netloom/netlink/codec'

/** `struct iocb`, linux/aio_abi.h, on a little-endian machine */
export const iocb = struct('iocb', {
  data: u64,
  key: u32,
  rwFlags: i32,
  lioOpcode: u16,
  reqprio: i16,
  fildes: u32,
  buf: u64,
  nbytes: u64,
  offset: i64,
  reserved2: u64,
  flags: u32,
  resfd: u32,
})

/** `struct io_event`, linux/aio_abi.h */
export const ioEvent = struct('io_event', { data: u64, obj: u64, res: i64, res2: i64 })

/** IOCB_CMD_*, linux/aio_abi.h */
export const IOCB_CMD = { PREAD: 0, PWRITE: 1 } as const

/** Numbers of the system calls, asm/unistd.h. libc has no functions for them. */
export const NR =
  process.arch === 'x64'
    ? { io_setup: 206, io_destroy: 207, io_getevents: 208, io_submit: 209 }
    : { io_setup: 0, io_destroy: 1, io_submit: 2, io_getevents: 4 }
