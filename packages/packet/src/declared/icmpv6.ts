import {
  type Alternative,
  array,
  type Choice,
  choice,
  fixedBytes,
  type Infer,
  ipv6,
  macaddr,
  u8,
  u16be,
  u32be,
} from '@netloom/netlink/codec'
import { ICMPV6 } from '../numbers.js'
import { octets } from './buffer.js'
import { searchList } from './dns-name.js'
import { bits, header, withRest } from './header.js'
import { optionList } from './options.js'

const start = { type: u8, code: u8, checksum: u16be }

const prefixInformation = header('prefix', {
  prefixLength: u8,
  flags: bits({ onLink: 1, autonomous: 1, reserved: 6 }),
  validLifetime: u32be,
  preferredLifetime: u32be,
  reservedNumber: u32be,
  prefix: ipv6,
})

const reservedAndMtu = header('mtu', { reserved: u16be, mtu: u32be })

/** Options of neighbour discovery: RFC 4861, section 4.6, RFC 4191 and RFC 8106. Lengths are in units of 8 bytes. */
export const neighbourOptions = optionList(
  { name: 'icmpv6.options', single: {}, withHeader: true, unit: 8 },
  {
    sourceLinkLayer: [1, macaddr],
    targetLinkLayer: [2, macaddr],
    prefix: [3, prefixInformation],
    redirected: [4, withRest(header('redirected', { reserved: fixedBytes(6) }), 'packet', octets)],
    mtu: [5, reservedAndMtu],
    route: [
      24,
      withRest(
        header('route', {
          prefixLength: u8,
          preference: bits({ reservedHigh: 3, preference: 2, reservedLow: 3 }),
          lifetime: u32be,
        }),
        'prefix',
        octets,
      ),
    ],
    dnsServers: [25, withRest(header('rdnss', { reserved: u16be, lifetime: u32be }), 'addresses', array(ipv6))],
    dnsSearch: [31, withRest(header('dnssl', { reserved: u16be, lifetime: u32be }), 'names', searchList)],
  },
)

const echo = header('icmpv6', { ...start, id: u16be, sequence: u16be })
const tooBig = header('icmpv6', { ...start, mtu: u32be })
const parameter = header('icmpv6', { ...start, pointer: u32be })
/** Multicast listener discovery: RFC 2710, and the first bytes of a query of RFC 3810. */
const listener = header('icmpv6', { ...start, maximumDelay: u16be, reserved: u16be, group: ipv6 })
const listenerReport = header('icmpv6', { ...start, reserved: u16be, records: u16be })
const other = header('icmpv6', { ...start, rest: u32be })

const solicitRouter = withRest(header('icmpv6', { ...start, reserved: u32be }), 'options', neighbourOptions)
const advertiseRouter = withRest(
  header('icmpv6', {
    ...start,
    hopLimit: u8,
    flags: bits({ managed: 1, otherConfiguration: 1, homeAgent: 1, preference: 2, proxy: 1, reserved: 2 }),
    routerLifetime: u16be,
    reachableTime: u32be,
    retransmitTimer: u32be,
  }),
  'options',
  neighbourOptions,
)
const solicitNeighbour = withRest(
  header('icmpv6', { ...start, reserved: u32be, target: ipv6 }),
  'options',
  neighbourOptions,
)
const advertiseNeighbour = withRest(
  header('icmpv6', { ...start, flags: bits({ router: 1, solicited: 1, override: 1, reserved: 29 }), target: ipv6 }),
  'options',
  neighbourOptions,
)
const redirect = withRest(
  header('icmpv6', { ...start, reserved: u32be, target: ipv6, destination: ipv6 }),
  'options',
  neighbourOptions,
)

/** Declarations by message type. */
const layouts: Readonly<Record<number, Alternative>> = {
  [ICMPV6.PKT_TOOBIG]: tooBig,
  [ICMPV6.PARAMPROB]: parameter,
  [ICMPV6.ECHO_REQUEST]: echo,
  [ICMPV6.ECHO_REPLY]: echo,
  [ICMPV6.MGM_QUERY]: listener,
  [ICMPV6.MGM_REPORT]: listener,
  [ICMPV6.MGM_REDUCTION]: listener,
  [ICMPV6.ROUTER_SOLICITATION]: solicitRouter,
  [ICMPV6.ROUTER_ADVERTISEMENT]: advertiseRouter,
  [ICMPV6.NEIGHBOUR_SOLICITATION]: solicitNeighbour,
  [ICMPV6.NEIGHBOUR_ADVERTISEMENT]: advertiseNeighbour,
  [ICMPV6.REDIRECT]: redirect,
  [ICMPV6.MLD2_REPORT]: listenerReport,
}

const layoutOf = (type: number): Alternative => layouts[type] ?? other

/** Returns the bytes of an ICMPv6 message before its data. Messages of neighbour discovery have options up to their end. */
export function icmpv6Length(type: number, available: number): number {
  const layout = layoutOf(type)
  return 'size' in layout ? Math.min(layout.size as number, available) : available
}

type Start = { type: number; code: number; checksum: number }

/** Members of an ICMPv6 message. The ones after `checksum` depend on `type`. */
export type Icmpv6Members = Start &
  Partial<Infer<typeof echo>> &
  Partial<Infer<typeof tooBig>> &
  Partial<Infer<typeof parameter>> &
  Partial<Infer<typeof listener>> &
  Partial<Infer<typeof listenerReport>> &
  Partial<Infer<typeof other>> &
  Partial<Infer<typeof advertiseRouter>> &
  Partial<Infer<typeof advertiseNeighbour>> &
  Partial<Infer<typeof redirect>>

/**
 * An ICMPv6 message without its data: RFC 4443, RFC 4861 for neighbour discovery and router advertisements. Reserved bits are kept.
 */
export const icmpv6Message: Choice<Icmpv6Members> = choice('icmpv6', [other, ...new Set(Object.values(layouts))], {
  ofBytes: (bytes, at) => layoutOf(bytes[at] as number),
  ofValue: ({ type }) => layoutOf(type),
})
