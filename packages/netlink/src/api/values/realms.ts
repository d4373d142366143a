import { U16 } from './accepted.js'
import { checkKeys } from './objects.js'

/** Routing realms, each from 0 to 65535; 0 is none. RTA_FLOW and FRA_FLOW hold both, `from` in the upper half. */
export interface Realms {
  readonly from?: number | undefined
  readonly to?: number | undefined
}

const realmKeys = { from: U16, to: U16 } satisfies Record<keyof Realms, unknown>

/** Decodes RTA_FLOW or FRA_FLOW; undefined if there is none. */
export const decodeRealms = (flow: number | undefined): Realms | undefined =>
  flow ? { from: flow >>> 16, to: flow & 0xffff } : undefined

/** Encodes RTA_FLOW or FRA_FLOW. @throws {TypeError} */
export function encodeRealms(realms: Realms | undefined): number | undefined {
  if (realms === undefined) return undefined
  checkKeys('realms', realms, realmKeys)
  const { from = 0, to = 0 } = realms
  return ((from << 16) | to) >>> 0
}
