import {
  bytes,
  type Codec,
  type Declaration,
  DecodeError,
  EncodeError,
  encode,
  type Infer,
} from '@netloom/netlink/codec'
import { PacketError } from '../error.js'
import { append } from './buffer.js'

/** Types of options, by their names: number and declaration of the payload. */
export type OptionRows = Readonly<Record<string, readonly [type: number, payload: Declaration<unknown>]>>

/** Layout of a list of options. */
export interface OptionFormat {
  /** Name in errors: `tcp.options`. */
  readonly name: string
  /** Types without a length, by their names. */
  readonly single: Readonly<Record<string, number>>
  /** Type of the option that ends the list. The bytes after it are ignored. */
  readonly end?: number
  /** True if the length counts the bytes of type and length too. */
  readonly withHeader: boolean
  /** Bytes that one unit of the length field counts: 8 in neighbour discovery, and 1 otherwise. */
  readonly unit: 1 | 8
}

/** An option without a row: its number, and its payload as bytes. */
export interface UnknownOption {
  readonly type: number
  readonly value: Uint8Array
}

/** An option of a list. */
export type OptionOf<R extends OptionRows, S extends string = never> =
  | { [K in keyof R & string]: { readonly type: K; readonly value: Infer<R[K][1]> } }[keyof R & string]
  | { readonly [K in S]: { readonly type: K } }[S]
  | UnknownOption

/** A declared list of options. Its value is an array, in the order of the packet. */
export interface Options<T> extends Declaration<T[]> {
  readonly kind: 'opaque'
  /** Returns the offset after the option that ends the list, or `end` if there is none. @throws {PacketError} as decoding does */
  endIn(bytes: Buffer, start: number, end: number): number
}

const HEADER = 2

interface AnyOption {
  readonly type: string | number
  readonly value?: unknown
}

interface Walk {
  readonly format: OptionFormat
  readonly bytes: Buffer
  readonly end: number
}

/** Returns the offset after the option at `at`. @throws {PacketError} if its length is invalid */
function endOfOption({ format, bytes, end }: Walk, at: number, index: number): number {
  const { name, withHeader, unit } = format
  const field = `${name}[${index}].length`
  if (at + 1 >= end) {
    const fault = { code: 'ERR_PACKET_OPTION', field, value: 'the end of the options', offset: at + 1 } as const
    throw new PacketError({ ...fault, expected: 'a length' })
  }
  const value = bytes[at + 1] as number
  const [least, most] = [withHeader ? Math.ceil(HEADER / unit) : 0, end - at - (withHeader ? 0 : HEADER)]
  if (value >= least && value * unit <= most) return at + value * unit + (withHeader ? 0 : HEADER)
  const expected = `${least} to ${Math.floor(most / unit)}`
  throw new PacketError({ code: 'ERR_PACKET_OPTION', field, value, offset: at + 1, expected })
}

/** Decodes the payload of an option. @throws {PacketError} if it does not fit its declaration */
function payloadOf(walk: Walk, payload: Declaration<unknown>, field: string, from: number, to: number): unknown {
  try {
    return payload.codec('BE').decode(walk.bytes, from, to)
  } catch (error) {
    if (!(error instanceof DecodeError)) throw error
    const { reason } = error
    const [, expected = payload.name] = /expected (.*), got/.exec(reason) ?? []
    const value = `${to - from} bytes`
    throw new PacketError({ code: 'ERR_PACKET_OPTION', field, value, offset: from, expected })
  }
}

/**
 * Declares a list of options: TCP, IPv4, IPv6, neighbour discovery or DHCP. An option without a row has its number as `type`, and
 * bytes. `padTo` is a number of bytes that encoding fills up with zeros.
 */
export function optionList<const R extends OptionRows, const S extends Readonly<Record<string, number>>>(
  format: OptionFormat & { readonly single: S },
  rows: R,
  padTo = 1,
): Options<OptionOf<R, keyof S & string>> {
  const byType = new Map(Object.entries(rows).map(([name, [type, payload]]) => [type, { name, payload }]))
  const singles = new Map(Object.entries(format.single).map(([name, type]) => [type, name]))
  const codec: Codec<AnyOption[]> = {
    name: format.name,
    decode(from, start, end) {
      const walk = { format, bytes: from, end }
      const found: AnyOption[] = []
      for (let at = start; at < end; ) {
        const type = from[at] as number
        if (type === format.end) break
        const single = singles.get(type)
        if (single !== undefined) {
          found.push({ type: single })
          at++
          continue
        }
        const next = endOfOption(walk, at, found.length)
        const row = byType.get(type)
        const field = `${format.name}[${found.length}].${row?.name ?? type}`
        const value = payloadOf(walk, row?.payload ?? bytes, field, at + HEADER, next)
        found.push({ type: row?.name ?? type, value })
        at = next
      }
      return found
    },
    encode(out, list) {
      if (!Array.isArray(list)) throw new EncodeError(`expected an array of options, got ${typeof list}`, [format.name])
      const parts = list.map((option, index) => encodeOption(format, rows, option, index))
      for (const part of parts) append(out, part)
      const size = parts.reduce((sum, { length }) => sum + length, 0)
      append(out, new Uint8Array(Math.ceil(size / padTo) * padTo - size))
      // 0 ends the lists that are filled up with zeros, and needs no byte.
      if (format.end) append(out, Uint8Array.of(format.end))
    },
  }
  const endIn = (from: Buffer, start: number, end: number): number => {
    let at = start
    for (let index = 0; at < end && from[at] !== format.end; index++)
      at = singles.has(from[at] as number) ? at + 1 : endOfOption({ format, bytes: from, end }, at, index)
    return Math.min(at + 1, end)
  }
  return { kind: 'opaque', name: format.name, endIn, codec: () => codec } as never
}

function encodeOption(format: OptionFormat, rows: OptionRows, option: AnyOption, index: number): Uint8Array {
  const { single, withHeader, unit, name } = format
  const path = `${name}[${index}]`
  const { type, value } = option
  const alone = typeof type === 'string' && Object.hasOwn(single, type) ? single[type] : undefined
  if (alone !== undefined) return Uint8Array.of(alone)
  const row = typeof type === 'string' && Object.hasOwn(rows, type) ? rows[type] : undefined
  const [number, declaration] = row ?? [type, bytes]
  if (typeof number !== 'number' || !(number >= 0 && number <= 255)) {
    throw new EncodeError(`expected the name or the number of an option, got ${String(type)}`, [path])
  }
  let payload: Uint8Array
  try {
    payload = encode(declaration as Declaration<unknown>, value as never, { order: 'BE' })
  } catch (error) {
    throw EncodeError.within(`${path}.${type}`, error)
  }
  const whole = Math.ceil((payload.length + (unit > 1 ? HEADER : 0)) / unit) * unit
  const size = unit > 1 ? whole : payload.length + (withHeader ? HEADER : 0)
  if (size / unit > 255) throw new EncodeError(`expected at most 255 units, got ${size / unit}`, [`${path}.${type}`])
  const encoded = new Uint8Array(unit > 1 ? whole : HEADER + payload.length)
  encoded.set([number, size / unit])
  encoded.set(payload, HEADER)
  return encoded
}
