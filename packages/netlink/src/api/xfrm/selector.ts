import { AF, ArgumentError, type Infer, show } from '../../codec/index.js'
import { IPPROTO } from '../../constants/ip.js'
import type { xfrmSelector } from '../../xfrm/structs.js'
import { indexOf } from '../run/link-lookup.js'
import type { Operation } from '../run/operation.js'
import { checkValue, U16 } from '../values/accepted.js'
import { familyName, familyNumber, familyOf, type IpFamily, networkText, parseNetwork } from '../values/ip-text.js'
import { checkLinkRef } from '../values/link-ref.js'
import { named, numberOf } from '../values/names.js'
import { checkKeys, type Draft } from '../values/objects.js'
import type { NewXfrmSelector, XfrmPort, XfrmSelector } from './types.js'

export type SelectorMessage = Infer<typeof xfrmSelector>

const ALL_BITS = 0xffff

export const selectorKeys = { src: 1, dst: 1, proto: 1, sport: 1, dport: 1, dev: 1 } satisfies Record<
  keyof NewXfrmSelector,
  unknown
>

/** Returns a port; undefined for any. */
const portOf = (value: number, mask: number): XfrmPort | undefined =>
  mask === 0 ? undefined : mask === ALL_BITS ? value : { value, mask }

/** Assigns the members of a selector to an object. */
export function assignSelector(to: Draft<XfrmSelector>, message: SelectorMessage, family: IpFamily): void {
  const [sport, dport] = [portOf(message.sport, message.sportMask), portOf(message.dport, message.dportMask)]
  const network = (address: string, length: number) => networkText(length === 0 ? undefined : address, length, family)
  to.src = network(message.saddr, message.prefixlenS)
  to.dst = network(message.daddr, message.prefixlenD)
  if (message.proto !== 0) to.proto = named(IPPROTO, message.proto)
  if (sport !== undefined) to.sport = sport
  if (dport !== undefined) to.dport = dport
  if (message.ifindex !== 0) to.dev = message.ifindex
}

/** The selector of a message has no family if it matches packets of any. */
export const familyOfSelector = ({ family }: SelectorMessage, other: number = AF.INET): IpFamily =>
  familyName(family === AF.UNSPEC ? other : family)

/** Returns the number and the mask of a port. @throws {TypeError} naming the option */
function portNumbers(option: string, port: XfrmPort | undefined): readonly [value: number, mask: number] {
  if (port === undefined) return [0, 0]
  if (typeof port !== 'object' || port === null) {
    checkValue(option, port, U16)
    return [port, ALL_BITS]
  }
  checkKeys(option, port, { value: U16, mask: U16 })
  return [port.value, port.mask]
}

/** Returns the family of the addresses of a selector; undefined if it has none. @throws {TypeError} if they differ */
export function familyOfAddresses(what: string, ...addresses: readonly (string | undefined)[]): IpFamily | undefined {
  const families = addresses.filter((each) => each !== undefined && each !== 'default').map(familyOf)
  const [first] = families
  const other = families.find((each) => each !== first)
  if (other === undefined) return first
  throw new ArgumentError(`expected ${what} to have addresses of one family, got ${addresses.map(show).join(' and ')}`)
}

/** Returns the address that stands for none. */
export const anyOf = (family: IpFamily) => (family === 'inet' ? '0.0.0.0' : '::')

/** A selector without the index of its link, which is looked up after everything was checked. */
export type SelectorRequest = Omit<SelectorMessage, 'ifindex'>

/**
 * Returns a selector. Without a family it has no addresses, and the kernel takes that of the state.
 * @throws {TypeError} naming the option
 */
export function encodeSelector(what: string, selector: NewXfrmSelector, family: IpFamily | undefined): SelectorRequest {
  const { src = 'default', dst = 'default', proto, dev } = selector
  checkLinkRef(`dev of ${what}`, dev)
  const own = family ?? 'inet6'
  const [from, to] = [parseNetwork(`src of ${what}`, src, own), parseNetwork(`dst of ${what}`, dst, own)]
  const any = anyOf(own)
  const [sport, sportMask] = portNumbers(`sport of ${what}`, selector.sport)
  const [dport, dportMask] = portNumbers(`dport of ${what}`, selector.dport)
  return {
    ...{ daddr: to.address ?? any, saddr: from.address ?? any, prefixlenD: to.length, prefixlenS: from.length },
    ...{ sport, sportMask, dport, dportMask, user: 0 },
    family: family === undefined ? AF.UNSPEC : familyNumber(family),
    proto: proto === undefined ? 0 : numberOf(`proto of ${what}`, IPPROTO, proto),
  }
}

/** Adds the index of the link of a selector. */
export function* withLink(request: SelectorRequest, { dev }: NewXfrmSelector): Operation<SelectorMessage> {
  return { ...request, ifindex: dev === undefined ? 0 : yield* indexOf('dev', dev) }
}
