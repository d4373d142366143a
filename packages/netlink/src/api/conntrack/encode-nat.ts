import { isRecord } from '../../codec/error.js'
import { ArgumentError, type Infer, show } from '../../codec/index.js'
import { IPPROTO } from '../../constants/index.js'
import type { ctNatAttrs } from '../../netfilter/index.js'
import { U16 } from '../values/accepted.js'
import { addressOf, type IpFamily } from '../values/ip-text.js'
import { named } from '../values/names.js'
import { checkKeys, requireKeys } from '../values/objects.js'
import { partsOf } from './tuple.js'
import type { NewConntrack, NewConntrackNat } from './types.js'

type NatMessage = Infer<typeof ctNatAttrs>

/** A translation in the form of the kernel, and the address and port that it results in, if that is clear. */
export interface EncodedNat {
  readonly nat: NatMessage
  readonly address: string
  readonly port: number | undefined
}

const portRange = { start: U16, end: U16 } as const

/** Encodes a translation. @throws {TypeError} */
export function encodeNat(key: 'snat' | 'dnat', family: IpFamily, protocol: number, nat: NewConntrackNat): EncodedNat {
  checkKeys(key, nat, { address: 1, port: 1 })
  requireKeys(key, nat, 'address')
  const address = addressOf(`address of ${key}`, nat.address, family)
  const addresses = family === 'inet' ? { v4Minip: address, v4Maxip: address } : { v6Minip: address, v6Maxip: address }
  const { port } = nat
  if (port === undefined) return { nat: addresses, address, port: undefined }
  if (!partsOf(protocol).includes('dport'))
    throw new ArgumentError(
      `expected ${key} without port, because ${named(IPPROTO, protocol)} has none, got ${show(port)}`,
    )
  const range = isRecord(port) ? port : { start: port, end: port }
  checkKeys(`port of ${key}`, range, portRange)
  requireKeys(`port of ${key}`, range, 'start', 'end')
  if (range.start > range.end)
    throw new ArgumentError(`expected start of port of ${key} to be at most its end, got ${show(port)}`)
  const isOne = range.start === range.end
  const proto = { portMin: range.start, portMax: range.end }
  return { nat: { ...addresses, proto }, address, port: isOne ? range.start : undefined }
}

/** Checks that a given tuple of the answers is the one that the kernel computes. @throws {TypeError} */
export function checkReply(reply: NonNullable<NewConntrack['reply']>, snat?: EncodedNat, dnat?: EncodedNat): void {
  const expected = { dst: snat?.address, dport: snat?.port, src: dnat?.address, sport: dnat?.port } as const
  for (const [key, value] of Object.entries(expected) as [keyof typeof expected, unknown][])
    if (value !== undefined && reply[key] !== value)
      throw new ArgumentError(
        `expected ${key} of reply to be ${show(value)}, as ${key.startsWith('d') ? 'snat' : 'dnat'} translates it, got ${show(reply[key])}`,
      )
}
