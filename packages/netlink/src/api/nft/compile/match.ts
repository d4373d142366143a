import { NFT_LOOKUP_F, NFT_RANGE } from '../../../netfilter/index.js'
import type { Interval, Source, Sources } from '../expression/source.js'
import type { Comparison, Operand } from '../expression/statement.js'
import { isSingle, maskOf } from '../expression/value.js'
import { inOrder, lengthOf } from '../types/data-types.js'
import { maskOfBits, type RuleBuilder, shifted } from './builder.js'
import { bitwise, byteorder, cmp, expression, partOf, type Window } from './wire.js'

export function compileMatch(builder: RuleBuilder, sources: Sources, comparison: Comparison, operand: Operand): void {
  if (operand.is === 'lookup') {
    const flags = comparison === 'neq' ? NFT_LOOKUP_F.INV : 0
    builder.push(expression('lookup', { ...builder.lookup(sources, operand.lookup), sreg: 1, ...(flags && { flags }) }))
    if (flags === 0 && sources.length === 1) noteElements(builder, sources[0], operand.lookup)
    return
  }
  const [source] = sources
  const { type } = source
  builder.require(source)
  const window = partOf(source)
  const value = (bytes: Buffer) =>
    window ? shifted(bytes, window.shift, window.length) : inOrder(bytes, type.order, type.text)
  if (operand.is === 'interval') {
    const { interval } = operand
    if (comparison === 'eq' && isSingle(interval)) builder.known.note(source, interval.from)
    const reversed = comparison === 'eq' ? 'neq' : 'eq'
    compare(builder, source, interval.outside ? reversed : comparison, interval, value, window)
    return
  }
  builder.load(source, 1)
  if (operand.is === 'masked') {
    builder.push(bitwise(1, value(operand.mask)), cmp(comparison, value(operand.value)))
  } else if (comparison === 'neq') {
    builder.push(cmp('neq', value(operand.bits)))
  } else {
    builder.push(bitwise(1, value(operand.bits)), cmp('neq', Buffer.alloc(lengthOf(type))))
  }
}

/** Notes which values the field has if it is in the set. */
function noteElements(
  builder: RuleBuilder,
  source: Source,
  lookup: Extract<Operand, { is: 'lookup' }>['lookup'],
): void {
  if ('name' in lookup) return
  const keys = lookup.elements.flatMap(({ key }) => key)
  if (keys.every(isSingle))
    builder.known.noteAny(
      source,
      keys.map(({ from }) => from),
    )
}

function compare(
  builder: RuleBuilder,
  source: Source,
  comparison: Comparison,
  interval: Interval,
  value: (bytes: Buffer) => Buffer,
  window: Window | undefined,
): void {
  const { type, load } = source
  const { from, to, prefix } = interval
  const mask = window && bitwise(1, shifted(maskOfBits(type.bits), window.shift, window.length))
  if (prefix !== undefined && prefix > 0 && !window) {
    // Whole bytes are compared without a mask: those of a header are loaded alone.
    const whole = prefix % 8 === 0 && (load.from === 'payload' || type.text)
    builder.load(source, 1, whole && load.from === 'payload' ? prefix / 8 : undefined)
    if (!whole) builder.push(bitwise(1, inOrder(maskOf(prefix, lengthOf(type)), type.order)))
    builder.push(cmp(comparison, whole ? from.subarray(0, prefix / 8) : value(from)))
    return
  }
  builder.load(source, 1)
  if (mask) builder.push(mask)
  const isOrdered = comparison !== 'eq' && comparison !== 'neq'
  if (isSingle(interval) && !isOrdered) {
    builder.push(cmp(comparison, value(from)))
    return
  }
  // The kernel compares byte by byte, from the first one on.
  const isHost = type.order === 'host' && !type.text && lengthOf(type) > 1
  if (isHost) builder.push(byteorder(1, lengthOf(type)))
  const ordered = (bytes: Buffer) => (isHost ? bytes : value(bytes))
  if (isOrdered) {
    builder.push(cmp(comparison, ordered(from)))
    return
  }
  if (comparison === 'eq') {
    builder.push(cmp('gte', ordered(from)), cmp('lte', ordered(to)))
    return
  }
  const data = { fromData: { value: ordered(from) }, toData: { value: ordered(to) } }
  builder.push(expression('range', { sreg: 1, op: NFT_RANGE.NEQ, ...data }))
}
