import { errno, type LibcFunction, rawFunction } from '@netloom/netlink/socket'

// System calls with addresses as numbers. They return the negated errno if they fail. Each is written out: see `io/calls.ts`.

let rawSendmmsg: LibcFunction | undefined
let rawRecvmmsg: LibcFunction | undefined
let rawSendmsg: LibcFunction | undefined
let rawRecvmsg: LibcFunction | undefined

export function sendmmsg(fd: number, headers: number, count: number): number {
  rawSendmmsg ??= rawFunction('int sendmmsg(int, size_t, unsigned int, int)')
  const result = rawSendmmsg(fd, headers, count, 0)
  return result === -1 ? -errno() : result
}

export function recvmmsg(fd: number, headers: number, count: number): number {
  rawRecvmmsg ??= rawFunction('int recvmmsg(int, size_t, unsigned int, int, size_t)')
  const result = rawRecvmmsg(fd, headers, count, 0, 0)
  return result === -1 ? -errno() : result
}

export function sendmsg(fd: number, header: number): number {
  rawSendmsg ??= rawFunction('long sendmsg(int, size_t, int)')
  const result = rawSendmsg(fd, header, 0)
  return result === -1 ? -errno() : result
}

export function recvmsg(fd: number, header: number, flags: number): number {
  rawRecvmsg ??= rawFunction('long recvmsg(int, size_t, int)')
  const result = rawRecvmsg(fd, header, flags)
  return result === -1 ? -errno() : result
}
