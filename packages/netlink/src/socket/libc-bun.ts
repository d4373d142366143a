import { libcFunction } from './call-bun.js'
import type { Libc } from './libc.js'
import { prototypes } from './prototypes.js'

export { adopt, adopt as adoptFile } from './adopt-bun.js'
export { addressOf, errno, libcFunction, rawFunction } from './call-bun.js'
export { watch } from './watch-bun.js'

/** The system calls on Bun, made through bun:ffi. */
export const libc = Object.fromEntries(
  Object.entries(prototypes).map(([name, prototype]) => [name, libcFunction(prototype)]),
) as unknown as Libc
