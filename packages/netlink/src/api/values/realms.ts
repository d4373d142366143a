import { numberIn, RT_REALMS } from './name-files.js'
import { checkKeys } from './objects.js'

/** Routing realms to write: numbers from 0 to 65535 or names of `rt_realms` of iproute2. */
export interface NewRealms {
  readonly from?: number | string | undefined
  readonly to?: number | string | undefined
}

/** Routing realms, each from 0 to 65535; 0 is none. RTA_FLOW and FRA_FLOW hold both, `from` in the upper half. */
export interface Realms {
  readonly from?: number | undefined
  readonly to?: number | undefined
}

const realmKeys = { from: 1, to: 1 } satisfies Record<keyof Realms, unknown>

/** Decodes RTA_FLOW or FRA_FLOW; undefined if there is none. */
export const decodeRealms = (flow: number | undefined): Realms | undefined =>
  flow ? { from: flow >>> 16, to: flow & 0xffff } : undefined

/** Encodes RTA_FLOW or FRA_FLOW. @throws {TypeError} */
export function encodeRealms(realms: NewRealms | undefined): number | undefined {
  if (realms === undefined) return undefined
  checkKeys('realms', realms, realmKeys)
  const { from = 0, to = 0 } = realms
  const [source, target] = [
    numberIn('from of realms', RT_REALMS, from, 0xffff),
    numberIn('to of realms', RT_REALMS, to, 0xffff),
  ]
  return ((source << 16) | target) >>> 0
}
