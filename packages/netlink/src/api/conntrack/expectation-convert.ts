import { ArgumentError, show } from '../../codec/index.js'
import { anyAddress } from '../../ip/index.js'
import { type ExpectMessage, IP_CT_DIR, NF_CT_EXPECT } from '../../netfilter/index.js'
import { shortText, U16, U32 } from '../values/accepted.js'
import { canonical, familyName, familyNumber, familyOf, type IpFamily } from '../values/ip-text.js'
import { bitsOf, flagsIn, named, numberOf } from '../values/names.js'
import { checkKeys, constructorOf, defined, requireKeys, withMessage } from '../values/objects.js'
import type { Expectation, ExpectationKey, ExpectationNat, NewExpectation } from './expectation-types.js'
import {
  encodeProtocolTuple,
  encodeTuple,
  partsOf,
  protocolNumberOf,
  type TupleMessage,
  toProtocolTuple,
  toTuple,
  tupleKeys,
} from './tuple.js'
import type { ConntrackTuple } from './types.js'

const none: TupleMessage = {}

const ExpectationObject = constructorOf<Expectation, ExpectMessage>(function ({ family, attrs }) {
  this.family = familyName(family)
  this.tuple = toProtocolTuple(attrs.tuple ?? none)
  this.mask = toTuple(attrs.mask ?? none)
  this.master = toProtocolTuple(attrs.master ?? none)
  if (attrs.timeout !== undefined) this.timeout = attrs.timeout
  this.zone = attrs.zone ?? 0
  this.id = attrs.id ?? 0
  if (attrs.helpName !== undefined) this.helper = attrs.helpName
  this.class = attrs.class ?? 0
  this.flags = flagsIn(NF_CT_EXPECT, attrs.flags ?? 0)
  if (attrs.nat?.tuple !== undefined)
    this.nat = { direction: named(IP_CT_DIR, attrs.nat.dir ?? 0), tuple: toProtocolTuple(attrs.nat.tuple) }
  if (attrs.fn !== undefined && attrs.fn !== '') this.fn = attrs.fn
})

/** Converts a message to an expectation. */
export const toExpectation = (message: ExpectMessage): Expectation =>
  withMessage(new ExpectationObject(message), message)

const newKeys = {
  ...{ tuple: 1, mask: 1, master: 1, timeout: U32, zone: U16, helper: shortText(15), class: U32 },
  ...{ flags: 1, nat: 1, fn: shortText(63), family: 1, id: U32 },
} satisfies Record<keyof NewExpectation | keyof Omit<Expectation, 'message'>, unknown>

/** Fills in what the kernel requires of a tuple: any address and port. */
function completed(tuple: Partial<ConntrackTuple>, protocol: number, family: IpFamily): ConntrackTuple {
  const any = anyAddress(familyNumber(family))
  return { src: any, dst: any, ...Object.fromEntries(partsOf(protocol).map((key) => [key, 0])), ...defined(tuple) }
}

/** Encodes the tuple of an expectation. @throws {TypeError} */
function encodeExpected({ protocol: word, ...tuple }: NewExpectation['tuple']) {
  checkKeys('tuple', tuple, tupleKeys)
  const protocol = protocolNumberOf('tuple', word)
  const address = tuple.src ?? tuple.dst
  if (address === undefined) throw new ArgumentError("expected tuple to have 'src' or 'dst', got none")
  const family = familyOf(canonical(`${tuple.src === undefined ? 'dst' : 'src'} of tuple`, address))
  return {
    family,
    protocol,
    tuple,
    encoded: encodeTuple('tuple', protocol, completed(tuple, protocol, family)).encoded,
  }
}

const WHOLE_ADDRESS = { inet: '255.255.255.255', inet6: 'ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff' } as const
const WHOLE_NUMBER = {
  sport: 0xffff,
  dport: 0xffff,
  icmpType: 0xff,
  icmpCode: 0xff,
  icmpId: 0xffff,
  zone: 0xffff,
} as const

/** Returns the mask that compares all given members. */
function wholeMask(tuple: Partial<ConntrackTuple>, family: IpFamily): Partial<ConntrackTuple> {
  const given = Object.keys(defined(tuple)) as (keyof ConntrackTuple)[]
  return Object.fromEntries(
    given.map((key) => [key, key === 'src' || key === 'dst' ? WHOLE_ADDRESS[family] : WHOLE_NUMBER[key]]),
  )
}

/** Encodes what identifies an expectation. @throws {TypeError} */
export function encodeExpectationKey(key: ExpectationKey) {
  checkKeys('key', key, newKeys)
  requireKeys('key', key, 'tuple')
  const { family, encoded } = encodeExpected(key.tuple)
  return {
    family: familyNumber(family),
    attrs: { tuple: encoded, ...defined({ zone: key.zone || undefined, id: key.id }) },
  }
}

function encodeNat(nat: ExpectationNat) {
  checkKeys('nat', nat, { direction: 1, tuple: 1 })
  requireKeys('nat', nat, 'direction', 'tuple')
  return {
    dir: numberOf('direction of nat', IP_CT_DIR, nat.direction, 1),
    tuple: encodeProtocolTuple('tuple of nat', nat.tuple).encoded,
  }
}

/** Encodes an expectation to create. @throws {TypeError} */
export function encodeExpectation(expectation: NewExpectation) {
  checkKeys('expectation', expectation, newKeys)
  requireKeys('expectation', expectation, 'tuple', 'master')
  const { timeout, zone, helper, flags, nat, fn } = expectation
  const { family, protocol, tuple, encoded } = encodeExpected(expectation.tuple)
  const mask = expectation.mask ?? wholeMask(tuple, family)
  checkKeys('mask', mask, tupleKeys)
  const master = encodeProtocolTuple('master', expectation.master)
  if (master.family !== family)
    throw new ArgumentError(`expected master to be of ${family}, got ${show(expectation.master.src)}`)
  const attrs = {
    ...{ tuple: encoded, mask: encodeTuple('mask', protocol, completed(mask, protocol, family)).encoded },
    master: master.encoded,
    ...defined({ timeout, zone: zone || undefined, helpName: helper, class: expectation.class, fn }),
    ...defined({ flags: flags && bitsOf('flags of expectation', NF_CT_EXPECT, flags), nat: nat && encodeNat(nat) }),
  }
  return { family: familyNumber(family), attrs }
}
