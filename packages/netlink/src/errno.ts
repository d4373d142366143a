import { constants } from 'node:os'

/** Second names of a number, and what libuv prefers where the kernel prefers another. */
const aliases = new Set(['EWOULDBLOCK', 'ENOTSUP'])

/** linux/errno.h: codes the kernel keeps to itself, which nevertheless reach netlink. */
const internal: Readonly<Record<number, string>> = { 512: 'ERESTARTSYS', 524: 'ENOTSUPP' }

/** The name of a positive errno, asm-generic/errno.h: `errnoName(17)` is `'EEXIST'`; `'E4711'` for one without a name. */
export function errnoName(errno: number): string {
  const known = Object.entries(constants.errno).find(([name, value]) => value === errno && !aliases.has(name))
  return known?.[0] ?? internal[errno] ?? `E${errno}`
}
