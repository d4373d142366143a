import { GRE, TUNNEL_ENCAP_FLAG } from '../../../route/index.js'
import type { Bag } from '../members.js'
import type { SaidRequest } from '../request-of.js'
import { alone, device, type Format, hex, type Options, option } from './words.js'

/** Options of tunnels. iproute2 sends most attributes also without an option: their defaults need no word. */

const isAny = (address: string) => address === '0.0.0.0' || address === '::'
const address =
  (word: string): Format =>
  (text: string) =>
    isAny(text) ? [] : [word, text]

/** A number that is not written if it is the default. */
const unless =
  (fallback: number, word: string): Format =>
  (value: number) =>
    value === fallback ? [] : [word, String(value)]

/** A number of which 0 or 1 stands for the value of the packet inside. */
const tos: Format = (value: number) => (value === 0 ? [] : ['tos', value === 1 ? 'inherit' : `0x${value.toString(16)}`])

const encapWords = [
  [TUNNEL_ENCAP_FLAG.CSUM, 'encap-csum'],
  [TUNNEL_ENCAP_FLAG.CSUM6, 'encap-udp6-csum'],
  [TUNNEL_ENCAP_FLAG.REMCSUM, 'encap-remcsum'],
] as const
/** Flags of an encapsulation, of which `fallback` are set without a word. */
const encapFlags =
  (fallback: number): Format =>
  (flags: number) =>
    encapWords.flatMap(([bit, word]) =>
      ((flags ^ fallback) & bit) === 0 ? [] : [(flags & bit) === 0 ? `no${word}` : word],
    )

const encapsulation: Options = {
  encapType: (type: number) =>
    type === 0 ? [] : type === 1 ? ['encap', 'fou'] : type === 2 ? ['encap', 'gue'] : undefined,
  encapFlags: encapFlags(0),
  encapSport: unless(0, 'encap-sport'),
  encapDport: unless(0, 'encap-dport'),
}

const dataOf = ({ attrs }: SaidRequest) =>
  ((attrs.linkinfo as Bag | undefined)?.data ?? {}) as Readonly<Record<string, number>>

/** Bits of one direction, of which iproute2 has the words with the letter `i` or `o`. */
const greFlags =
  (letter: string): Format =>
  (flags: number) => {
    const words = [
      [GRE.SEQ, `${letter}seq`],
      [GRE.CSUM, `${letter}csum`],
    ] as const
    if ((flags & ~(GRE.SEQ | GRE.CSUM | GRE.KEY)) !== 0) return undefined
    return words.flatMap(([bit, word]) => ((flags & bit) === 0 ? [] : [word]))
  }
/** A key, which counts only with its bit in the flags. */
const greKey =
  (word: string, flags: string): Format =>
  (key: number, request) =>
    ((dataOf(request)[flags] ?? 0) & GRE.KEY) !== 0 ? [word, String(key)] : key === 0 ? [] : undefined

const erspan: Options = {
  erspanVer: option('erspan_ver'),
  erspanIndex: (index: number, request) =>
    index === 0 && dataOf(request).erspanVer !== 1 ? [] : ['erspan', String(index)],
  erspanDir: (direction: number) => ['erspan_dir', direction === 0 ? 'ingress' : 'egress'],
  erspanHwid: hex('erspan_hwid'),
}

const ends: Options = {
  remote: address('remote'),
  local: address('local'),
  link: (index: number, request) => (index === 0 ? [] : ['dev', device(request, index)]),
}
const fwmark: Format = (mark: number) => (mark === 0 ? [] : ['fwmark', `0x${mark.toString(16)}`])

const ipv4: Options = {
  ...ends,
  ttl: unless(0, 'ttl'),
  tos,
  pmtudisc: (value: number) => (value === 0 ? ['nopmtudisc'] : []),
  fwmark,
  collectMetadata: alone('external'),
  ...encapsulation,
}
const ipv6: Options = {
  ...ends,
  ttl: unless(64, 'hoplimit'),
  encapLimit: unless(4, 'encaplimit'),
  fwmark,
  collectMetadata: alone('external'),
  ...encapsulation,
  // Checksums in IPv6 are on by default.
  encapFlags: encapFlags(TUNNEL_ENCAP_FLAG.CSUM6),
}
const keys: Options = {
  iflags: greFlags('i'),
  oflags: greFlags('o'),
  ikey: greKey('ikey', 'iflags'),
  okey: greKey('okey', 'oflags'),
}
const gre: Options = {
  ...ipv4,
  ...keys,
  ignoreDf: (value: number) => (value === 0 ? [] : ['ignore-df']),
  ...erspan,
}
/** Bits of IP6_TNL_F_*, and the traffic class with the flow label. */
const flow: Options = {
  flowinfo: (value: number) => {
    const [label, tclass] = [value & 0xfffff, (value >>> 20) & 0xff]
    return [
      ...(tclass === 0 ? [] : ['tclass', `0x${tclass.toString(16)}`]),
      ...(label === 0 ? [] : ['flowlabel', `0x${label.toString(16)}`]),
    ]
  },
  flags: (bits: number) => {
    const words = [
      [1, ['encaplimit', 'none']],
      [2, ['tclass', 'inherit']],
      [4, ['flowlabel', 'inherit']],
      [16, ['dscp', 'inherit']],
      [64, ['fwmark', 'inherit']],
      [32, ['allow-localremote']],
    ] as const
    const known = words.reduce((all, [bit]) => all | bit, 0)
    return (bits & ~known) === 0 ? words.flatMap(([bit, text]) => ((bits & bit) === 0 ? [] : [...text])) : undefined
  },
}
const greOn6: Options = { ...ipv6, ...flow, ...keys, erspanVer: (version: number) => (version === 1 ? [] : undefined) }
const modeOf =
  (modes: Readonly<Record<number, string>>): Format =>
  (proto: number) =>
    modes[proto] === undefined ? undefined : ['mode', modes[proto] as string]

/** A prefix, whose length is an attribute of its own. */
const prefix =
  (word: string, length: string): Format =>
  (text: string, request) => [word, `${text}/${dataOf(request)[length] ?? 0}`]

const vti: Options = { ...ends, ikey: option('ikey'), okey: option('okey'), fwmark }

/** `remote`, `local` and `dev` of a tunnel, and what each kind has in addition. */
export const tunnelKinds: Readonly<Record<string, Options>> = {
  ...{ gre, gretap: gre, erspan: gre, ip6gre: greOn6, ip6gretap: greOn6, ip6erspan: { ...greOn6, ...erspan } },
  ipip: { ...ipv4, proto: modeOf({ 4: 'ipip', 137: 'mplsip', 0: 'any' }) },
  sit: {
    ...ipv4,
    proto: modeOf({ 41: 'ip6ip', 4: 'ipip', 137: 'mplsip', 0: 'any' }),
    flags: (bits: number) => (bits === 0 ? [] : bits === 1 ? ['isatap'] : undefined),
    '6rdPrefix': prefix('6rd-prefix', '6rdPrefixlen'),
    '6rdPrefixlen': () => [],
    '6rdRelayPrefix': prefix('6rd-relay_prefix', '6rdRelayPrefixlen'),
    '6rdRelayPrefixlen': () => [],
  },
  ip6tnl: { ...ipv6, ...flow, proto: modeOf({ 41: 'ip6ip6', 4: 'ipip6', 0: 'any' }) },
  ...{ vti, vti6: vti },
}
