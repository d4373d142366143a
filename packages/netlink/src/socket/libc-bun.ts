import { lazily } from './call-bun.js'
import type { Libc } from './libc.js'
import { prototypes } from './prototypes.js'

export { adopt } from './adopt-bun.js'
export { addressOf } from './call-bun.js'
export { watch } from './watch-bun.js'

/** The calls of bun:ffi. */
export const libc = Object.fromEntries(
  Object.entries(prototypes).map(([name, prototype]) => [name, lazily(prototype)]),
) as unknown as Libc
