import { isDeepStrictEqual } from 'node:util'
import type { Span } from '@netloom/netlink/codec'
import type { DissectedMessage } from '@netloom/netlink/dissect'
import './built.js'

/** Members of inner headers that decoded values do not contain, because the encoder computes them. */
const computed = new Set(['len', 'optsLen', 'prefix', 'magic', 'headerSize', 'propertiesOff', 'propertiesLen'])

const at = (value: unknown, path: readonly (string | number)[]): unknown =>
  path.reduce<unknown>((inner, key) => (inner as Record<string | number, unknown> | undefined)?.[key], value)

/** Returns the reason why the spans do not cover each byte of the message exactly once, in order; undefined if they do. */
export function coverageProblem(spans: readonly Span[], length: number): string | undefined {
  const ends: number[] = []
  let next = 0
  for (const span of spans) {
    const { offset, own, depth, name } = span
    if (depth > ends.length) return `${name}: depth ${depth} in ${ends.length} spans`
    ends.length = depth
    const end = ends.at(-1) ?? length
    if (offset !== next) return `${name}: expected offset ${next}, got ${offset}`
    if (own < 0 || own > span.length || span.length === 0) return `${name}: ${own} own bytes of ${span.length}`
    if (offset + span.length > end)
      return `${name}: ends at ${offset + span.length}, after the span around it at ${end}`
    ends.push(offset + span.length)
    next += own
  }
  return next === length ? undefined : `the last span ends at ${next} of ${length}`
}

/** Returns the reason why the path of a span does not lead to its value, or undefined. */
export function pathProblem(message: DissectedMessage, spans: readonly Span[]): string | undefined {
  // Of an attribute that occurs twice, the value has the last one only, and of an undecodable request the bytes.
  const isRaw = at(message, ['value', 'request', 'problem']) !== undefined
  let replacedUntil = 0
  for (const { kind, name, path, value, replaced, problem, offset, length, own } of spans) {
    if (replaced) replacedUntil = Math.max(replacedUntil, offset + length)
    if (offset < replacedUntil || (isRaw && path[1] === 'request' && path[2] === 'value')) continue
    if (kind === 'padding' || kind === 'rest' || length !== own) continue
    const found = at(message, path)
    if (problem !== undefined) return `${name}: ${problem}`
    if (found === undefined && (computed.has(name) || value === '')) continue
    if (value !== undefined && !isDeepStrictEqual(found, value))
      return `${path.join('.')}: expected ${String(value)}, got ${String(found)}`
  }
  return undefined
}
