import { adopt } from './adopt-bun.js'
import { libcFunction } from './call-bun.js'
import type { Descriptor, Libc, LibcFunction, OpeningCall } from './libc.js'
import { prototypes } from './prototypes.js'

export { adopt, adopt as adoptFile } from './adopt-bun.js'
export { addressOf, errno, libcFunction, rawFunction } from './call-bun.js'

export { watch } from './watch-bun.js'

/** The system calls on Bun, made through bun:ffi. */
export const libc = Object.fromEntries(
  Object.entries(prototypes).map(([name, prototype]) => [name, libcFunction(prototype)]),
) as unknown as Libc

/** Makes a system call that opens a descriptor, and adopts that. The `fd` of the result is the negated errno if the call fails. */
export function openAdopted(name: OpeningCall, ...args: readonly number[]): Descriptor {
  const fd = (libc[name] as LibcFunction)(...args)
  return fd < 0 ? { fd, close: () => {} } : adopt(fd)
}
