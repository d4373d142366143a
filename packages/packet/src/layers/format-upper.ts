import { nameOf } from '@netloom/netlink/codec'
import { IPPROTO } from '@netloom/netlink/constants'
import type { DnsRecord } from '../declared/dns.js'
import { DHCP_MESSAGE, DNS_TYPE, ICMP, ICMP_FRAG_NEEDED, ICMPV6, TCP_FLAG } from '../numbers.js'
import { PacketView } from '../view/packet.js'
import type { Layer } from './layer.js'

/** Letters of tcpdump, in its order. */
const flagLetters: readonly (readonly [letter: string, bit: number])[] = [
  ['F', TCP_FLAG.FIN],
  ['S', TCP_FLAG.SYN],
  ['R', TCP_FLAG.RST],
  ['P', TCP_FLAG.PSH],
  ['.', TCP_FLAG.ACK],
  ['U', TCP_FLAG.URG],
  ['E', TCP_FLAG.ECE],
  ['W', TCP_FLAG.CWR],
  ['e', TCP_FLAG.AE],
]

function formatTcpOption(option: Layer<'tcp'>['options'][number]): string {
  const { type } = option
  const value = 'value' in option ? option.value : undefined
  if (type === 'nop') return 'nop'
  if (type === 'sackPermitted') return 'sackOK'
  if (type === 'mss') return `mss ${value}`
  if (type === 'windowScale') return `wscale ${value}`
  if (type === 'timestamps') {
    const times = value as { value: number; echo: number }
    return `TS val ${times.value} ecr ${times.echo}`
  }
  if (type === 'sack') {
    const ranges = value as { left: number; right: number }[]
    return `sack ${ranges.length} ${ranges.map(({ left, right }) => `{${left}:${right}}`).join('')}`
  }
  return type === 'userTimeout' ? `uto ${value}` : `unknown-${type}`
}

/** Returns a TCP header, as tcpdump does. `length`: bytes of its data. */
export function formatTcp(tcp: Layer<'tcp'>, length: number): string {
  const { flags, sequence, acknowledgment, window, urgentPointer, options } = tcp
  const letters = flagLetters.flatMap(([letter, bit]) => (flags & bit ? [letter] : [])).join('')
  const parts = [`Flags [${letters || 'none'}]`]
  if (length > 0) parts.push(`seq ${sequence}:${(sequence + length) >>> 0}`)
  else if (flags & (TCP_FLAG.SYN | TCP_FLAG.FIN | TCP_FLAG.RST)) parts.push(`seq ${sequence}`)
  if (flags & TCP_FLAG.ACK) parts.push(`ack ${acknowledgment}`)
  parts.push(`win ${window}`)
  if (flags & TCP_FLAG.URG) parts.push(`urg ${urgentPointer}`)
  if (options.length > 0) parts.push(`options [${options.map(formatTcpOption).join(',')}]`)
  return `${parts.join(', ')}, length ${length}`
}

/** Codes of ICMP.DEST_UNREACH: linux/icmp.h. */
const [NET_UNREACHABLE, PROTOCOL_UNREACHABLE, PORT_UNREACHABLE] = [0, 2, 3]

/** Returns the target of an unreachable message, from the packet that it quotes. */
function formatUnreachable(code: number, mtu: number | undefined, quoted: Uint8Array): string {
  const packet = new PacketView({ link: 'ip', partial: true })
  packet.tryParse(quoted)
  const host = packet.ipv4?.destinationText ?? 'host'
  if (code === ICMP_FRAG_NEEDED) return `${host} unreachable - need to frag (mtu ${mtu})`
  if (code === NET_UNREACHABLE) return `net ${host} unreachable`
  if (code === PROTOCOL_UNREACHABLE) return `${host} protocol ${packet.protocol} unreachable`
  if (code === PORT_UNREACHABLE) {
    const name = packet.protocol === IPPROTO.TCP ? 'tcp' : 'udp'
    // Old routers quote 8 bytes after IP, which contain the ports but not the whole header of TCP.
    const { transportOffset: at } = packet
    if (at < 0 || at + 4 > quoted.length) return `${host} port unreachable`
    return `${host} ${name} port ${((quoted[at + 2] as number) << 8) | (quoted[at + 3] as number)} unreachable`
  }
  return code === 1 ? `host ${host} unreachable` : `${host} unreachable, code ${code}`
}

/** Returns an ICMP message. `data`: the bytes after its first 8. */
export function formatIcmp(icmp: Layer<'icmp'>, data: Uint8Array): string {
  const { type, code } = icmp
  const echo = `id ${icmp.id}, seq ${icmp.sequence}`
  switch (type) {
    case ICMP.ECHO:
      return `ICMP echo request, ${echo}`
    case ICMP.ECHOREPLY:
      return `ICMP echo reply, ${echo}`
    case ICMP.DEST_UNREACH:
      return `ICMP ${formatUnreachable(code, icmp.mtu, data)}`
    case ICMP.REDIRECT:
      return `ICMP redirect to ${icmp.gateway}`
    case ICMP.TIME_EXCEEDED:
      return code === 0 ? 'ICMP time exceeded in-transit' : 'ICMP ip reassembly time exceeded'
    case ICMP.PARAMETERPROB:
      return `ICMP parameter problem - octet ${icmp.pointer}`
    default:
      return `ICMP type ${type}, code ${code}`
  }
}

/** Returns an ICMPv6 message. */
export function formatIcmpv6(icmpv6: Layer<'icmpv6'>): string {
  const { type, code, target } = icmpv6
  switch (type) {
    case ICMPV6.ECHO_REQUEST:
      return `ICMP6, echo request, id ${icmpv6.id}, seq ${icmpv6.sequence}`
    case ICMPV6.ECHO_REPLY:
      return `ICMP6, echo reply, id ${icmpv6.id}, seq ${icmpv6.sequence}`
    case ICMPV6.DEST_UNREACH:
      return `ICMP6, destination unreachable, code ${code}`
    case ICMPV6.PKT_TOOBIG:
      return `ICMP6, packet too big, mtu ${icmpv6.mtu}`
    case ICMPV6.TIME_EXCEED:
      return code === 0 ? 'ICMP6, time exceeded in-transit' : 'ICMP6, time exceeded for reassembly'
    case ICMPV6.PARAMPROB:
      return `ICMP6, parameter problem, octet ${icmpv6.pointer}`
    case ICMPV6.ROUTER_SOLICITATION:
      return 'ICMP6, router solicitation'
    case ICMPV6.ROUTER_ADVERTISEMENT:
      return `ICMP6, router advertisement, lifetime ${icmpv6.routerLifetime}s`
    case ICMPV6.NEIGHBOUR_SOLICITATION:
      return `ICMP6, neighbor solicitation, who has ${target}`
    case ICMPV6.NEIGHBOUR_ADVERTISEMENT:
      return `ICMP6, neighbor advertisement, tgt is ${target}`
    case ICMPV6.REDIRECT:
      return `ICMP6, redirect, ${icmpv6.destination} to ${target}`
    case ICMPV6.MGM_QUERY:
      return `ICMP6, multicast listener query, group ${icmpv6.group}`
    case ICMPV6.MGM_REPORT:
      return `ICMP6, multicast listener report, group ${icmpv6.group}`
    case ICMPV6.MGM_REDUCTION:
      return `ICMP6, multicast listener done, group ${icmpv6.group}`
    case ICMPV6.MLD2_REPORT:
      return `ICMP6, multicast listener report v2, ${icmpv6.records} group record(s)`
    default:
      return `ICMP6, type ${type}, code ${code}`
  }
}

const typeName = (type: number) => nameOf(DNS_TYPE, type).slice('DNS_'.length)
const domain = (name: string) => (name === '.' ? name : `${name}.`)

function formatRecord({ type, data }: DnsRecord): string {
  if (typeof data !== 'string') return typeName(type)
  return `${typeName(type)} ${type === DNS_TYPE.A || type === DNS_TYPE.AAAA ? data : domain(data)}`
}

/** Returns a DNS message: `5+ A? example.com.` and `5 1/0/0 A 192.0.2.1`. `+` stands for recursion desired. */
export function formatDns(dns: Layer<'dns'>): string {
  const { id, response, recursionDesired, rcode, questions, answers, authorities, additionals } = dns
  if (!response) {
    const asked = questions.map(({ name, type }) => ` ${typeName(type)}? ${domain(name)}`)
    return `${id}${recursionDesired ? '+' : ''}${asked.join(',')}`
  }
  const counts = `${answers.length}/${authorities.length}/${additionals.length}`
  const found = answers.map((answer) => ` ${formatRecord(answer)}`)
  return `${id}${rcode === 0 ? '' : ` rcode ${rcode}`} ${counts}${found.join(',')}`
}

/** Returns a DHCP message. */
export function formatDhcp({ op, chaddr, options, yiaddr }: Layer<'dhcp'>): string {
  const type = options.find((option) => option.type === 'messageType')
  const name =
    type && 'value' in type ? `, ${nameOf(DHCP_MESSAGE, type.value as number).replace('DHCP_', 'DHCP ')}` : ''
  return op === 1
    ? `BOOTP/DHCP, Request from ${chaddr}${name}`
    : `BOOTP/DHCP, Reply to ${chaddr}, address ${yiaddr}${name}`
}
