import { ArgumentError, show } from '../../codec/error.js'
import { IPSET_FLAG_CADT, type IpsetElementMessage } from '../../netfilter/index.js'
import { checkValue, shortText } from '../values/accepted.js'
import { addressOf, bitsOfFamily, type IpFamily, parseText } from '../values/ip-text.js'
import { parsePort, parsePorts, portText } from './port.js'
import type { Part, TypeFacts } from './set-types.js'

export type ElementAttrs = NonNullable<IpsetElementMessage['attrs']['data']>
type Address = NonNullable<ElementAttrs['ip']>

const wrapped = (address: string, family: IpFamily): Address =>
  (family === 'inet' ? { ipv4: address } : { ipv6: address }) as Address

const plain = ({ ipv4, ipv6 }: Address): string => ipv4 ?? ipv6 ?? ''

/** Addresses of an entry: one, a range, or a network. */
type Addresses = Pick<ElementAttrs, 'ip' | 'ipTo' | 'cidr'>

/** Parses `10.0.0.1`, `10.0.0.0/24` or `10.0.0.1-10.0.0.9`. @throws {TypeError} */
export function parseAddresses(key: string, text: string, family: IpFamily): Addresses {
  const [first = '', last] = text.split('-')
  if (last !== undefined)
    return {
      ip: wrapped(addressOf(key, first, family), family),
      ipTo: wrapped(addressOf(key, last, family), family),
    }
  const { address, length, family: own } = parseText(key, text)
  if (own !== family) throw new ArgumentError(`expected ${key} to be of ${family}, got ${show(text)}`)
  return { ip: wrapped(address, family), ...(length !== undefined && { cidr: length }) }
}

/** Parses an address that occurs behind another one. */
function parseSecond(text: string, family: IpFamily): Partial<ElementAttrs> {
  const { ip, ipTo, cidr } = parseAddresses('a part of elem', text, family)
  return { ...(ip && { ip2: ip }), ...(ipTo && { ip2To: ipTo }), ...(cidr !== undefined && { cidr2: cidr }) }
}

function parseMark(text: string): number {
  const mark = /^(0x[0-9a-f]{1,8}|\d{1,10})$/i.test(text) ? Number(text) : Number.NaN
  if (!(mark <= 0xffffffff))
    throw new ArgumentError(`expected a part of elem to be a mark like 0x63, got ${show(text)}`)
  return mark
}

/** Length of names of links and sets, in bytes: IFNAMSIZ and IPSET_MAXNAMELEN without the final zero. */
const [LINK_NAME, SET_NAME] = [15, 31]

function parseLink(text: string): Partial<ElementAttrs> {
  const isPort = text.startsWith('physdev:')
  const iface = isPort ? text.slice('physdev:'.length) : text
  checkValue('the link in elem', iface, shortText(LINK_NAME))
  return isPort ? { iface, cadtFlags: IPSET_FLAG_CADT.PHYSDEV } : { iface }
}

/** Checks the name of a set. @throws {TypeError} */
export const checkSetName = (key: string, name: unknown) => checkValue(key, name, shortText(SET_NAME))

const mac = {
  allowed: 'a MAC address like 02:00:00:00:00:01',
  fits: (text: unknown) => /^([0-9a-f]{2}:){5}[0-9a-f]{2}$/i.test(String(text)),
}

function parsePart(
  part: Part,
  text: string,
  family: IpFamily,
  index: number,
  isBitmap: boolean,
): Partial<ElementAttrs> {
  switch (part) {
    case 'ip':
    case 'net':
      return index === 0 ? parseAddresses('a part of elem', text, family) : parseSecond(text, family)
    case 'port':
      return isBitmap ? parsePorts(text) : parsePort(text, family)
    case 'mac':
      checkValue('a part of elem', text, mac)
      return { ether: text.toLowerCase() }
    case 'mark':
      return { mark: parseMark(text) }
    case 'iface':
      return parseLink(text)
    case 'set':
      checkSetName('elem', text)
      return { name: text }
  }
}

/** Parses the parts of an entry. @throws {TypeError} */
export function parseElement(type: string, { parts }: TypeFacts, family: IpFamily, text: string): ElementAttrs {
  const given = typeof text === 'string' ? text.split(',') : []
  // The address alone: the kernel takes the MAC address of the first packet.
  const isWhole = given.length === parts.length || (type === 'bitmap:ip,mac' && given.length === 1)
  if (!isWhole || given.some((part) => part === ''))
    throw new ArgumentError(
      `expected elem of an entry of a ${type} to have the parts ${parts.join(',')}, got ${show(text)}`,
    )
  const isBitmap = type.startsWith('bitmap:')
  const attrs = given.map((part, index) => parsePart(parts[index] as Part, part, family, index, isBitmap))
  return Object.assign({}, ...attrs) as ElementAttrs
}

function addressText(ip: Address | undefined, cidr: number | undefined): string {
  const address = plain(ip ?? ({} as Address))
  const isHost = cidr === undefined || cidr === bitsOfFamily(address.includes(':') ? 'inet6' : 'inet')
  return isHost ? address : `${address}/${cidr}`
}

function partText(part: Part, attrs: ElementAttrs, index: number): string | undefined {
  switch (part) {
    case 'ip':
    case 'net':
      return index === 0 ? addressText(attrs.ip, attrs.cidr) : addressText(attrs.ip2, attrs.cidr2)
    case 'port':
      return portText(attrs)
    case 'mac':
      return attrs.ether
    case 'mark':
      return `0x${(attrs.mark ?? 0).toString(16).padStart(8, '0')}`
    case 'iface':
      return `${(attrs.cadtFlags ?? 0) & IPSET_FLAG_CADT.PHYSDEV ? 'physdev:' : ''}${attrs.iface}`
    case 'set':
      return attrs.name
  }
}

/** Returns the parts of an entry as ipset prints them. */
export const elementText = ({ parts }: TypeFacts, attrs: ElementAttrs): string =>
  parts
    .map((part, index) => partText(part, attrs, index))
    .filter((text) => text !== undefined)
    .join(',')
