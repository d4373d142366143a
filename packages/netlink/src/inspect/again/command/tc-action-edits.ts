import { areZero } from '../call.js'
import type { Bag } from '../members.js'
import { type ActionWords, indexWords } from './tc-action.js'
import { prefixLength } from './tc-flower-keys.js'
import type { Word } from './words.js'

/** Actions that change headers of packets. */

type Numbers = Readonly<Record<string, number>>

/** Returns the words of the bits that are set; undefined if one has none. */
function bitWords(bits: number, words: readonly string[]): Word[] | undefined {
  if (bits >>> words.length !== 0) return undefined
  return words.filter((_, at) => (bits & (1 << at)) !== 0)
}

/** TCA_CSUM_UPDATE_FLAG_*, linux/tc_act/tc_csum.h */
const checksums = ['ip4h', 'icmp', 'igmp', 'tcp', 'udp', 'udplite', 'sctp']

/** `struct tc_csum` */
export const csum: ActionWords = (parms, _, verdict) => {
  const targets = bitWords(parms.updateFlags ?? 0, checksums)
  return verdict && targets && [...targets, ...verdict, ...indexWords(parms)]
}

/** `struct tc_nat`, linux/tc_act/tc_nat.h: TCA_NAT_FLAG_EGRESS is the only flag */
export const nat: ActionWords = (parms, _, verdict) => {
  const { oldAddr, newAddr, mask } = parms as Bag
  const length = prefixLength(String(mask))
  if (verdict === undefined || length === undefined || (parms.flags ?? 0) > 1) return undefined
  const direction = parms.flags === 1 ? 'egress' : 'ingress'
  return [direction, `${oldAddr}/${length}`, String(newAddr), ...verdict, ...indexWords(parms)]
}

/** `struct tc_skbmod`, linux/tc_act/tc_skbmod.h: SKBMOD_F_* */
export const skbmod: ActionWords = (parms, options, verdict) => {
  const flags = Number(parms.flags ?? 0)
  const [dmac, smac, etype] = [options.text('dmac'), options.text('smac'), options.number('etype')]
  const expected = (dmac === undefined ? 0 : 1) | (smac === undefined ? 0 : 2) | (etype === undefined ? 0 : 4)
  const isSwap = flags === 8
  if (verdict === undefined || (!isSwap && (flags !== expected || flags === 0))) return undefined
  return [
    ...(isSwap ? ['swap', 'mac'] : []),
    ...(dmac === undefined ? [] : ['set', 'dmac', dmac]),
    ...(etype === undefined ? [] : ['set', 'etype', `0x${etype.toString(16)}`]),
    ...(smac === undefined ? [] : ['set', 'smac', smac]),
    ...verdict,
    ...indexWords(parms),
  ]
}

/** `struct tc_pedit_sel` of the plain form: keys of 32 bits at an offset from the network header, in the sender's byte order. */
export const pedit: ActionWords = (parms, _, verdict) => {
  const { keys, nkeys, flags } = parms as unknown as { keys?: readonly Numbers[]; nkeys?: number; flags?: number }
  if (verdict === undefined || keys === undefined || nkeys !== keys.length || flags !== 0) return undefined
  const words = keys.map((key) => {
    const { mask = 0, val = 0, off = 0 } = key
    if (!areZero(key, 'at', 'offmask', 'shift') || (val & mask) !== 0 || off % 4 !== 0) return undefined
    const digits = (number: number) => `0x${number.toString(16)}`
    return ['munge', 'offset', String(off), 'u32', 'set', digits(val), 'retain', digits(~mask >>> 0)]
  })
  if (words.length === 0 || words.includes(undefined)) return undefined
  return [...(words as Word[][]).flat(), ...verdict, ...indexWords(parms)]
}
