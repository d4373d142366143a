import { Buffer } from '../codec/buffer.js'
import { perOptions } from '../codec/codec.js'
import { isPlainObject } from '../codec/error.js'
import {
  AF,
  attributes,
  type Codec,
  DecodeError,
  EncodeError,
  enumOf,
  type Infer,
  i32,
  ipAddress,
  type Opaque,
  type OpaquePart,
  pad,
  show,
  struct,
  u8,
  u16,
} from '../codec/index.js'
import { restoreForm } from '../codec/lossless.js'
import { headerForm } from '../codec/message.js'
import { append, reserve } from '../codec/output.js'
import { ownMembers } from '../codec/own.js'
import { formOf, keepForm, type PayloadForm } from '../codec/wire-form.js'

/** `struct nduseroptmsg`, linux/rtnetlink.h */
export const nduseroptmsg = struct('nduseroptmsg', {
  family: enumOf(u8, AF), // AF_INET6
  _pad1: pad(1),
  optsLen: u16, // bytes of the options
  ifindex: i32,
  icmpType: u8, // 134: router advertisement
  icmpCode: u8,
  _pad2: pad(2),
  _pad3: pad(4),
})

/** NDUSEROPT_*, linux/rtnetlink.h */
export const userOptionAttrs = attributes('NDUSEROPT', {
  srcaddr: [1, ipAddress], // address of the router
})
export interface UserOptionAttrs extends Infer<typeof userOptionAttrs> {}

/** A neighbour discovery option, RFC 4861 section 4.6. */
export interface NdOption {
  /** 25 RDNSS, 31 DNSSL, 37 captive portal, 38 PREF64, … */
  type: number
  /** The bytes after type and length. Together with these two bytes, their size is a multiple of 8. */
  data: Uint8Array
}

/** The value of {@link userOptionMessage}. The encoder computes the header's `optsLen`. */
export interface UserOptionMessage extends Omit<Infer<typeof nduseroptmsg>, 'optsLen'> {
  options: NdOption[]
  attrs: UserOptionAttrs
}

const unit = 8 // RFC 4861: lengths are in units of 8 bytes
const optionHeader = 2

function readOptions(bytes: Buffer, start: number, end: number): NdOption[] {
  const options: NdOption[] = []
  for (let at = start; at < end; ) {
    const length = end - at < optionHeader ? 0 : bytes.readUInt8(at + 1) * unit
    if (length === 0 || at + length > end) {
      throw new DecodeError(
        `expected an option of 8 to ${end - at} bytes at offset ${at - start}, got one of ${length}`,
      )
    }
    options.push({ type: bytes.readUInt8(at), data: bytes.subarray(at + optionHeader, at + length) })
    at += length
  }
  return options
}

/** Returns the position of each option, up to the first damage. */
function optionParts(bytes: Buffer, start: number, end: number): OpaquePart[] {
  try {
    let from = start
    return readOptions(bytes, start, end).map((value, index) => {
      const to = from + optionHeader + value.data.length
      const part = { path: ['options', index], name: `[${index}]`, from, to, value }
      from = to
      return part
    })
  } catch (error) {
    if (error instanceof DecodeError) return []
    throw error
  }
}

function optionBytes(option: NdOption): Buffer {
  const { type, data } = ownMembers<Partial<NdOption>>(option ?? {})
  if (!(data instanceof Uint8Array))
    throw new EncodeError(`expected an option { type, data: bytes }, got ${show(option)}`)
  const length = optionHeader + data.length
  if (length % unit !== 0 || length / unit > 0xff) {
    throw new EncodeError(`expected an option of a multiple of 8 bytes, at most 2040, got ${length}`)
  }
  if (type === undefined || !Number.isInteger(type) || type < 0 || type > 0xff)
    throw new EncodeError(`expected an option's type, got ${show(type)}`)
  return Buffer.concat([Buffer.from([type, length / unit]), data])
}

/** RTM_NEWNDUSEROPT: neighbour discovery options that the kernel leaves to user space (RDNSS, DNSSL, …) */
export const userOptionMessage: Opaque<UserOptionMessage> = {
  kind: 'opaque',
  members: { ...nduseroptmsg.members, attrs: userOptionAttrs },
  name: 'user option',
  parts(bytes, from, end, order) {
    const options = from + nduseroptmsg.size
    if (options > end) return []
    const members = nduseroptmsg.codec(order).decode(bytes, from, options)
    const attrs = Math.min(end, options + members.optsLen)
    return [
      { path: [], name: nduseroptmsg.name, from, to: options, declaration: nduseroptmsg },
      ...optionParts(bytes, options, attrs),
      { path: ['attrs'], name: 'attrs', from: attrs, to: end, declaration: userOptionAttrs, members },
    ]
  },
  codec: perOptions((order, lossless): Codec<UserOptionMessage> => {
    const head = nduseroptmsg.codec(order)
    const tail = userOptionAttrs.codec(order, lossless)
    const bodyOf = (bytes: Buffer, start: number, end: number) => {
      const { optsLen, ...header } = head.decode(bytes, start, Math.min(end, start + nduseroptmsg.size))
      const options = start + nduseroptmsg.size
      if (options + optsLen > end) {
        throw new DecodeError(`expected options of at most ${end - options} bytes, got ${optsLen}`)
      }
      const full = { ...header, optsLen }
      const form = lossless && headerForm(head, full, bytes.subarray(start, start + nduseroptmsg.size))
      return { header, form, options, attrs: options + optsLen }
    }
    return {
      name: 'user option',
      decode(bytes, start, end, outer) {
        const { header, form, options, attrs } = bodyOf(bytes, start, end)
        const value = {
          ...header,
          options: readOptions(bytes, options, attrs),
          attrs: tail.decode(bytes, attrs, end, { members: header, outer }),
        }
        if (form) keepForm(value, form)
        return value
      },
      encode(out, value, outer) {
        if (!isPlainObject(value))
          throw new EncodeError(`expected a user option message (an object), got ${show(value)}`)
        const { options = [], attrs, ...header } = ownMembers(value as UserOptionMessage)
        if (!Array.isArray(options)) throw new EncodeError(`expected an array of options, got ${show(options)}`)
        const written = Buffer.concat(options.map(optionBytes))
        const at = reserve(out, nduseroptmsg.size)
        head.write(out.bytes, at, { ...header, optsLen: written.length })
        if (lossless) restoreForm(out, at, formOf<PayloadForm>(value))
        append(out, written)
        if (attrs) tail.encode(out, attrs, { members: header, outer })
      },
    }
  }),
}
