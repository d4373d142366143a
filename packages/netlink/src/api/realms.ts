import { U16 } from './accepted.js'
import { expectKeys } from './objects.js'

/** Routing realms, each from 0 to 65535; 0 is none. RTA_FLOW and FRA_FLOW hold both, `from` in the upper half. */
export interface Realms {
  readonly from?: number | undefined
  readonly to?: number | undefined
}

const realmKeys = { from: U16, to: U16 } satisfies Record<keyof Realms, unknown>

/** Returns the realms of an attribute; undefined if there is none. */
export const toRealms = (flow: number | undefined): Realms | undefined =>
  flow ? { from: flow >>> 16, to: flow & 0xffff } : undefined

/** Returns the attribute of realms. @throws {TypeError} */
export function flowOf(realms: Realms | undefined): number | undefined {
  if (realms === undefined) return undefined
  expectKeys('realms', realms, realmKeys)
  const { from = 0, to = 0 } = realms
  return ((from << 16) | to) >>> 0
}
