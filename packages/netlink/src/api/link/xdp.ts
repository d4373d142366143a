import { ArgumentError, show } from '../../codec/index.js'
import { type LinkMessage, XDP_ATTACHED, XDP_FLAGS } from '../../route/index.js'
import { type Accepted, BOOLEAN, integers } from '../values/accepted.js'
import type { Comparison } from '../values/compare.js'
import { named } from '../values/names.js'
import { checkKeys, defined, requireKeys } from '../values/objects.js'
import type { NewXdp, Xdp } from './types.js'

/** XDP_FLAGS_* of the ways to run a program, by their names in XDP_ATTACHED_*. */
const modes = { drv: XDP_FLAGS.DRV_MODE, skb: XDP_FLAGS.SKB_MODE, hw: XDP_FLAGS.HW_MODE } as const

const MODE: Accepted = {
  allowed: `one of ${Object.keys(modes).join(', ')}`,
  fits: (value) => typeof value === 'string' && Object.hasOwn(modes, value),
}

const xdpKeys = {
  ...{ fd: integers(-1, 0x7fffffff), mode: MODE, expectedFd: integers(-1, 0x7fffffff), ifNone: BOOLEAN },
} satisfies Record<keyof NewXdp, unknown>

/** Returns IFLA_XDP. @throws {TypeError} */
export function encodeXdp(xdp: NewXdp | undefined): LinkMessage['attrs']['xdp'] {
  if (xdp === undefined) return undefined
  checkKeys('xdp', xdp, xdpKeys)
  requireKeys('xdp', xdp, 'fd')
  const { fd, mode, expectedFd, ifNone } = xdp
  if (ifNone && expectedFd !== undefined)
    throw new ArgumentError(`expected xdp to have one of ifNone and expectedFd, got both (${show(expectedFd)})`)
  const flags =
    (mode === undefined ? 0 : modes[mode]) |
    (ifNone ? XDP_FLAGS.UPDATE_IF_NOEXIST : 0) |
    (expectedFd === undefined ? 0 : XDP_FLAGS.REPLACE)
  return { fd, ...(flags !== 0 && { flags }), ...defined({ expectedFd }) }
}

/** Returns the programs that a link runs; undefined if there is none. */
export function decodeXdp(xdp: LinkMessage['attrs']['xdp']): Xdp | undefined {
  if (!xdp?.attached) return undefined
  const { attached, progId, drvProgId, skbProgId, hwProgId } = xdp
  return defined({
    attached: named(XDP_ATTACHED, attached),
    ...{ id: progId, drv: drvProgId, skb: skbProgId, hw: hwProgId },
  }) as Xdp
}

/** Returns the ID of the program of a descriptor; undefined if it is none, or cannot be found out. */
function programOf(fd: number): number | undefined {
  try {
    const { readFileSync } = process.getBuiltinModule('node:fs')
    const found = /^prog_id:\s*(\d+)$/m.exec(readFileSync(`/proc/self/fdinfo/${fd}`, 'utf8'))
    return found ? Number(found[1]) : undefined
  } catch {
    return undefined
  }
}

/** Compares the program of a spec with the one that a link runs, in the same mode if it is given. */
export function compareXdp(xdp: NewXdp | undefined, found: Xdp | undefined): Comparison[] {
  if (xdp === undefined) return []
  const { fd, mode } = xdp
  const actual = mode === undefined ? (found?.id ?? found?.drv ?? found?.skb ?? found?.hw) : found?.[mode]
  const wanted = fd === -1 ? 0 : programOf(fd)
  return [{ key: 'xdp', wanted: wanted ?? xdp, actual: actual ?? 0, matches: wanted === (actual ?? 0) }]
}
