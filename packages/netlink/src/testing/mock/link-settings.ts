import { isInterfaceName } from '../../codec/index.js'
import { ARPHRD, type LinkMessage } from '../../route/index.js'
import type { LinkKind } from './kinds.js'
import { checkModelled, refuse } from './refused.js'
import type { State } from './state.js'

/** ETH_ALEN, the length of all addresses that are modelled, in bytes */
const BYTES_OF_ADDRESS = 6

/** The attributes of a link that can be set. */
const settable = [
  'ifname',
  'mtu',
  'address',
  'group',
  'ifalias',
  'txqlen',
  'master',
  'linkinfo',
  'extMask',
  'link',
  'afSpec',
]

/** Refuses attributes of a link that cannot be set. @throws {Refused} */
export function checkSettable(attrs: LinkMessage['attrs'], request: string): void {
  checkModelled(attrs, request, settable)
  checkModelled(attrs.linkinfo ?? {}, `${request} linkinfo`, ['kind', 'data'])
}

/** Returns the link with this name, or this alternative name. */
export const byName = ({ links }: State, name: string) =>
  [...links.values()].find((each) => each.name === name || each.altNames.includes(name))

/** Returns the next index that no link has had. */
export function freeIndex({ links, lastIndex }: State): number {
  let index = lastIndex.value
  do index++
  while (links.has(index))
  lastIndex.value = index
  return index
}

/** Returns a name for a link: `%d` becomes the first free number. @throws {Refused} if it is invalid or in use */
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

/** Returns a valid MTU. @throws {Refused} if it is out of range */
export function checkedMtu({ minMtu, maxMtu }: LinkKind, mtu: number): number {
  if (mtu < minMtu) refuse('EINVAL', 'mtu less than device minimum')
  if (maxMtu > 0 && mtu > maxMtu) refuse('EINVAL', 'mtu greater than device maximum')
  return mtu
}

/** Returns a valid MAC address. @throws {Refused} if the link cannot have it */
export function checkedAddress({ type }: LinkKind, wanted: string): string {
  if (wanted.split(':').length < BYTES_OF_ADDRESS) refuse('EINVAL')
  const [first = 0, ...rest] = wanted.split(':').map((pair) => Number.parseInt(pair, 16))
  const isNone = first === 0 && rest.every((byte) => byte === 0)
  if (type === ARPHRD.ETHER && ((first & 1) === 1 || isNone)) refuse('EADDRNOTAVAIL')
  if (type === ARPHRD.NONE) refuse('EOPNOTSUPP')
  return wanted
}
