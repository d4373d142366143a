import {
  ArgumentError,
  type Declaration,
  decode,
  encode,
  hostOrder,
  ipv4,
  ipv6,
  macaddr,
  show,
} from '../../../codec/index.js'
import * as words from './words.js'

/**
 * A data type of nft: what the bytes of a register mean. Values are bytes from the most significant to the least, whatever the order
 * in the register is, so that ranges and prefixes are computed alike for all types.
 */
export interface DataType {
  /** nft's name: `ipv4_addr`. */
  readonly name: string
  /** nft's number, which NFTA_SET_KEY_TYPE contains. 0 for types that no set can have. */
  readonly number: number
  readonly bits: number
  /** Order in the register: that of the host for numbers that the kernel computes. */
  readonly order: 'host' | 'big'
  readonly words?: words.Words
  /** True if the bits of a value are flags, which nft compares with a mask. */
  readonly flags?: true
  /** True for zero-terminated text. */
  readonly text?: true
  /** Parses what `words` does not contain. @throws {TypeError} naming `key` */
  readonly parse: (key: string, value: unknown, type: DataType) => Buffer
  readonly format: (bytes: Buffer, type: DataType) => string
  /** Formats a number that has no word, and the ends of a range. */
  readonly formatNumber: (bytes: Buffer, type: DataType) => string
  /** Parses the ends of a range. Default: texts without hyphens. */
  readonly range?: RegExp
  /** True if a range may begin with the larger value: from 22:00 to 02:00. */
  readonly cyclic?: true
}

/** Returns the bytes of a number. */
export function bytesOf(number: bigint | number, length: number): Buffer {
  return Buffer.from(
    BigInt(number)
      .toString(16)
      .padStart(length * 2, '0'),
    'hex',
  )
}

/** Returns the number in bytes. */
export const numberIn = (bytes: Buffer): bigint => (bytes.length === 0 ? 0n : BigInt(`0x${bytes.toString('hex')}`))

/** Returns a number with all bits of a type. */
export const onesOf = ({ bits }: Pick<DataType, 'bits'>) => (1n << BigInt(bits)) - 1n

/** Returns the number of bytes of a type. */
export const lengthOf = ({ bits }: Pick<DataType, 'bits'>) => Math.ceil(bits / 8)

function parseNumber(key: string, value: unknown, type: DataType): Buffer {
  const most = (1n << BigInt(type.bits)) - 1n
  const isText = typeof value === 'string' && /^(0x[0-9a-f]+|\d+)$/i.test(value)
  const number =
    typeof value === 'bigint' ? value : isText || Number.isSafeInteger(value) ? BigInt(value as string | number) : -1n
  if (number >= 0n && number <= most) return bytesOf(number, lengthOf(type))
  const known = type.words === undefined ? '' : `one of ${Object.keys(type.words).join(', ')}, or `
  throw new ArgumentError(`expected ${key} to be ${known}an integer from 0 to ${most}, got ${show(value)}`)
}

const asDecimal = (bytes: Buffer) => String(numberIn(bytes))
const asMark = (bytes: Buffer) => `0x${bytes.toString('hex')}`
const asHex = (digits: number) => (bytes: Buffer) => `0x${numberIn(bytes).toString(16).padStart(digits, '0')}`

/** Members of the type of an address. */
const address = (declaration: Declaration<string>, what: string): Pick<DataType, 'parse' | 'format'> => ({
  parse(key, value) {
    try {
      return encode(declaration, value as string)
    } catch {
      throw new ArgumentError(`expected ${key} to be ${what}, got ${show(value)}`)
    }
  },
  format: (bytes) => decode(declaration, bytes),
})

function parseText(key: string, value: unknown, type: DataType): Buffer {
  const length = lengthOf(type)
  if (typeof value !== 'string' || value === '' || value.includes('\0') || Buffer.byteLength(value) >= length)
    throw new ArgumentError(`expected ${key} to be a text of 1 to ${length - 1} bytes, got ${show(value)}`)
  const bytes = Buffer.alloc(length)
  bytes.write(value)
  return bytes
}

/** Returns text up to its zero byte. */
export const textIn = (bytes: Buffer) => bytes.toString('utf8', 0, [...bytes, 0].indexOf(0))
const quoted = (bytes: Buffer) => `"${textIn(bytes)}"`

const asFlags = (bytes: Buffer, { words: known = {} }: DataType) => {
  const bits = Number(numberIn(bytes))
  const names = Object.keys(known).filter((name) => (bits & (known[name] as number)) !== 0)
  const rest = names.reduce((left, name) => left & ~(known[name] as number), bits)
  return rest !== 0 || names.length === 0 ? `0x${bits.toString(16)}` : names.join(',')
}

/** Parses `1:10` as a class id. */
function parseClass(key: string, value: unknown, type: DataType): Buffer {
  const [, major, minor] = (typeof value === 'string' && /^([0-9a-f]{1,4}):([0-9a-f]{0,4})$/i.exec(value)) || []
  if (major === undefined) return parseNumber(key, value, type)
  return bytesOf((Number.parseInt(major, 16) << 16) | Number.parseInt(minor || '0', 16), 4)
}

const asClass = (bytes: Buffer) => `${bytes.readUInt16BE(0).toString(16)}:${bytes.readUInt16BE(2).toString(16)}`

/** Parses the number of a label, which is a bit. */
function parseLabel(key: string, value: unknown, type: DataType): Buffer {
  const bit = parseNumber(key, value, { ...type, bits: 7 })
  return bytesOf(1n << numberIn(bit), lengthOf(type))
}

/** Returns the first label, like nft. */
const asLabel = (bytes: Buffer) => String(numberIn(bytes).toString(2).split('').reverse().indexOf('1'))

/** A range of times: `2020-06-06 17:00-2020-06-06 18:00`. */
const dates = /^(\d{4}-\d\d-\d\d[ \d:]*|\d+)-(\d{4}-\d\d-\d\d[ \d:]*|\d+)$/

const NANOSECONDS = 1_000_000_000n

/** Parses a time: seconds since 1970, or `2020-06-06 17:00` in UTC. */
function parseDate(key: string, value: unknown, type: DataType): Buffer {
  const isText = typeof value === 'string' && /^\d{4}-\d\d-\d\d( \d\d:\d\d(:\d\d)?)?$/.test(value)
  const seconds = isText ? Date.parse(`${value.replace(' ', 'T')}${value.length > 10 ? '' : 'T00:00'}Z`) / 1000 : value
  if (!Number.isSafeInteger(seconds) || Number(seconds) < 0)
    throw new ArgumentError(
      `expected ${key} to be seconds since 1970, or a time like 2020-06-06 17:00 in UTC, got ${show(value)}`,
    )
  return bytesOf(BigInt(seconds as number) * NANOSECONDS, lengthOf(type))
}

const asDate = (bytes: Buffer) =>
  `"${new Date(Number(numberIn(bytes) / 1_000_000n)).toISOString().slice(0, 19).replace('T', ' ')}"`

/** Parses a time of the day: seconds, or `17:30` or `17:30:15` in UTC. */
function parseHour(key: string, value: unknown, type: DataType): Buffer {
  const [, hours, minutes, seconds = '0'] =
    (typeof value === 'string' && /^([01]\d|2[0-3]):([0-5]\d)(?::([0-5]\d))?$/.exec(value)) || []
  if (hours !== undefined) return bytesOf(Number(hours) * 3600 + Number(minutes) * 60 + Number(seconds), lengthOf(type))
  if (Number.isInteger(value) && Number(value) >= 0 && Number(value) < 86_400)
    return bytesOf(Number(value), lengthOf(type))
  throw new ArgumentError(`expected ${key} to be seconds of the day, or a time like 17:30 in UTC, got ${show(value)}`)
}

function asHour(bytes: Buffer): string {
  const text = new Date(Number(numberIn(bytes)) * 1000).toISOString().slice(11, 19)
  return `"${text.endsWith(':00') ? text.slice(0, 5) : text}"`
}

type Options = Partial<Omit<DataType, 'name' | 'number' | 'bits'>>

const declared = (name: string, number: number, bits: number, options: Options = {}): DataType => {
  const { words: known, format = asDecimal } = options
  const formatNumber = options.formatNumber ?? (known ? asDecimal : format)
  const formatWord = (bytes: Buffer, type: DataType) =>
    words.wordOf(known ?? {}, numberIn(bytes)) ?? formatNumber(bytes, type)
  const ownFormat = known ? (options.flags ? asFlags : formatWord) : format
  return { name, number, bits, order: 'big', parse: parseNumber, format: ownFormat, ...options, formatNumber }
}

const host = 'host' as const
const text = { order: host, text: true, parse: parseText, format: quoted } as const

/** The data types of nft, with its names and numbers (`enum datatypes`). */
export const dataTypes = {
  nfProto: declared('nf_proto', 2, 8, { order: host, words: words.families }),
  lladdr: declared('ll_addr', 6, 48, address(macaddr, 'a link-layer address')),
  ipv4: declared('ipv4_addr', 7, 32, address(ipv4, 'an IPv4 address')),
  ipv6: declared('ipv6_addr', 8, 128, address(ipv6, 'an IPv6 address')),
  ether: declared('ether_addr', 9, 48, address(macaddr, 'a link-layer address')),
  etherType: declared('ether_type', 10, 16, { words: words.etherTypes, formatNumber: asHex(4) }),
  arpOperation: declared('arp_op', 11, 16, { words: words.arpOperations }),
  protocol: declared('inet_proto', 12, 8, { words: words.protocols }),
  service: declared('inet_service', 13, 16),
  icmpType: declared('icmp_type', 14, 8, { words: words.icmpTypes }),
  tcpFlag: declared('tcp_flag', 15, 8, { words: words.tcpFlags, flags: true }),
  dccpType: declared('dccp_pkttype', 16, 4, { words: words.dccpTypes }),
  mobilityType: declared('mh_type', 17, 8, { words: words.mobilityTypes }),
  // Of nft's two types with this name, sets have the second one.
  date: declared('time', 43, 64, { order: host, parse: parseDate, format: asDate, range: dates }),
  time: declared('time', 18, 64, { order: host }),
  mark: declared('mark', 19, 32, { order: host, format: asMark }),
  ifindex: declared('iface_index', 20, 32, { order: host }),
  linkType: declared('iface_type', 21, 16, { order: host, words: words.linkTypes }),
  realm: declared('realm', 22, 32, { order: host }),
  classid: declared('classid', 23, 32, { order: host, parse: parseClass, format: asClass }),
  uid: declared('uid', 24, 32, { order: host }),
  gid: declared('gid', 25, 32, { order: host }),
  ctState: declared('ct_state', 26, 32, { order: host, words: words.ctStates, flags: true }),
  ctDirection: declared('ct_dir', 27, 8, { words: words.ctDirections }),
  ctStatus: declared('ct_status', 28, 32, { order: host, words: words.ctStatuses, flags: true }),
  icmp6Type: declared('icmpv6_type', 29, 8, { words: words.icmp6Types }),
  ctLabel: declared('ct_label', 30, 128, { order: host, flags: true, parse: parseLabel, format: asLabel }),
  packetType: declared('pkt_type', 31, 8, { words: words.packetTypes }),
  // nft prints the codes as numbers, because their words depend on the type.
  icmpCode: declared('icmp_code', 32, 8, { words: words.icmpCodes, format: asDecimal }),
  icmp6Code: declared('icmpv6_code', 33, 8, { words: words.icmp6Codes, format: asDecimal }),
  icmpxCode: declared('icmpx_code', 34, 8, { words: words.icmpxCodes }),
  group: declared('devgroup', 35, 32, { order: host }),
  dscp: declared('dscp', 36, 6, { words: words.codePoints, formatNumber: asHex(2) }),
  ecn: declared('ecn', 37, 2, { words: words.congestion, formatNumber: asHex(1) }),
  addressType: declared('fib_addrtype', 38, 32, { order: host, words: words.addressTypes }),
  boolean: declared('boolean', 39, 8, { words: words.existence }),
  ifname: declared('ifname', 41, 128, text),
  igmpType: declared('igmp_type', 42, 8, { words: words.igmpTypes }),
  hour: declared('hour', 44, 32, { order: host, parse: parseHour, format: asHour, cyclic: true }),
  day: declared('day', 45, 8, {
    words: words.days,
    format: (bytes) => `"${words.wordOf(words.days, numberIn(bytes))}"`,
  }),
} as const

/** Text of `bytes` bytes. */
export const stringType = (bytes: number): DataType => declared('string', 5, bytes * 8, text)

/** An integer of some bits: in the order of the packet, or of the host. */
export const integerType = (bits: number, order: DataType['order'] = 'big'): DataType =>
  declared('integer', 4, bits, { order })

/** An integer that nft prints as a hexadecimal number. */
export const hexType = (bits: number): DataType => declared('integer', 4, bits, { format: asHex(1) })

/** An integer with words. */
export const namedType = (bits: number, known: words.Words): DataType => declared('integer', 4, bits, { words: known })

/** Bits without names. */
export const bitmaskType = (bits: number): DataType => declared('bitmask', 3, bits, { format: asHex(1) })

const byName = new Map<string, DataType>(Object.values(dataTypes).map((type) => [type.name, type]))
const byNumber = new Map<number, DataType>(Object.values(dataTypes).map((type) => [type.number, type]))

/** Returns the type of sets with a name. @throws {TypeError} naming `key` */
export function typeNamed(key: string, name: unknown): DataType {
  const type = byName.get(name as string)
  if (type === undefined)
    throw new ArgumentError(`expected ${key} to be one of ${[...byName.keys()].join(', ')}, got ${show(name)}`)
  return type
}

/** Returns the type with a number; undefined if it is unknown. */
export const typeNumbered = (number: number): DataType | undefined => byNumber.get(number)

/** Returns the bytes of a value in the order of the register, or the reverse. */
export function inOrder(bytes: Buffer, order: DataType['order'], isText?: boolean): Buffer {
  return order === 'big' || isText || hostOrder === 'BE' ? bytes : Buffer.from(bytes).reverse()
}
