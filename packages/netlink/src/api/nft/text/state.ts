import type { Window } from '../compile/wire.js'
import { isMessageType, type Source } from '../expression/source.js'
import { bytesOf, type DataType, inOrder, lengthOf } from '../types/data-types.js'
import type { NftFamily } from '../types/names.js'
import { networkOf, type PacketContext } from './resolve.js'
import { formatValue, type KnownSets, registerText } from './values.js'

/** IPPROTO_IGMP */
const IGMP = 2

/** A register: what it was loaded with, and what was done to it. */
export interface Slot {
  readonly text: string
  readonly type: DataType
  /** A field of a header; it may be one of several at this place. */
  readonly payload?: { readonly base: unknown; readonly offset: number; readonly length: number }
  readonly source?: Source
  /** Fields that are parts of these bytes. */
  readonly parts?: readonly Source[]
  /** The bytes that contain the field, before it is shifted to their end. */
  readonly window?: Window
  readonly mask?: Buffer
  readonly xor?: Buffer
  /** True if a number of the host was converted to the order of the network. */
  readonly swapped?: boolean
  /** A constant that no type is known of yet. */
  readonly bytes?: Buffer
  /** True for data of a map, whose types the statement knows. */
  readonly isMap?: boolean
}

/** A part of the rule's text. */
export interface Part {
  readonly text: string
  /** Set if the part only checks for a header. It is left out if a later part implies it. */
  readonly implies?: keyof PacketContext
}

/** An expression that was read. */
export interface ReadExpression {
  readonly name?: string | undefined
  readonly data?: unknown
}

export const bytesIn = (data: unknown) => Buffer.from((data as { value?: Uint8Array } | undefined)?.value ?? [])
export const number = (value: unknown) => Number(value ?? 0)

/** Returns the offset of a register in bytes. */
export const offsetOf = (register: unknown) =>
  number(register) >= 8 ? (number(register) - 8) * 4 : (number(register) - 1) * 16

/** The text of a rule so far, the content of its registers, and what the rule has found out about the packet. */
export class RuleState {
  readonly family: NftFamily
  readonly sets: KnownSets
  readonly context: PacketContext
  readonly registers = new Map<number, Slot>()
  readonly parts: Part[] = []
  /** A comparison that is the start of a range if its end follows. `text`: without the end. */
  pendingRange: { readonly slot: Slot; readonly from: Buffer; readonly text: string } | undefined

  /** `sets` are those whose elements belong to rules. */
  constructor(family: NftFamily, sets: KnownSets) {
    this.family = family
    this.sets = sets
    this.context = family === 'ip' || family === 'ip6' || family === 'arp' ? { network: family } : {}
    if (family === 'bridge') this.context.link = 'ether'
  }

  say(text: string, implies?: keyof PacketContext): void {
    this.parts.push({ text, ...(implies && { implies }) })
  }

  /** Ends a comparison with the start of a range that has no end. */
  flush(): void {
    const pending = this.pendingRange
    this.pendingRange = undefined
    if (pending !== undefined) this.say(pending.text)
  }

  put(register: unknown, slot: Slot): true {
    this.registers.set(offsetOf(register), slot)
    return true
  }

  /** Forgets the content of a register. */
  forget(register: unknown): void {
    this.registers.delete(offsetOf(register))
  }

  get(register: unknown): Slot | undefined {
    return this.registers.get(offsetOf(register))
  }

  /** Removes the parts that only check for the headers that a field needs. */
  implied(needs: Source['needs']): void {
    // nft keeps the check for IPv4 in front of IGMP.
    const hasNetwork = needs?.network !== undefined && needs.transport !== IGMP
    const hasMessage = needs?.messages?.length === 1
    const hasTransport = needs?.transport !== undefined
    const kinds = [
      hasMessage && 'messages',
      hasTransport && 'transport',
      hasNetwork && 'network',
      needs?.link && 'link',
    ]
    for (const kind of kinds) {
      if (!kind) continue
      const at = this.parts.findLastIndex(({ implies }) => implies === kind)
      if (at >= 0) this.parts.splice(at, 1)
    }
  }

  /** Notes what a match of one value says about the headers. */
  note(text: string, value: number): keyof PacketContext | undefined {
    if (text === 'meta l4proto' || text === 'ip protocol' || text === 'ip6 nexthdr') {
      this.context.transport = value
      // In the families of several protocols, nft keeps a check that it would not add itself.
      const isUsual = text === 'meta l4proto' || this.family === 'ip' || this.family === 'ip6'
      return isUsual ? 'transport' : undefined
    }
    if (isMessageType(text)) {
      this.context.messages = [value]
      return 'messages'
    }
    if (text === 'meta iiftype') {
      this.context.link = 'ether'
      return 'link'
    }
    if ((text === 'ether type' || text === 'vlan type') && value === 0x8100) {
      this.context.link = 'vlan'
      return 'link'
    }
    if (text !== 'meta nfproto' && text !== 'meta protocol' && text !== 'ether type' && text !== 'vlan type')
      return undefined
    this.context.network = networkOf(text, value) ?? this.context.network
    return 'network'
  }

  /** Returns the text of the value that a statement takes from a register. */
  registerText(register: unknown, type: DataType): string | undefined {
    const slot = register === undefined ? undefined : this.get(register)
    if (slot?.bytes !== undefined) return registerText(type, slot.bytes)
    if (slot === undefined) return undefined
    this.implied(slot.source?.needs)
    const { mask, xor } = slot
    if (mask === undefined || xor === undefined) return slot.text
    return maskedText(slot, mask, xor)
  }
}

/** Returns what `ct mark set` and the like write, of a value that was combined with bits. */
export function maskedText({ text, type }: Slot, mask: Buffer, xor: Buffer): string {
  const [and, flip] = [mask, xor].map((bytes) => inOrder(bytes, type.order, type.text)) as [Buffer, Buffer]
  const ones = bytesOf((1n << BigInt(type.bits)) - 1n, lengthOf(type))
  const isOr = flip.every((byte, index) => byte === ((and[index] as number) ^ (ones[index] as number)))
  if (isOr && flip.some((byte) => byte !== 0)) return `${text} | ${formatValue(type, flip)}`
  const masked = and.equals(ones) ? text : `${text} & ${formatValue(type, and)}`
  return flip.every((byte) => byte === 0) ? masked : `${masked} ^ ${formatValue(type, flip)}`
}
