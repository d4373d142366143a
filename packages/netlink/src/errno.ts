import { constants } from 'node:os'

/** Second names of a number, and what libuv prefers where the kernel prefers another. */
const aliases = new Set(['EWOULDBLOCK', 'ENOTSUP'])

/** What Node does not know of asm-generic/errno.h and networking or devices bring. */
const further: Readonly<Record<number, string>> = {
  64: 'ENONET',
  76: 'ENOTUNIQ',
  77: 'EBADFD',
  87: 'EUSERS',
  94: 'ESOCKTNOSUPPORT',
  96: 'EPFNOSUPPORT',
  108: 'ESHUTDOWN',
  109: 'ETOOMANYREFS',
  112: 'EHOSTDOWN',
  117: 'EUCLEAN',
  121: 'EREMOTEIO',
  123: 'ENOMEDIUM',
  126: 'ENOKEY',
  127: 'EKEYEXPIRED',
  128: 'EKEYREVOKED',
  129: 'EKEYREJECTED',
  130: 'EOWNERDEAD',
  131: 'ENOTRECOVERABLE',
  132: 'ERFKILL',
}

/** linux/errno.h: codes the kernel keeps to itself, which nevertheless reach netlink. */
const internal: Readonly<Record<number, string>> = { 512: 'ERESTARTSYS', 524: 'ENOTSUPP' }

/** The name of a positive errno, asm-generic/errno.h: `errnoName(17)` is `'EEXIST'`; `'E4711'` for one without a name. */
export function errnoName(errno: number): string {
  const known = Object.entries(constants.errno).find(([name, value]) => value === errno && !aliases.has(name))
  return known?.[0] ?? further[errno] ?? internal[errno] ?? `E${errno}`
}
