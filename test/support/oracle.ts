import type { DissectedMessage } from '@netloom/netlink/dissect'
import * as assert from 'uvu/assert'
import { messagesOf } from './captures.js'
import './built.js'

/** One object in the output of a program. */
// biome-ignore lint/suspicious/noExplicitAny: the JSON of other programs is as it is
export type Printed = Record<string, any>

/** A decoded object without its type: these tests read single members. */
// biome-ignore lint/suspicious/noExplicitAny: as above
export type Decoded = any

const NLM_F_DUMP = 0x300

/**
 * Returns the decoded replies of each dump of a capture that `request` started, in order. With `isWanted`, only of matching
 * requests.
 */
export function dumpsOf(
  capture: string,
  request: string,
  reply: string,
  isWanted: (request: Decoded) => boolean = () => true,
): Decoded[][] {
  const messages = messagesOf(capture)
  const isStart = ({ type, toKernel, header }: DissectedMessage) =>
    type === request && toKernel && ((header?.flags ?? 0) & NLM_F_DUMP) === NLM_F_DUMP
  return messages.flatMap((start, index) => {
    if (!isStart(start) || !isWanted(start.value)) return []
    const replies: Decoded[] = []
    for (const { type, header, value, toKernel } of messages.slice(index + 1)) {
      if (toKernel || header?.seq !== start.header?.seq) continue
      if (type === 'NLMSG_DONE') break
      if (type === reply) replies.push(value)
    }
    return [replies]
  })
}

/** Returns a function that maps the index of a link in a capture to its name. */
export function linkNames(capture: string): (index: number) => string | undefined {
  const names = new Map<number, string>()
  for (const { value } of messagesOf(capture, 'RTM_NEWLINK')) {
    const { index, attrs } = value as Decoded
    if (attrs.ifname) names.set(index, attrs.ifname)
  }
  return (index) => names.get(index)
}

/** Converts `min_mtu` and `netns-immutable` to our keys. */
export const camelCase = (key: string) => key.replace(/[_-]([a-z0-9])/g, (_, letter: string) => letter.toUpperCase())

/** Derives a printed member from the decoded object, or skips it for a reason. */
export type Mapper = ((decoded: Decoded) => unknown) | { readonly skip: string }

export type Mappers = Readonly<Record<string, Mapper>>

/** Applies mappers to a nested object, which `find` returns. */
export const through = (find: (decoded: Decoded) => Decoded, mappers: Mappers): Mappers =>
  Object.fromEntries(
    Object.entries(mappers).map(([key, mapper]) => [
      key,
      typeof mapper === 'function' ? (decoded: Decoded) => mapper(find(decoded)) : mapper,
    ]),
  )

/** Compares every printed member with the result of its mapper. Fails for a member without a mapper. */
export function sameMembers(what: string, printed: Printed, decoded: Decoded, mappers: Mappers): void {
  for (const [key, expected] of Object.entries(printed)) {
    const mapper = mappers[key]
    assert.ok(mapper, `${what}: no mapper for ${key} (${JSON.stringify(expected)})`)
    if (typeof mapper === 'function') assert.equal(mapper(decoded), expected, `${what}: ${key}`)
  }
}

/** Checks that one of the dumps, the program's own, equals the output. */
export function oneOf(dumps: readonly Decoded[][], same: (dump: Decoded[]) => void): void {
  const failures: string[] = []
  for (const dump of dumps) {
    try {
      same(dump)
      return
    } catch (error) {
      const { message, actual, expects } = error as Error & { actual?: unknown; expects?: unknown }
      failures.push(`${message}: ${JSON.stringify(actual)} instead of ${JSON.stringify(expects)}`)
    }
  }
  assert.unreachable(`none of ${dumps.length} dumps equals the output:\n${failures.join('\n')}`)
}

/** Checks that there are as many objects, and that each is equal. */
export function sameObjects(
  printed: readonly Printed[],
  decoded: readonly Decoded[],
  same: (printed: Printed, decoded: Decoded) => void,
): void {
  assert.is(decoded.length, printed.length, 'number of objects')
  for (const [index, one] of printed.entries()) same(one, decoded[index])
}

/** Returns the name of a number in a table, or the number without one. */
export const named = (names: Readonly<Record<number, string>>, value: number) => names[value] ?? String(value)

/** Returns the names of the set bits, in the table's order. */
export const bitsOf = (names: Readonly<Record<number, string>>, value: number) =>
  Object.entries(names).flatMap(([bit, name]) => ((value & Number(bit)) !== 0 ? [name] : []))

/** Converts `c0:00:02:01` to the IP address that a tunnel's link has instead of a MAC address. */
export function ipOfLladdr(text: string): string {
  const bytes = text.split(':').map((part) => Number.parseInt(part, 16))
  if (bytes.length === 4) return bytes.join('.')
  const words = Array.from({ length: 8 }, (_, index) => (bytes[index * 2] ?? 0) * 256 + (bytes[index * 2 + 1] ?? 0))
  return new URL(`http://[${words.map((word) => word.toString(16)).join(':')}]`).hostname.slice(1, -1)
}
