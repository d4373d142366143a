import { ArgumentError } from '../../../codec/error.js'
import {
  NF_NAT_RANGE,
  NFPROTO,
  NFT_DYNSET_F,
  NFT_LOOKUP_F,
  NFT_RANGE,
  NFT_REJECT,
  NFT_REJECT_ICMPX,
} from '../../../netfilter/index.js'
import type { Interval, Source, Sources } from '../expression/source.js'
import type { Comparison, Input, Lookup, Operand, Statement } from '../expression/statement.js'
import { isSingle, maskOf } from '../expression/value.js'
import { bytesOf, type DataType, inOrder, lengthOf, numberIn } from '../types/data-types.js'
import { type NftFamily, nftFamilies } from '../types/names.js'
import { u32 } from '../types/userdata.js'
import { icmp6Codes, icmpCodes } from '../types/words.js'
import { Dependencies } from './dependencies.js'
import { compileSet } from './payload.js'
import { encodeVerdict, padded, type SetLayout } from './set.js'
import {
  bitwise,
  byteorder,
  cmp,
  expression,
  immediate,
  loading,
  registerAt,
  shiftRight,
  type WireExpression,
  windowOf,
} from './wire.js'

/** The sets that a rule refers to. */
export interface SetScope {
  /** Creates a set for the elements of a rule, and returns what refers to it. */
  anonymous(layout: SetLayout, lookup: Extract<Lookup<unknown>, { elements: unknown }>): { set: string; setId: number }
  /** True if the keys of a named set are intervals. */
  isInterval(name: string): boolean
}

/** Converts statements to the expressions of a rule. */
export class RuleCompiler {
  readonly #family: NftFamily
  readonly #sets: SetScope
  readonly #known: Dependencies
  readonly expressions: WireExpression[] = []
  /** For each expression, the index of its statement. */
  readonly statements: number[] = []

  constructor(family: NftFamily, sets: SetScope) {
    this.#family = family
    this.#sets = sets
    this.#known = new Dependencies(family)
  }

  /** Appends a statement. @throws {TypeError} if the rule cannot contain it */
  add(statement: Statement, index: number): void {
    this.#statement(statement)
    while (this.statements.length < this.expressions.length) this.statements.push(index)
  }

  #push(...expressions: readonly WireExpression[]): void {
    this.expressions.push(...expressions)
  }

  #require(source: Source): void {
    this.#push(...this.#known.require(source.needs, source.text))
  }

  /** Loads a value into a register, as the host or the packet has it. */
  #load(source: Source, register: number, length?: number): void {
    const { load, type } = source
    if (load.from !== 'hash') {
      this.#push(loading(load, type, register, length))
      return
    }
    // The hash is computed from another register.
    const from = register + 1
    this.#load(load.of, from)
    const { modulus, seed, offset } = load
    const len = lengthOf(load.of.type)
    this.#push(
      expression('hash', { sreg: from, dreg: register, len, modulus, ...(seed !== undefined && { seed }), offset }),
    )
  }

  /** Loads the key of a lookup. Returns the number of bytes. */
  #loadKey(sources: Sources, interval: boolean): number {
    for (const source of sources) this.#require(source)
    let offset = 0
    for (const source of sources) {
      const register = registerAt(offset)
      const { type, load } = source
      this.#load(source, register)
      if (load.from === 'payload') this.#align(register, load.offset, type)
      const length = lengthOf(type)
      if (interval && type.order === 'host' && !type.text && length > 1) this.#push(byteorder(register, length))
      offset += padded(type)
    }
    return offset
  }

  /** Leaves only the bits of a field in a register. */
  #align(register: number, offset: number, type: DataType): void {
    const { isPartial, length, shift } = windowOf(offset, type)
    if (!isPartial) return
    this.#push(bitwise(register, shifted(maskOfBits(type.bits), shift, length)))
    if (shift > 0) this.#push(shiftRight(register, length, u32(shift)))
  }

  #lookup<D>(sources: Sources, lookup: Lookup<D>, data?: SetLayout['data']) {
    const types = sources.map(({ type }) => type)
    if ('name' in lookup) {
      const interval = this.#sets.isInterval(lookup.name)
      this.#loadKey(sources, interval)
      return { set: lookup.name }
    }
    const interval = lookup.elements.some(({ key }) => !key.every(isSingle))
    const set = this.#sets.anonymous({ types, interval, data }, lookup)
    this.#loadKey(sources, interval)
    return set
  }

  #statement(statement: Statement): void {
    switch (statement.is) {
      case 'match':
        this.#match(statement.sources, statement.comparison, statement.operand)
        return
      case 'verdict':
        this.#push(expression('immediate', { dreg: 0, data: encodeVerdict(statement) }))
        return
      case 'verdictMap':
        this.#push(
          expression('lookup', { ...this.#lookup(statement.sources, statement.lookup, 'verdict'), sreg: 1, dreg: 0 }),
        )
        return
      case 'stateful':
      case 'plain':
        this.#push(expression(statement.name, statement.data))
        return
      case 'object':
        this.#push(expression('objref', { immType: statement.type, immName: statement.name }))
        return
      case 'objectMap':
        this.#loadKey(statement.sources, this.#sets.isInterval(statement.map))
        this.#push(expression('objref', { setSreg: 1, setName: statement.map }))
        return
      case 'set':
        this.#require(statement.target)
        this.#push(...compileSet(statement.target, statement.input, (input) => this.#input(input, 1)))
        return
      case 'update':
        this.#update(statement)
        return
      case 'reject':
        this.#reject(statement)
        return
      case 'nat':
        this.#nat(statement)
        return
      case 'masquerade':
      case 'redirect': {
        const ports = this.#ports(statement.to, 1)
        const flags = statement.flags | ports.flags
        const data = { ...ports.registers, ...(flags !== 0 && { flags }) }
        this.#push(expression(statement.is === 'redirect' ? 'redir' : 'masq', data))
        return
      }
      case 'tproxy':
        this.#tproxy(statement.to)
        return
    }
  }

  #match(sources: Sources, comparison: Comparison, operand: Operand): void {
    if (operand.is === 'lookup') {
      const flags = comparison === 'neq' ? NFT_LOOKUP_F.INV : 0
      this.#push(expression('lookup', { ...this.#lookup(sources, operand.lookup), sreg: 1, ...(flags && { flags }) }))
      return
    }
    const [source] = sources
    const { type, load } = source
    this.#require(source)
    const window = load.from === 'payload' ? windowOf(load.offset, type) : undefined
    const value = (bytes: Buffer) =>
      window?.isPartial ? shifted(bytes, window.shift, window.length) : inOrder(bytes, type.order, type.text)
    if (operand.is === 'interval') {
      const { interval } = operand
      if (comparison === 'eq' && isSingle(interval)) this.#known.note(source, interval.from)
      this.#compare(source, comparison, interval, value, window)
      return
    }
    this.#load(source, 1)
    if (operand.is === 'masked') {
      this.#push(bitwise(1, value(operand.mask)), cmp(comparison, value(operand.value)))
    } else if (comparison === 'neq') {
      this.#push(cmp('neq', value(operand.bits)))
    } else {
      this.#push(bitwise(1, value(operand.bits)), cmp('neq', Buffer.alloc(lengthOf(type))))
    }
  }

  #compare(
    source: Source,
    comparison: Comparison,
    interval: Interval,
    value: (bytes: Buffer) => Buffer,
    window: ReturnType<typeof windowOf> | undefined,
  ): void {
    const { type, load } = source
    const { from, to, prefix } = interval
    const isPartial = window?.isPartial === true
    const mask = isPartial && window && bitwise(1, shifted(maskOfBits(type.bits), window.shift, window.length))
    if (prefix !== undefined && prefix > 0 && !isPartial) {
      // Whole bytes are compared without a mask: those of a header are loaded alone.
      const whole = prefix % 8 === 0 && (load.from === 'payload' || type.text)
      this.#load(source, 1, whole && load.from === 'payload' ? prefix / 8 : undefined)
      if (!whole) this.#push(bitwise(1, inOrder(maskOf(prefix, lengthOf(type)), type.order)))
      this.#push(cmp(comparison, whole ? from.subarray(0, prefix / 8) : value(from)))
      return
    }
    this.#load(source, 1)
    if (mask) this.#push(mask)
    const isOrdered = comparison !== 'eq' && comparison !== 'neq'
    if (isSingle(interval) && !isOrdered) {
      this.#push(cmp(comparison, value(from)))
      return
    }
    // The kernel compares byte by byte, from the first one on.
    const isHost = type.order === 'host' && !type.text && lengthOf(type) > 1
    if (isHost) this.#push(byteorder(1, lengthOf(type)))
    const ordered = (bytes: Buffer) => (isHost ? bytes : value(bytes))
    if (isOrdered) {
      this.#push(cmp(comparison, ordered(from)))
      return
    }
    if (comparison === 'eq') {
      this.#push(cmp('gte', ordered(from)), cmp('lte', ordered(to)))
      return
    }
    const data = { fromData: { value: ordered(from) }, toData: { value: ordered(to) } }
    this.#push(expression('range', { sreg: 1, op: NFT_RANGE.NEQ, ...data }))
  }

  /** Writes an input into a register. */
  #input(input: Input, register: number): void {
    if (input.is === 'constant') {
      this.#push(immediate(register, inOrder(input.bytes, input.type.order, input.type.text)))
    } else if (input.is === 'source') {
      const { source, mask, xor } = input
      this.#require(source)
      this.#load(source, register)
      const { order, text } = source.type
      if (mask && xor) this.#push(bitwise(register, inOrder(mask, order, text), inOrder(xor, order, text)))
    } else {
      const set = this.#lookup(input.sources, input.lookup, input.types)
      this.#push(expression('lookup', { ...set, sreg: 1, dreg: register }))
    }
  }

  #update({ set, operation, sources, data, timeout, statements }: Extract<Statement, { is: 'update' }>): void {
    const length = this.#loadKey(sources, this.#sets.isInterval(set))
    const sregData = 1 + Math.ceil(length / 16)
    if (data !== undefined) this.#input(data, sregData)
    const [first] = statements
    const wire = statements.map(({ name, data: own }) => expression(name, own))
    this.#push(
      expression('dynset', {
        ...{ setName: set, op: operation, sregKey: 1 },
        ...(data !== undefined && { sregData }),
        ...(timeout !== undefined && { timeout }),
        // Several expressions need a kernel since 5.11.
        ...(first !== undefined && wire.length === 1 && { expr: wire[0] }),
        ...(wire.length > 1 && { flags: NFT_DYNSET_F.EXPR, expressions: { elem: wire } }),
      }),
    )
  }

  #reject({ reply, code }: Extract<Statement, { is: 'reject' }>): void {
    const push = (type: number, icmpCode: number) => this.#push(expression('reject', { type, icmpCode }))
    const need = (needs: NonNullable<Source['needs']>) =>
      this.#push(...this.#known.require(needs, `reject with ${reply}`))
    switch (reply) {
      case 'tcp reset':
        need({ transport: 6 })
        push(NFT_REJECT.TCP_RST, 0)
        return
      case 'icmp':
        need({ network: 'ip' })
        push(NFT_REJECT.ICMP_UNREACH, code)
        return
      case 'icmpv6':
        need({ network: 'ip6' })
        push(NFT_REJECT.ICMP_UNREACH, code)
        return
      case 'icmpx':
        push(NFT_REJECT.ICMPX_UNREACH, code)
        return
      default: {
        const network = this.#known.network
        // The inet family has a code of its own for both.
        const known = this.#family === 'inet' ? undefined : network
        if (known === 'ip') push(NFT_REJECT.ICMP_UNREACH, icmpCodes['port-unreachable'] ?? 0)
        else if (known === 'ip6') push(NFT_REJECT.ICMP_UNREACH, icmp6Codes['port-unreachable'] ?? 0)
        else push(NFT_REJECT.ICMPX_UNREACH, NFT_REJECT_ICMPX.PORT_UNREACH)
        return
      }
    }
  }

  /** Writes ports into registers, from `first` on. Returns the registers, and the flag that says so. */
  #ports({ port, portTo }: { port?: Input | undefined; portTo?: Input | undefined }, first: number) {
    if (port === undefined) return { registers: {}, flags: 0 }
    this.#input(port, first)
    if (portTo !== undefined) this.#input(portTo, first + 1)
    const registers = { regProtoMin: first, ...(portTo !== undefined && { regProtoMax: first + 1 }) }
    return { registers, flags: NF_NAT_RANGE.PROTO_SPECIFIED }
  }

  #nat({ type, flags, to }: Extract<Statement, { is: 'nat' }>): void {
    const { address, addressTo } = to
    let family = to.family ?? this.#known.network
    if (this.#family === 'ip' || this.#family === 'ip6') family = this.#family
    if (family !== 'ip' && family !== 'ip6')
      throw new ArgumentError(
        'expected the family to be known for a translation of ports alone: match ip or ip6 before it, or use redirect',
      )
    if (to.family !== undefined && to.family !== family)
      throw new ArgumentError(`expected an address of ${family}, got one of ${to.family}`)
    if (address !== undefined) this.#input(address, 1)
    if (addressTo !== undefined) this.#input(addressTo, 2)
    const used = (address === undefined ? 0 : 1) + (addressTo === undefined ? 0 : 1)
    const ports = this.#ports(to, 1 + used)
    const concat =
      address?.is === 'map' && address.types.length > 1 ? lengthOf(address.types[0] as DataType) : undefined
    const bits = flags | ports.flags
    this.#push(
      expression('nat', {
        ...{ type, family: nftFamilies[family] },
        ...(address !== undefined && { regAddrMin: 1 }),
        ...(addressTo !== undefined && { regAddrMax: 2 }),
        ...ports.registers,
        ...(concat !== undefined && { regProtoMin: registerAt(concat) }),
        ...(bits !== 0 && { flags: bits }),
      }),
    )
  }

  #tproxy(to: Extract<Statement, { is: 'tproxy' }>['to']): void {
    const family = to.family ?? (this.#family === 'ip' || this.#family === 'ip6' ? this.#family : undefined)
    if (to.address !== undefined) this.#input(to.address, 1)
    const regPort = to.address === undefined ? 1 : 2
    if (to.port !== undefined) this.#input(to.port, regPort)
    this.#push(
      expression('tproxy', {
        family: family === undefined ? NFPROTO.UNSPEC : nftFamilies[family],
        ...(to.address !== undefined && { regAddr: 1 }),
        ...(to.port !== undefined && { regPort }),
      }),
    )
  }
}

const maskOfBits = (bits: number) => bytesOf((1n << BigInt(bits)) - 1n, Math.ceil(bits / 8))

/** Moves a value to the place of its field. */
export const shifted = (bytes: Buffer, shift: number, length: number) =>
  bytesOf(numberIn(bytes) << BigInt(shift), length)
