import { isInterfaceName } from '../../codec/index.js'
import type { LinkMessage } from '../../route/index.js'
import { ARPHRD, type LinkKind } from './kinds.js'
import { expectModelled, refuse } from './refused.js'
import type { State } from './state.js'

/** ETH_ALEN: of all links that have one. */
const BYTES_OF_ADDRESS = 6

/** What the mock sets of a link. */
const settable = ['ifname', 'mtu', 'address', 'group', 'ifalias', 'txqlen', 'master', 'linkinfo', 'extMask', 'link']

/** Refuses what the mock does not set of a link. @throws {Refused} */
export function expectSettable(attrs: LinkMessage['attrs'], request: string): void {
  expectModelled(attrs, request, settable)
  expectModelled(attrs.linkinfo ?? {}, `${request} linkinfo`, ['kind', 'data'])
}

/** The link of a name. */
export const byName = ({ links }: State, name: string) => [...links.values()].find((each) => each.name === name)

/** The next index, which no other link had so far. */
export function freeIndex({ links, lastIndex }: State): number {
  let index = lastIndex.value
  do index++
  while (links.has(index))
  lastIndex.value = index
  return index
}

/** @throws {Refused} for what is no name, or is taken; `%d` becomes the first number that is free */
export function freeName(state: State, name: string): string {
  const [before = '', after] = name.split('%d')
  if (after !== undefined) {
    for (let number = 0; ; number++) {
      const candidate = `${before}${number}${after}`
      if (!byName(state, candidate)) return candidate
    }
  }
  if (!isInterfaceName(name)) refuse('EINVAL')
  if (byName(state, name)) refuse('EEXIST')
  return name
}

/** @throws {Refused} */
export function checkedMtu({ minMtu, maxMtu }: LinkKind, mtu: number): number {
  if (mtu < minMtu) refuse('EINVAL', 'mtu less than device minimum')
  if (maxMtu > 0 && mtu > maxMtu) refuse('EINVAL', 'mtu greater than device maximum')
  return mtu
}

/** @throws {Refused} */
export function checkedAddress({ type }: LinkKind, wanted: string): string {
  if (wanted.split(':').length < BYTES_OF_ADDRESS) refuse('EINVAL')
  const [first = 0, ...rest] = wanted.split(':').map((pair) => Number.parseInt(pair, 16))
  const isNone = first === 0 && rest.every((byte) => byte === 0)
  if (type === ARPHRD.ETHER && ((first & 1) === 1 || isNone)) refuse('EADDRNOTAVAIL')
  if (type === ARPHRD.NONE) refuse('EOPNOTSUPP')
  return wanted
}
