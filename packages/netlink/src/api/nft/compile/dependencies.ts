import { ArgumentError } from '../../../codec/error.js'
import { ETH_P } from '../../../constants/index.js'
import { NFT_META, NFT_PAYLOAD } from '../../../netfilter/index.js'
import { isMessageType, type Needs, type Source } from '../expression/source.js'
import { dataTypes, inOrder, numberIn } from '../types/data-types.js'
import type { NftFamily } from '../types/names.js'
import { cmp, loading, type WireExpression } from './wire.js'

/** ARPHRD_ETHER, linux/if_arp.h */
const ETHER = 1
const networkNumbers = { ip: 2, ip6: 10 } as const
const etherNumbers = { ip: ETH_P.IP, ip6: ETH_P.IPV6, arp: ETH_P.ARP } as const

/** The headers that a rule has checked so far. */
export class Dependencies {
  readonly #family: NftFamily
  #network: 'ip' | 'ip6' | 'arp' | undefined
  #transport: number | undefined
  #link: 'ether' | 'vlan' | undefined
  /** Types that the ICMP message may have. */
  #messages: readonly number[] | undefined

  constructor(family: NftFamily) {
    this.#family = family
    if (family === 'ip' || family === 'ip6' || family === 'arp') this.#network = family
    if (family === 'bridge') this.#link = 'ether'
  }

  /** The family of the packets, if it is known. */
  get network(): 'ip' | 'ip6' | 'arp' | undefined {
    return this.#network
  }

  /** Returns the expressions that check for the headers. @throws {TypeError} for headers that exclude each other */
  require({ link, network, transport }: Needs = {}, text: string): WireExpression[] {
    return [
      ...(link === undefined ? [] : this.#requireLink(link)),
      ...(network === undefined ? [] : this.#requireNetwork(network, text)),
      ...(transport === undefined ? [] : this.#requireTransport(transport, text)),
    ]
  }

  /** Notes what a match of one value implies, so that it is not checked again. */
  note(source: Source, value: Buffer): void {
    const number = Number(numberIn(value))
    const { text } = source
    if (text === 'meta l4proto' || text === 'ip protocol' || text === 'ip6 nexthdr') this.#transport = number
    if (isMessageType(text)) this.#messages = [number]
    if (text === 'meta nfproto') this.#network = number === networkNumbers.ip ? 'ip' : 'ip6'
    if (text === 'meta protocol' || text === 'ether type' || text === 'vlan type') {
      const names = ['ip', 'ip6', 'arp'] as const
      this.#network = names.find((name) => etherNumbers[name] === number) ?? this.#network
    }
  }

  /** Notes that the value of a source is one of several. */
  noteAny({ text }: Source, values: readonly Buffer[]): void {
    if (isMessageType(text)) this.#messages = values.map((value) => Number(numberIn(value)))
  }

  /** Returns true if the rule must check for one of these types of ICMP messages. @throws {TypeError} if it matches others */
  needsMessage(messages: readonly number[], text: string): boolean {
    const known = this.#messages
    this.#messages = messages
    if (known === undefined) return true
    if (!known.some((each) => messages.includes(each)))
      throw new ArgumentError(
        `expected the rule to match messages of type ${messages.join(' or ')}, got ${text} after a match of type ${known.join(' or ')}`,
      )
    this.#messages = known
    return !known.every((each) => messages.includes(each))
  }

  #requireLink(link: 'ether' | 'vlan'): WireExpression[] {
    const checks: WireExpression[] = []
    if (this.#link === undefined) {
      checks.push(
        loading({ from: 'meta', key: NFT_META.IFTYPE }, dataTypes.linkType, 1),
        cmp('eq', inOrder(u16(ETHER), 'host')),
      )
      this.#link = 'ether'
    }
    if (link === 'vlan' && this.#link === 'ether') {
      const type = { from: 'payload', base: NFT_PAYLOAD.LL_HEADER, offset: 96 } as const
      checks.push(loading(type, dataTypes.etherType, 1), cmp('eq', u16(ETH_P['8021Q'])))
      this.#link = 'vlan'
    }
    return checks
  }

  #requireNetwork(network: 'ip' | 'ip6' | 'arp', text: string): WireExpression[] {
    if (this.#network === network) return []
    if (this.#network !== undefined || (this.#family === 'inet' && network === 'arp'))
      throw new ArgumentError(
        `expected the rule to match packets of ${this.#network ?? 'inet'}, got ${text}, which only ${network} has`,
      )
    this.#network = network
    if (this.#family === 'inet' && network !== 'arp')
      return [
        loading({ from: 'meta', key: NFT_META.NFPROTO }, dataTypes.nfProto, 1),
        cmp('eq', Buffer.from([networkNumbers[network]])),
      ]
    const value = u16(etherNumbers[network])
    if (this.#link !== 'vlan')
      return [loading({ from: 'meta', key: NFT_META.PROTOCOL }, dataTypes.etherType, 1), cmp('eq', value)]
    const type = { from: 'payload', base: NFT_PAYLOAD.LL_HEADER, offset: 128 } as const
    return [loading(type, dataTypes.etherType, 1), cmp('eq', value)]
  }

  #requireTransport(transport: number, text: string): WireExpression[] {
    if (this.#transport === transport) return []
    if (this.#transport !== undefined)
      throw new ArgumentError(
        `expected the rule to match one transport protocol, got ${text} after a match of protocol ${this.#transport}`,
      )
    this.#transport = transport
    return [
      loading({ from: 'meta', key: NFT_META.L4PROTO }, dataTypes.protocol, 1),
      cmp('eq', Buffer.from([transport])),
    ]
  }
}

const u16 = (value: number) => Buffer.from([value >> 8, value & 0xff])
