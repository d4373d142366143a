import type { DissectedMessage } from '@netloom/netlink/dissect'
import * as assert from 'uvu/assert'
import { messagesOf } from './captures.js'
import './built.js'

/** What a program printed of one object. */
// biome-ignore lint/suspicious/noExplicitAny: the JSON of other programs is as it is
export type Printed = Record<string, any>

/** What we decoded, without its types: these tests look at single members. */
// biome-ignore lint/suspicious/noExplicitAny: as above
export type Decoded = any

const NLM_F_DUMP = 0x300

/**
 * The dumps of a capture that `request` started, or only those of them that were asked for in a certain way: the decoded replies
 * of each, in their order.
 */
export function dumpsOf(
  capture: string,
  request: string,
  reply: string,
  asked: (request: Decoded) => boolean = () => true,
): Decoded[][] {
  const messages = messagesOf(capture)
  const isStart = ({ type, toKernel, header }: DissectedMessage) =>
    type === request && toKernel && ((header?.flags ?? 0) & NLM_F_DUMP) === NLM_F_DUMP
  return messages.flatMap((start, index) => {
    if (!isStart(start) || !asked(start.value)) return []
    const replies: Decoded[] = []
    for (const { type, header, value, toKernel } of messages.slice(index + 1)) {
      if (toKernel || header?.seq !== start.header?.seq) continue
      if (type === 'NLMSG_DONE') break
      if (type === reply) replies.push(value)
    }
    return [replies]
  })
}

/** The names of all links that a capture tells of, by index. */
export function linkNames(capture: string): (index: number) => string | undefined {
  const names = new Map<number, string>()
  for (const { value } of messagesOf(capture, 'RTM_NEWLINK')) {
    const { index, attrs } = value as Decoded
    if (attrs.ifname) names.set(index, attrs.ifname)
  }
  return (index) => names.get(index)
}

/** `min_mtu` and `netns-immutable` as our keys have it. */
export const camelCase = (key: string) => key.replace(/[_-]([a-z0-9])/g, (_, letter: string) => letter.toUpperCase())

/** How a member that was printed follows from what was decoded; `skip` where it does not (it says why). */
export type Mapper = ((decoded: Decoded) => unknown) | { readonly skip: string }

export type Mappers = Readonly<Record<string, Mapper>>

/** The same mappers for what lies deeper: each is given what `find` makes of the decoded value. */
export const through = (find: (decoded: Decoded) => Decoded, mappers: Mappers): Mappers =>
  Object.fromEntries(
    Object.entries(mappers).map(([key, mapper]) => [
      key,
      typeof mapper === 'function' ? (decoded: Decoded) => mapper(find(decoded)) : mapper,
    ]),
  )

/** Compares every member that a program printed with what `mappers` make of the decoded value, and fails over one that has none. */
export function sameMembers(what: string, printed: Printed, decoded: Decoded, mappers: Mappers): void {
  for (const [key, expected] of Object.entries(printed)) {
    const mapper = mappers[key]
    assert.ok(mapper, `${what}: nothing says what ${key} (${JSON.stringify(expected)}) follows from`)
    if (typeof mapper === 'function') assert.equal(mapper(decoded), expected, `${what}: ${key}`)
  }
}

/** Checks that one of the dumps is what was printed: the program's own. */
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
  assert.unreachable(`none of ${dumps.length} dumps is what was printed:\n${failures.join('\n')}`)
}

/** As many objects, and each the same. */
export function sameObjects(
  printed: readonly Printed[],
  decoded: readonly Decoded[],
  same: (printed: Printed, decoded: Decoded) => void,
): void {
  assert.is(decoded.length, printed.length, 'number of objects')
  for (const [index, one] of printed.entries()) same(one, decoded[index])
}

/** The text of a number in a table, and the number itself where it has none. */
export const named = (names: Readonly<Record<number, string>>, value: number) => names[value] ?? String(value)

/** The names of the bits that are set, in the order of the table. */
export const bitsOf = (names: Readonly<Record<number, string>>, value: number) =>
  Object.entries(names).flatMap(([bit, name]) => ((value & Number(bit)) !== 0 ? [name] : []))

/** `c0:00:02:01` as the IP address that a tunnel's link has instead of a MAC address. */
export function ipOfLladdr(text: string): string {
  const bytes = text.split(':').map((part) => Number.parseInt(part, 16))
  if (bytes.length === 4) return bytes.join('.')
  const words = Array.from({ length: 8 }, (_, index) => (bytes[index * 2] ?? 0) * 256 + (bytes[index * 2 + 1] ?? 0))
  return new URL(`http://[${words.map((word) => word.toString(16)).join(':')}]`).hostname.slice(1, -1)
}
