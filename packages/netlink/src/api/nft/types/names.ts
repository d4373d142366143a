import { ArgumentError, show } from '../../../codec/index.js'
import { NF_INET, NF_NETDEV, NFPROTO } from '../../../netfilter/index.js'
import { integers } from '../../values/accepted.js'

/** Families of tables, by nft's words. */
export const nftFamilies = {
  ...{ ip: NFPROTO.IPV4, ip6: NFPROTO.IPV6, inet: NFPROTO.INET },
  ...{ arp: NFPROTO.ARP, bridge: NFPROTO.BRIDGE, netdev: NFPROTO.NETDEV },
} as const
export type NftFamily = keyof typeof nftFamilies

/** Returns the number of a family. @throws {TypeError} */
export function nftFamilyNumber(family: NftFamily = 'inet'): number {
  if (typeof family === 'string' && Object.hasOwn(nftFamilies, family)) return nftFamilies[family]
  throw new ArgumentError(`expected family to be one of ${Object.keys(nftFamilies).join(', ')}, got ${show(family)}`)
}

const wordIn = (words: Readonly<Record<string, number>>, number: number) =>
  Object.keys(words).find((word) => words[word] === number)

/** Returns the word of a family. */
export const nftFamilyName = (number: number): NftFamily => (wordIn(nftFamilies, number) ?? String(number)) as NftFamily

const inetHooks = {
  ...{ prerouting: NF_INET.PRE_ROUTING, input: NF_INET.LOCAL_IN, forward: NF_INET.FORWARD, output: NF_INET.LOCAL_OUT },
  ...{ postrouting: NF_INET.POST_ROUTING, ingress: NF_INET.INGRESS },
} as const
const netdevHooks = { ingress: NF_NETDEV.INGRESS, egress: NF_NETDEV.EGRESS } as const
// Of linux/netfilter_arp.h.
const arpHooks = { input: 0, output: 1 } as const

export type NftHook = keyof typeof inetHooks | keyof typeof netdevHooks

const hooksOf = (family: NftFamily): Readonly<Record<string, number>> =>
  family === 'netdev' ? netdevHooks : family === 'arp' ? arpHooks : inetHooks

/** Returns the number of a hook. @throws {TypeError} */
export function hookNumber(family: NftFamily, hook: unknown): number {
  const hooks = hooksOf(family)
  const number = typeof hook === 'string' && Object.hasOwn(hooks, hook) ? hooks[hook] : undefined
  if (number !== undefined) return number
  throw new ArgumentError(
    `expected hook of a chain in family ${family} to be one of ${Object.keys(hooks).join(', ')}, got ${show(hook)}`,
  )
}

/** Returns the word of a hook. */
export const hookName = (family: NftFamily, number: number) =>
  (wordIn(hooksOf(family), number) ?? String(number)) as NftHook

const priorities = { raw: -300, mangle: -150, dstnat: -100, filter: 0, security: 50, srcnat: 100 } as const
const bridgePriorities = { dstnat: -300, filter: -200, out: 100, srcnat: 300 } as const

export type PriorityName = keyof typeof priorities | keyof typeof bridgePriorities
/** A priority: a number, a word, or a word with a distance: `'filter - 5'`. */
export type Priority = number | PriorityName | `${PriorityName} ${'+' | '-'} ${number}`

const prioritiesOf = (family: NftFamily): Readonly<Record<string, number>> =>
  family === 'bridge' ? bridgePriorities : family === 'arp' || family === 'netdev' ? { filter: 0 } : priorities

const I32 = integers(-0x80000000, 0x7fffffff)

/** Returns the number of a priority. @throws {TypeError} */
export function priorityNumber(family: NftFamily, priority: unknown): number {
  if (I32.fits(priority)) return Number(priority)
  const words = prioritiesOf(family)
  const [, word = '', sign, distance = '0'] =
    (typeof priority === 'string' && /^([a-z]+)(?: ?([+-]) ?(\d{1,9}))?$/.exec(priority)) || []
  if (!Object.hasOwn(words, word))
    throw new ArgumentError(
      `expected priority to be a number, or one of ${Object.keys(words).join(', ')} as in 'filter - 5', got ${show(priority)}`,
    )
  return (words[word] as number) + (sign === '-' ? -1 : 1) * Number(distance)
}
