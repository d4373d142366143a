import { type Codec, type Declaration, EncodeError } from '@netloom/netlink/codec'
import { u16 } from '../bytes.js'
import { PacketError } from '../error.js'
import { append } from './buffer.js'

/** Largest label and name on the wire: RFC 1035, section 2.3.4. */
const MOST_LABEL = 63
const MOST_NAME = 255
/** Largest number of pointers of a name: each label of a name of 255 bytes may need one. More only cost time. */
const MOST_POINTERS = 127

const DOT = 46
const BACKSLASH = 92

/** A decoded name, and the offset after it. */
export interface Named {
  readonly text: string
  readonly next: number
}

/** A DNS message in `bytes[start, end)`. Pointers count from `start`. */
export interface Message {
  readonly bytes: Uint8Array
  readonly start: number
  readonly end: number
}

/** Returns a label with its dots, backslashes and unprintable bytes escaped: RFC 1035, section 5.1. */
function labelText(bytes: Uint8Array, start: number, end: number): string {
  let text = ''
  for (let at = start; at < end; at++) {
    const byte = bytes[at] as number
    if (byte === DOT || byte === BACKSLASH) text += `\\${String.fromCharCode(byte)}`
    else if (byte > 0x20 && byte < 0x7f) text += String.fromCharCode(byte)
    else text += `\\${String(byte).padStart(3, '0')}`
  }
  return text
}

function fail(field: string, value: unknown, offset: number, expected: string): never {
  throw new PacketError({ code: 'ERR_PACKET_OPTION', field: `dns.name.${field}`, value, offset, expected })
}

/**
 * Reads a name, with compression pointers (RFC 1035, section 4.1.4). The root is `.`; other names end without a dot. Each pointer
 * must lead to an earlier byte than the one before it, so that reading ends, and there are at most 127.
 * @throws {PacketError} if a label or pointer is invalid
 */
export function readName({ bytes, start, end }: Message, from: number): Named {
  let [at, next, earliest, length, pointers] = [from, -1, from, 1, 0]
  let text = ''
  for (;;) {
    if (at >= end) return fail('label', 'the end of the message', at, 'a label')
    const size = bytes[at] as number
    if (size === 0) return { text: text === '' ? '.' : text.slice(0, -1), next: next < 0 ? at + 1 : next }
    if (size >= 0xc0) {
      if (at + 2 > end) fail('pointer', 'the end of the message', at, 'two bytes')
      const target = start + (u16(bytes, at) & 0x3fff)
      if (target >= earliest) fail('pointer', target - start, at, `an offset before ${earliest - start}`)
      if (++pointers > MOST_POINTERS) fail('pointers', pointers, at, `at most ${MOST_POINTERS}`)
      if (next < 0) next = at + 2
      at = earliest = target
      continue
    }
    if (size > MOST_LABEL || at + 1 + size > end) fail('label', size, at, `0 to ${Math.min(MOST_LABEL, end - at - 1)}`)
    length += size + 1
    if (length > MOST_NAME) fail('length', length, at, `at most ${MOST_NAME}`)
    text += `${labelText(bytes, at + 1, at + 1 + size)}.`
    at += 1 + size
  }
}

/** Matches the escapes and characters of a name, and the dots between labels. */
const UNIT = /\\(\d{3})|\\([^\d])|([^\\])/gy

/** Returns the bytes of a name, without compression. @throws {EncodeError} if it is not a name */
export function nameBytes(name: string): Uint8Array {
  const refuse = () => {
    throw new EncodeError(`expected a DNS name, got ${typeof name === 'string' ? JSON.stringify(name) : typeof name}`)
  }
  if (typeof name !== 'string') return refuse()
  const labels: number[][] = [[]]
  let matched = 0
  for (const [unit, decimal, escaped, plain] of name.matchAll(UNIT)) {
    matched += unit.length
    if (plain === '.') labels.push([])
    else labels.at(-1)?.push(decimal === undefined ? (escaped ?? plain ?? '').charCodeAt(0) : Number(decimal))
  }
  // `.` is the root, and a dot at the end is allowed.
  if (labels.at(-1)?.length === 0) labels.pop()
  if (name === '.') labels.pop()
  const isValid = labels.every(
    (label) => label.length > 0 && label.length <= MOST_LABEL && label.every((byte) => byte <= 255),
  )
  const bytes = Uint8Array.from([...labels.flatMap((label) => [label.length, ...label]), 0])
  return isValid && matched === name.length && bytes.length <= MOST_NAME ? bytes : refuse()
}

/** DNS search list of a router advertisement: RFC 8106, section 5.2. Names without compression; zeros fill the option. */
export const searchList: Declaration<string[]> = {
  kind: 'opaque',
  name: 'dns names',
  codec: (): Codec<string[]> => ({
    name: 'dns names',
    decode(bytes, start, end) {
      const names: string[] = []
      for (let at = start; at < end && bytes[at] !== 0; ) {
        const { text, next } = readName({ bytes, start, end }, at)
        names.push(text)
        at = next
      }
      return names
    },
    encode(out, names) {
      for (const name of names) append(out, nameBytes(name))
    },
  }),
}
