import { show } from '../../../codec/index.js'
import {
  NFPROTO,
  NFT_BITWISE,
  NFT_BYTEORDER,
  NFT_CMP,
  NFT_DYNSET_OP,
  NFT_HASH,
  NFT_LOOKUP_F,
  NFT_RANGE,
  NFT_REJECT,
} from '../../../netfilter/index.js'
import { windowOf } from '../compile/wire.js'
import { verdictText } from '../elements.js'
import type { Source } from '../expression/source.js'
import { maskOf } from '../expression/value.js'
import { bytesOf, type DataType, dataTypes, inOrder, lengthOf, numberIn } from '../types/data-types.js'
import type { NftFamily } from '../types/names.js'
import { formatDuration } from '../types/units.js'
import {
  type Attributes,
  ctSource,
  fieldsAt,
  loadedSource,
  metaSource,
  networkOf,
  type PacketContext,
  rawSource,
} from './resolve.js'
import { newStateText, statefulText } from './stateful.js'
import {
  logText,
  natText,
  objrefText,
  portsText,
  queueText,
  rejectText,
  synproxyText,
  tproxyText,
} from './statements.js'
import { formatValue, type KnownSet, registerText, setText } from './values.js'

/** IPPROTO_IGMP */
const IGMP = 2

/** A register: what it was loaded with, and what was done to it. */
interface Slot {
  readonly text: string
  readonly type: DataType
  /** A field of a header; it may be one of several at this place. */
  readonly payload?: { readonly base: unknown; readonly offset: number; readonly length: number }
  readonly source?: Source
  readonly mask?: Buffer
  readonly xor?: Buffer
  /** True if a number of the host was converted to the order of the network. */
  readonly swapped?: boolean
  /** A constant that no type is known of yet. */
  readonly bytes?: Buffer
  /** Number of bytes of a map's data, whose types the statement knows. */
  readonly map?: { readonly key: string; readonly types: readonly DataType[]; readonly set: string }
}

/** A part of the rule's text. */
interface Part {
  readonly text: string
  /** Set if the part only checks for a header. It is left out if a later part implies it. */
  readonly implies?: keyof PacketContext
}

const comparisons = {
  [NFT_CMP.EQ]: '',
  [NFT_CMP.NEQ]: '!= ',
  [NFT_CMP.LT]: '< ',
  [NFT_CMP.LTE]: '<= ',
  [NFT_CMP.GT]: '> ',
  [NFT_CMP.GTE]: '>= ',
} as Readonly<Record<number, string>>

const updates: Readonly<Record<number, string>> = {
  [NFT_DYNSET_OP.ADD]: 'add',
  [NFT_DYNSET_OP.UPDATE]: 'update',
  [NFT_DYNSET_OP.DELETE]: 'delete',
}

/** An expression that was read. */
export interface ReadExpression {
  readonly name?: string | undefined
  readonly data?: unknown
}

const bytesIn = (data: unknown) => Buffer.from((data as { value?: Uint8Array } | undefined)?.value ?? [])
const number = (value: unknown) => Number(value ?? 0)

/** Returns the offset of a register in bytes. */
const offsetOf = (register: unknown) =>
  number(register) >= 8 ? (number(register) - 8) * 4 : (number(register) - 1) * 16

/** Converts the expressions of a rule to nft's text. */
export class RuleText {
  readonly #family: NftFamily
  readonly #sets: ReadonlyMap<string, KnownSet>
  readonly #context: PacketContext
  readonly #registers = new Map<number, Slot>()
  readonly #parts: Part[] = []
  #pendingRange: { readonly slot: Slot; readonly from: Buffer } | undefined

  /** `sets` are those whose elements belong to rules. */
  constructor(family: NftFamily, sets: ReadonlyMap<string, KnownSet>) {
    this.#family = family
    this.#sets = sets
    this.#context = family === 'ip' || family === 'ip6' || family === 'arp' ? { network: family } : {}
    if (family === 'bridge') this.#context.link = 'ether'
  }

  /** Returns the text. */
  finish(): string {
    this.#flush()
    return this.#parts.map(({ text }) => text).join(' ')
  }

  /** Appends an expression. */
  add({ name = '?', data = {} }: ReadExpression): void {
    const attributes = data as Attributes
    const before = this.#parts.length
    if (!this.#known(name, attributes)) {
      this.#flush()
      this.#parts.splice(before)
      this.#say(`[${name} ${show(data)}]`)
    }
  }

  #say(text: string, implies?: keyof PacketContext): void {
    this.#parts.push({ text, ...(implies && { implies }) })
  }

  /** Ends a comparison with the start of a range that has no end. */
  #flush(): void {
    const pending = this.#pendingRange
    this.#pendingRange = undefined
    if (pending !== undefined)
      this.#say(`${pending.slot.text} >= ${registerText(pending.slot.type, pending.from, pending.slot.swapped)}`)
  }

  #known(name: string, data: Attributes): boolean {
    if (name !== 'cmp') this.#flush()
    switch (name) {
      case 'payload':
        return data.sreg === undefined ? this.#loadPayload(data) : this.#setPayload(data)
      case 'meta':
      case 'ct':
      case 'exthdr':
      case 'fib':
      case 'socket':
      case 'rt':
      case 'numgen':
      case 'hash':
        return data.sreg === undefined || name === 'hash' ? this.#load(name, data) : this.#set(name, data)
      case 'immediate':
        return this.#immediate(data)
      case 'bitwise':
        return this.#bitwise(data)
      case 'byteorder':
        return this.#byteorder(data)
      case 'cmp':
        return this.#cmp(data)
      case 'range':
        return this.#range(data)
      case 'lookup':
        return this.#lookup(data)
      case 'dynset':
        return this.#dynset(data)
      default:
        return this.#statement(name, data)
    }
  }

  #statement(name: string, data: Attributes): boolean {
    switch (name) {
      case 'counter':
      case 'limit':
      case 'quota':
      case 'connlimit':
      case 'last':
        this.#say(statefulText(name, data))
        return true
      case 'log':
        this.#say(logText(data))
        return true
      case 'reject':
        this.#rejectImplies(data)
        this.#say(rejectText(data, this.#family, this.#context))
        return true
      case 'queue':
        if (data.sregQnum !== undefined) return false
        this.#say(queueText(data))
        return true
      case 'notrack':
        this.#say('notrack')
        return true
      case 'flow_offload':
        this.#say(`flow add @${data.tableName}`)
        return true
      case 'synproxy':
        this.#say(synproxyText(data))
        return true
      case 'objref':
        return this.#objref(data)
      case 'nat':
        this.#say(natText(data, this.#family, this.#translation(data, addressType(data.family, this.#family))))
        return true
      case 'masq':
      case 'redir':
        this.#say(portsText(name === 'masq' ? 'masquerade' : 'redirect', data, this.#translation(data, dataTypes.ipv4)))
        return true
      case 'tproxy': {
        const registers = { regAddrMin: data.regAddr, regProtoMin: data.regPort }
        this.#say(tproxyText(data, this.#family, this.#translation(registers, addressType(data.family, this.#family))))
        return true
      }
      default:
        return false
    }
  }

  /** Leaves out the checks that nft adds for a rejection. */
  #rejectImplies({ type }: Attributes): void {
    if (type === NFT_REJECT.ICMP_UNREACH && this.#context.network !== undefined) this.#implied({ network: 'ip' })
  }

  #put(register: unknown, slot: Slot): true {
    this.#registers.set(offsetOf(register), slot)
    return true
  }

  #get(register: unknown): Slot | undefined {
    return this.#registers.get(offsetOf(register))
  }

  /** Removes the parts that only check for the headers that a field needs. */
  #implied(needs: Source['needs']): void {
    // nft keeps the check for IPv4 in front of IGMP.
    const hasNetwork = needs?.network !== undefined && needs.transport !== IGMP
    const kinds = [needs?.transport !== undefined && 'transport', hasNetwork && 'network', needs?.link && 'link']
    for (const kind of kinds) {
      if (!kind) continue
      const at = this.#parts.findLastIndex(({ implies }) => implies === kind)
      if (at >= 0) this.#parts.splice(at, 1)
    }
  }

  /** Notes what a match of one value says about the headers. */
  #note(text: string, value: number): keyof PacketContext | undefined {
    if (text === 'meta l4proto' || text === 'ip protocol' || text === 'ip6 nexthdr') {
      this.#context.transport = value
      // In the families of several protocols, nft keeps a check that it would not add itself.
      const isUsual = text === 'meta l4proto' || this.#family === 'ip' || this.#family === 'ip6'
      return isUsual ? 'transport' : undefined
    }
    if (text === 'meta iiftype') {
      this.#context.link = 'ether'
      return 'link'
    }
    if ((text === 'ether type' || text === 'vlan type') && value === 0x8100) {
      this.#context.link = 'vlan'
      return 'link'
    }
    if (text !== 'meta nfproto' && text !== 'meta protocol' && text !== 'ether type' && text !== 'vlan type')
      return undefined
    this.#context.network = networkOf(text, value) ?? this.#context.network
    return 'network'
  }

  #loadPayload({ dreg, base, offset, len }: Attributes): boolean {
    const payload = { base, offset: number(offset), length: number(len) }
    const fields = fieldsAt(base, this.#context)
    const at = payload.offset * 8
    const exact = fields.find(
      ({ load, type }) => load.from === 'payload' && load.offset === at && type.bits === payload.length * 8,
    )
    const partly = fields.find(
      ({ load, type }) => load.from === 'payload' && load.offset === at && type.bits > payload.length * 8,
    )
    const window = fields.find(({ load, type }) => {
      if (load.from !== 'payload' || type.bits % 8 === 0) return false
      const own = windowOf(load.offset, type)
      return own.offset === payload.offset && own.length === payload.length
    })
    const source = exact ?? partly ?? window ?? rawSource(base, payload.offset, payload.length)
    return this.#put(dreg, { text: source.text, type: source.type, payload, source })
  }

  #load(name: string, data: Attributes): boolean {
    if (name === 'hash' && data.type !== NFT_HASH.SYM) return this.#hash(data)
    const source = loadedSource(name, data, this.#family)
    if (source === undefined) return false
    return this.#put(data.dreg, { text: source.text, type: source.type, source })
  }

  #hash({ sreg, dreg, modulus, seed, offset }: Attributes): boolean {
    const from = this.#get(sreg)
    if (from === undefined) return false
    this.#implied(from.source?.needs)
    const words = [`jhash ${from.text} mod ${modulus}`]
    if (number(seed) !== 0) words.push(`seed 0x${number(seed).toString(16)}`)
    if (number(offset) !== 0) words.push(`offset ${offset}`)
    return this.#put(dreg, { text: words.join(' '), type: dataTypes.group })
  }

  #immediate({ dreg, data }: Attributes): boolean {
    const { verdict } = (data ?? {}) as { verdict?: Parameters<typeof verdictText>[0] }
    if (verdict !== undefined) this.#say(verdictText(verdict))
    else this.#put(dreg, { text: '', type: dataTypes.mark, bytes: bytesIn(data) })
    return true
  }

  #bitwise({ sreg, dreg, op, mask, xor, data, len }: Attributes): boolean {
    const slot = this.#get(sreg)
    if (slot === undefined) return false
    if (op === NFT_BITWISE.RSHIFT) {
      // The field of a header is moved to the end of the register.
      const { source } = slot
      const shift = inOrder(bytesIn(data), 'host')
      if (
        source?.load.from !== 'payload' ||
        windowOf(source.load.offset, source.type).shift !== Number(numberIn(shift))
      )
        return false
      return this.#put(dreg, { text: source.text, type: source.type, source })
    }
    if (op !== undefined && op !== NFT_BITWISE.MASK_XOR) return false
    return this.#put(dreg, this.#masked({ ...slot, mask: bytesIn(mask), xor: bytesIn(xor) }, number(len)))
  }

  /** Returns the slot of a partial field if the mask is that of the field. */
  #masked(slot: Slot, length: number): Slot {
    const { payload, mask, xor } = slot
    if (payload === undefined || mask === undefined || xor === undefined || xor.some((byte) => byte !== 0)) return slot
    const field = fieldsAt(payload.base, this.#context).find(({ load, type }) => {
      if (load.from !== 'payload' || type.bits % 8 === 0) return false
      const window = windowOf(load.offset, type)
      const own = bytesOf(((1n << BigInt(type.bits)) - 1n) << BigInt(window.shift), window.length)
      return window.offset === payload.offset && window.length === length && own.equals(mask)
    })
    if (field === undefined) return slot
    return { text: field.text, type: field.type, source: field, payload }
  }

  #byteorder({ sreg, dreg, op }: Attributes): boolean {
    const slot = this.#get(sreg)
    if (slot === undefined || op !== NFT_BYTEORDER.HTON) return false
    return this.#put(dreg, { ...slot, swapped: true })
  }

  #cmp({ sreg, op, data }: Attributes): boolean {
    const slot = this.#get(sreg)
    const value = bytesIn(data)
    const pending = this.#pendingRange
    if (slot === undefined || slot.bytes !== undefined || slot.map !== undefined) return false
    if (pending !== undefined && pending.slot === slot && op === NFT_CMP.LTE) {
      this.#pendingRange = undefined
      const text = (bytes: Buffer) => this.#valueText(slot, bytes)
      this.#implied(slot.source?.needs)
      this.#say(`${slot.text} ${text(pending.from)}-${text(value)}`)
      return true
    }
    this.#flush()
    if (op === NFT_CMP.GTE) {
      this.#pendingRange = { slot, from: value }
      return true
    }
    const sign = comparisons[number(op)]
    if (sign === undefined) return false
    if (op === NFT_CMP.EQ && slot.payload !== undefined && slot.mask === undefined && this.#several(slot, value))
      return true
    this.#implied(slot.source?.needs)
    if (slot.mask !== undefined) return this.#maskedMatch(slot, number(op), value)
    const implies =
      op === NFT_CMP.EQ ? this.#note(slot.text, Number(numberIn(inOrder(value, slot.type.order)))) : undefined
    this.#say(`${slot.text} ${sign}${this.#valueText(slot, value)}`, implies)
    return true
  }

  /** Returns the text of a value that a slot is compared with. */
  #valueText({ type, source, payload, swapped }: Slot, value: Buffer): string {
    if (source?.load.from === 'payload' && payload !== undefined) {
      const { isPartial, shift } = windowOf(source.load.offset, source.type)
      if (isPartial) return formatValue(type, bytesOf(numberIn(value) >> BigInt(shift), lengthOf(type)))
    }
    return registerText(type, value, swapped)
  }

  /** Handles bytes that contain several fields: nft compares them at once. */
  #several({ payload, source }: Slot, value: Buffer): boolean {
    const fields = payload === undefined || !source?.text.startsWith('@') ? [] : this.#fieldsIn(payload)
    if (payload === undefined || fields.length < 2) return false
    for (const field of fields) {
      const start = (field.load as { offset: number }).offset / 8 - payload.offset
      const part = value.subarray(start, start + lengthOf(field.type))
      this.#implied(field.needs)
      this.#say(`${field.text} ${registerText(field.type, part)}`, this.#note(field.text, Number(numberIn(part))))
    }
    return true
  }

  /** Returns the fields that fill some bytes of a header exactly; none if they do not. */
  #fieldsIn(payload: NonNullable<Slot['payload']>): Source[] {
    const fields = fieldsAt(payload.base, this.#context)
    const found: Source[] = []
    let at = payload.offset * 8
    const end = at + payload.length * 8
    while (at < end) {
      const next = fields.find(({ load, type }) => load.from === 'payload' && load.offset === at && type.bits % 8 === 0)
      if (next === undefined) return []
      found.push(next)
      at += next.type.bits
    }
    return at === end ? found : []
  }

  #maskedMatch(slot: Slot, op: number, value: Buffer): boolean {
    const { type, text, swapped } = slot
    const mask = inOrder(slot.mask as Buffer, swapped ? 'big' : type.order, type.text)
    const bytes = inOrder(value, swapped ? 'big' : type.order, type.text)
    if (slot.xor?.some((byte) => byte !== 0)) return false
    const isZero = bytes.every((byte) => byte === 0)
    const sign = op === NFT_CMP.EQ ? '== ' : comparisons[op]
    if (type.flags && isZero && (op === NFT_CMP.NEQ || op === NFT_CMP.EQ)) {
      this.#say(`${text} ${op === NFT_CMP.EQ ? '! ' : ''}${formatValue(type, mask)}`)
    } else {
      const word = (each: Buffer, zero: string) =>
        each.every((byte) => byte === 0)
          ? zero
          : type.name === 'integer'
            ? `0x${numberIn(each).toString(16)}`
            : formatValue(type, each)
      const bits = leadingBits(mask)
      const isAddress = type.name.endsWith('_addr')
      if (bits !== undefined && isAddress)
        this.#say(`${text} ${op === NFT_CMP.EQ ? '' : sign}${formatValue(type, bytes)}/${bits}`)
      else this.#say(`${text} & ${flagList(word(mask, '0x0'))} ${sign}${flagList(word(bytes, zeroOf(type)))}`)
    }
    return true
  }

  #range({ sreg, op, fromData, toData }: Attributes): boolean {
    const slot = this.#get(sreg)
    if (slot === undefined || slot.bytes !== undefined) return false
    this.#implied(slot.source?.needs)
    const [from, to] = [fromData, toData].map((each) => this.#valueText(slot, bytesIn(each)))
    this.#say(`${slot.text} ${op === NFT_RANGE.NEQ ? '!= ' : ''}${from}-${to}`)
    return true
  }

  /** Returns the slots that a key of this many bytes consists of. */
  #key(register: unknown, types: readonly DataType[] | undefined): { text: string; types: DataType[] } | undefined {
    const slots: Slot[] = []
    let at = offsetOf(register)
    for (let count = types?.length ?? 1; count > 0; count--) {
      const slot = this.#registers.get(at)
      if (slot === undefined) return undefined
      slots.push(slot)
      at += Math.ceil(lengthOf(slot.type) / 4) * 4
    }
    for (const { source } of slots) this.#implied(source?.needs)
    return { text: slots.map(({ text }) => text).join(' . '), types: slots.map(({ type }) => type) }
  }

  #lookup({ set, sreg, dreg, flags }: Attributes): boolean {
    const name = String(set)
    const known = this.#sets.get(name)
    const key = this.#key(sreg, known?.layout.types)
    if (key === undefined) return false
    const isAnonymous = name.startsWith('__')
    if (isAnonymous && known === undefined) return false
    const elements = isAnonymous && known ? setText(known, key.types) : `@${name}`
    const isNot = (number(flags) & NFT_LOOKUP_F.INV) !== 0
    if (dreg === undefined) this.#say(`${key.text} ${isNot ? '!= ' : ''}${elements}`)
    else if (number(dreg) === 0) this.#say(`${key.text} vmap ${elements}`)
    else {
      const types = typeof known?.layout.data === 'object' ? known.layout.data : [dataTypes.mark]
      this.#put(dreg, {
        text: `${key.text} map ${elements}`,
        type: types[0] ?? dataTypes.mark,
        map: { key: key.text, types: key.types, set: name },
      })
    }
    return true
  }

  #dynset(data: Attributes): boolean {
    const known = this.#sets.get(String(data.setName))
    const key = this.#key(data.sregKey, known?.layout.types)
    if (key === undefined) return false
    const list = (data.expressions as { elem?: readonly ReadExpression[] } | undefined)?.elem ?? []
    const states = [data.expr as ReadExpression | undefined, ...list].flatMap((each) =>
      each?.name === undefined ? [] : [` ${newStateText(each.name, (each.data ?? {}) as Attributes)}`],
    )
    const timeout = number(data.timeout) === 0 ? '' : ` timeout ${formatDuration(data.timeout as bigint)}`
    const own = data.sregData === undefined ? undefined : this.#registerText(data.sregData, dataTypes.mark)
    this.#say(
      `${updates[number(data.op)] ?? 'update'} @${data.setName} { ${key.text}${timeout}${states.join('')}${own === undefined ? '' : ` : ${own}`} }`,
    )
    return true
  }

  #objref(data: Attributes): boolean {
    if (data.setName === undefined) {
      this.#say(objrefText(data))
      return true
    }
    const known = this.#sets.get(String(data.setName))
    const key = this.#key(data.setSreg, known?.layout.types)
    if (key === undefined) return false
    const set = String(data.setName)
    const elements = set.startsWith('__') && known ? setText(known, key.types) : `@${set}`
    this.#say(`${known?.objects ?? 'counter'} name ${key.text} map ${elements}`)
    return true
  }

  /** Returns the text of the value that a statement takes from a register. */
  #registerText(register: unknown, type: DataType): string | undefined {
    const slot = register === undefined ? undefined : this.#get(register)
    if (slot?.bytes !== undefined) return registerText(type, slot.bytes)
    if (slot === undefined) return undefined
    this.#implied(slot.source?.needs)
    const { mask, xor } = slot
    if (mask === undefined || xor === undefined) return slot.text
    return maskedText(slot, mask, xor)
  }

  #translation(data: Attributes, type: DataType) {
    const text = (register: unknown, of: DataType) => this.#registerText(register, of)
    const isConcat = this.#get(data.regAddrMin)?.map !== undefined
    return {
      address: text(data.regAddrMin, type),
      addressTo: text(data.regAddrMax, type),
      // A map may contain pairs of an address and a port.
      port: isConcat ? undefined : text(data.regProtoMin, dataTypes.service),
      portTo: isConcat ? undefined : text(data.regProtoMax, dataTypes.service),
    }
  }

  #set(name: string, data: Attributes): boolean {
    const target =
      name === 'meta'
        ? metaSource(data.key)
        : name === 'ct'
          ? ctSource(data.key, data.direction, this.#family)
          : loadedSource(name, data, this.#family)
    const value = target && this.#registerText(data.sreg, target.type)
    if (target === undefined || value === undefined) return false
    this.#implied(target.needs)
    this.#say(`${target.text} set ${value}`)
    return true
  }

  #setPayload({ sreg, base, offset, len }: Attributes): boolean {
    const slot = this.#get(sreg)
    const [at, length] = [number(offset) * 8, number(len)]
    const fields = fieldsAt(base, this.#context)
    if (slot?.mask !== undefined && slot.xor !== undefined) {
      // A part of two bytes is replaced: the mask has the other bits.
      const clear = numberIn(slot.mask) ^ ((1n << BigInt(length * 8)) - 1n)
      const field = fields.find(({ load, type }) => {
        if (load.from !== 'payload') return false
        const shift = at + length * 8 - load.offset - type.bits
        return shift >= 0 && load.offset >= at && clear === ((1n << BigInt(type.bits)) - 1n) << BigInt(shift)
      })
      if (field === undefined || field.load.from !== 'payload') return false
      const shift = BigInt(at + length * 8 - field.load.offset - field.type.bits)
      const value = bytesOf(numberIn(slot.xor) >> shift, lengthOf(field.type))
      this.#implied(field.needs)
      this.#say(`${field.text} set ${formatValue(field.type, value)}`)
      return true
    }
    const field = fields.find(
      ({ load, type }) => load.from === 'payload' && load.offset === at && type.bits === length * 8,
    )
    const value = field && this.#registerText(sreg, field.type)
    if (field === undefined || value === undefined) return false
    this.#implied(field.needs)
    this.#say(`${field.text} set ${value}`)
    return true
  }
}

/** Returns the number of leading bits that are set; undefined if others are set too. */
const leadingBits = (mask: Buffer) =>
  Array.from({ length: mask.length * 8 + 1 }, (_, bits) => bits).find((bits) => maskOf(bits, mask.length).equals(mask))

/** Returns what `ct mark set` and the like write, of a value that was combined with bits. */
function maskedText({ text, type }: Slot, mask: Buffer, xor: Buffer): string {
  const [and, flip] = [mask, xor].map((bytes) => inOrder(bytes, type.order, type.text)) as [Buffer, Buffer]
  const isOr = flip.every((byte, index) => byte === (~(and[index] as number) & 0xff))
  if (isOr && flip.some((byte) => byte !== 0)) return `${text} | ${formatValue(type, flip)}`
  const masked = and.every((byte) => byte === 0xff) ? text : `${text} & ${formatValue(type, and)}`
  return flip.every((byte) => byte === 0) ? masked : `${masked} ^ ${formatValue(type, flip)}`
}

/** Returns flags as nft combines them in a mask: `(syn | ack)`. */
const flagList = (text: string) => (text.includes(',') ? `(${text.replaceAll(',', ' | ')})` : text)

/** Returns nft's text of zero in a comparison with a mask. */
const zeroOf = (type: DataType) => (type.name === 'mark' ? '0x00000000' : type.flags ? '0' : '0x0')

/** Returns the type of the addresses of a translation. */
const addressType = (number: unknown, family: NftFamily) =>
  number === NFPROTO.IPV6 || (number !== NFPROTO.IPV4 && family === 'ip6') ? dataTypes.ipv6 : dataTypes.ipv4

/** Returns nft's text of a rule. */
export function ruleText(
  family: NftFamily,
  expressions: readonly ReadExpression[],
  sets: ReadonlyMap<string, KnownSet>,
): string {
  const text = new RuleText(family, sets)
  for (const each of expressions) text.add(each)
  return text.finish()
}
