import { ETH_P } from '../../../constants/index.js'
import type { Members } from '../members.js'
import { protocolWord } from './tc-flower-masks.js'
import type { Word } from './words.js'

/** EtherTypes and the protocol inside, which decide which keys tc takes. */
export interface PacketType {
  readonly outer: number
  /** EtherType of the payload of VLANs and PPP. */
  readonly inner: number
  readonly ip: number | undefined
}

/** Returns the words of some keys, and marks these as read; undefined if tc would send something else. */
export type KeyWords = (options: Members, packet: PacketType) => readonly Word[] | undefined

// PPP_*, linux/ppp_defs.h
const pppTypes: Readonly<Record<number, number>> = {
  33: ETH_P.IP,
  87: ETH_P.IPV6,
  641: ETH_P.MPLS_UC,
  643: ETH_P.MPLS_MC,
}

/** Returns the EtherType that tc checks other keys with. */
export function innerType(options: Members, protocol: number): number {
  const [vlan, inner, ppp] = ['keyVlanEthType', 'keyCvlanEthType', 'keyPppProto'].map(
    (key) => options.peek(key) as number | undefined,
  )
  return pppTypes[ppp ?? 0] ?? inner ?? vlan ?? protocol
}

const isVlan = (type: number | undefined) => type === ETH_P['8021Q'] || type === ETH_P['8021AD']

/** Returns the words of numbers without masks that are there. */
function plainWords(options: Members, keys: readonly (readonly [word: string, key: string])[]): Word[] {
  return keys.flatMap(([word, key]) => {
    const value = options.number(key)
    return value === undefined ? [] : [word, String(value)]
  })
}

/** VLANs, PPP and MPLS. */
export const linkKeys: KeyWords = (options, { outer, inner }) => {
  const count = options.number('keyNumOfVlans')
  const [vlanType, innerVlanType] = [options.number('keyVlanEthType'), options.number('keyCvlanEthType')]
  const vlan = plainWords(options, [
    ['vlan_id', 'keyVlanId'],
    ['vlan_prio', 'keyVlanPrio'],
  ])
  if (vlanType !== undefined) vlan.push('vlan_ethtype', protocolWord(vlanType))
  const innerVlan = plainWords(options, [
    ['cvlan_id', 'keyCvlanId'],
    ['cvlan_prio', 'keyCvlanPrio'],
  ])
  if (innerVlanType !== undefined) innerVlan.push('cvlan_ethtype', protocolWord(innerVlanType))
  if (vlan.length > 0 && !isVlan(outer) && !count) return undefined
  if (innerVlan.length > 0 && !isVlan(vlanType) && (count ?? 0) < 2) return undefined
  const session = plainWords(options, [['pppoe_sid', 'keyPppoeSid']])
  const ppp = options.number('keyPppProto')
  if (ppp !== undefined) session.push('ppp_proto', `0x${ppp.toString(16)}`)
  if (session.length > 0 && (innerVlanType ?? vlanType ?? outer) !== ETH_P.PPP_SES) return undefined
  const labels = mplsWords(options)
  const isMpls = inner === ETH_P.MPLS_UC || inner === ETH_P.MPLS_MC
  if (labels === undefined || (labels.length > 0 && !isMpls)) return undefined
  return [
    ...(count === undefined ? [] : ['num_of_vlans', String(count)]),
    ...[...vlan, ...innerVlan, ...session, ...labels],
  ]
}

/** Returns the words of label stack entries, which have two forms. */
function mplsWords(options: Members): Word[] | undefined {
  const outermost = plainWords(options, [
    ['mpls_label', 'keyMplsLabel'],
    ['mpls_tc', 'keyMplsTc'],
    ['mpls_bos', 'keyMplsBos'],
    ['mpls_ttl', 'keyMplsTtl'],
  ])
  const stack = options.take('keyMplsOpts') as { lse?: readonly Readonly<Record<string, number>>[] } | undefined
  if (stack === undefined) return outermost
  const entries = stack.lse ?? []
  if (outermost.length > 0 || entries.length === 0 || entries.some(({ depth }) => !depth)) return undefined
  const names = ['depth', 'label', 'tc', 'bos', 'ttl']
  return [
    'mpls',
    ...entries.flatMap((entry) => [
      'lse',
      ...names.flatMap((name) => (entry[name] === undefined ? [] : [name, String(entry[name])])),
    ]),
  ]
}
