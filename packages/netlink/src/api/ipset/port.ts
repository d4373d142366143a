import { ArgumentError, show } from '../../codec/error.js'
import { IPPROTO } from '../../constants/ip.js'
import type { IpsetElementMessage } from '../../netfilter/index.js'
import type { IpFamily } from '../values/ip-text.js'
import { icmpNames, icmpv6Names } from './icmp-names.js'

type Attrs = NonNullable<IpsetElementMessage['attrs']['data']>
export type PortAttrs = Pick<Attrs, 'port' | 'portTo' | 'proto'>

/** Protocols that ipset names on every machine. It takes the names of others from /etc/protocols. */
const protocols: Readonly<Record<string, number>> = {
  ...{ tcp: IPPROTO.TCP, udp: IPPROTO.UDP, sctp: IPPROTO.SCTP, udplite: IPPROTO.UDPLITE, icmp: IPPROTO.ICMP },
  ...{ 'ipv6-icmp': IPPROTO.ICMPV6, icmpv6: IPPROTO.ICMPV6, gre: IPPROTO.GRE, esp: IPPROTO.ESP, ah: IPPROTO.AH },
}
const withPorts = new Set<number>([IPPROTO.TCP, IPPROTO.UDP, IPPROTO.SCTP, IPPROTO.UDPLITE])

const example = (range: boolean) =>
  `a port like tcp:80${range ? ', tcp:80-90' : ''}, icmp:echo-request, icmp:3/1 or gre:0`
const refusal = (text: string) => new ArgumentError(`expected a part of elem to be ${example(true)}, got ${show(text)}`)

function numberIn(text: string, most: number, whole: string): number {
  const number = /^\d{1,5}$/.test(text) ? Number(text) : Number.NaN
  if (!(number <= most)) throw refusal(whole)
  return number
}

const protocolOf = (word: string, whole: string): number => protocols[word.toLowerCase()] ?? numberIn(word, 0xff, whole)

/** Parses a port or a range of ports, without a protocol. @throws {TypeError} */
export function parsePorts(text: string, whole = text): PortAttrs {
  const [first = '', last] = text.split('-')
  const port = numberIn(first, 0xffff, whole)
  return last === undefined ? { port } : { port, portTo: numberIn(last, 0xffff, whole) }
}

/** Returns the port that holds a type and a code of ICMP. */
function icmpPort(text: string, names: typeof icmpNames, whole: string): number {
  const [type, code] = Object.hasOwn(names, text)
    ? (names[text] as readonly [number, number])
    : text.split('/').map((part) => numberIn(part, 0xff, whole))
  if (type === undefined || code === undefined) throw refusal(whole)
  return (type << 8) | code
}

/** Parses `tcp:80`, `80-90`, `icmp:echo-request`, `gre:0`. @throws {TypeError} */
export function parsePort(text: string, family: IpFamily): PortAttrs {
  const at = text.indexOf(':')
  const [word, value] = at < 0 ? ['tcp', text] : [text.slice(0, at), text.slice(at + 1)]
  const proto = protocolOf(word, text)
  if (withPorts.has(proto)) return { proto, ...parsePorts(value, text) }
  const own = family === 'inet' ? IPPROTO.ICMP : IPPROTO.ICMPV6
  if (proto === own) return { proto, port: icmpPort(value, family === 'inet' ? icmpNames : icmpv6Names, text) }
  if (proto === IPPROTO.ICMP || proto === IPPROTO.ICMPV6)
    throw new ArgumentError(
      `expected ${family === 'inet' ? 'icmp' : 'icmpv6'} in a set of ${family}, got ${show(text)}`,
    )
  if (value !== '0') throw new ArgumentError(`expected port 0 with a protocol that has no ports, got ${show(text)}`)
  return { proto, port: 0 }
}

function icmpText(port: number, names: typeof icmpNames): string {
  const [type, code] = [port >> 8, port & 0xff]
  const name = Object.entries(names).find(([, [oneType, oneCode]]) => oneType === type && oneCode === code)?.[0]
  return name ?? `${type}/${code}`
}

/** Returns a port as ipset prints it. */
export function portText({ proto, port = 0 }: PortAttrs): string {
  if (proto === undefined) return String(port)
  const word = Object.entries(protocols).find(([, number]) => number === proto)?.[0] ?? String(proto)
  if (proto === IPPROTO.ICMP) return `${word}:${icmpText(port, icmpNames)}`
  if (proto === IPPROTO.ICMPV6) return `${word}:${icmpText(port, icmpv6Names)}`
  return `${word}:${port}`
}
