import { perOrder } from '../../codec/codec.js'
import {
  AF,
  type Declaration,
  EncodeError,
  ipAddress,
  pad,
  type SelectOuter,
  selectOuter,
  show,
  struct,
  u8,
  u32,
} from '../../codec/index.js'

/** `struct mctp_fq_addr`, linux/mctp.h: an MCTP endpoint id and its network */
export const mctpFqAddr = struct('mctp_fq_addr', {
  net: u32,
  eid: u8,
  _pad: pad(3),
})

/** Declares a payload of one size as text. Payloads of other sizes are `0x` and hexadecimal digits. */
function textOf<T>(
  name: string,
  declared: { readonly size: number } & Declaration<T>,
  format: (value: T) => string,
  parse: (text: string) => T | undefined,
): Declaration<string> {
  return {
    kind: 'text',
    name,
    codec: perOrder((order) => {
      const own = declared.codec(order)
      const other = ipAddress.codec(order)
      return {
        name,
        decode: (bytes, start, end) =>
          end - start === declared.size
            ? format(own.decode(bytes, start, end))
            : `0x${bytes.toString('hex', start, end)}`,
        encode(out, text) {
          const value = typeof text === 'string' ? parse(text) : undefined
          if (value !== undefined) own.encode(out, value)
          else if (typeof text === 'string' && text.startsWith('0x')) other.encode(out, text)
          else throw new EncodeError(`expected an ${name}, got ${show(text)}`)
        },
      }
    }),
  }
}

const isEid = (text: string) => /^[0-9]{1,3}$/.test(text) && Number(text) <= 0xff

const eid = textOf('MCTP endpoint id from 0 to 255', u8, String, (text) => (isEid(text) ? Number(text) : undefined))

const gatewayEid = textOf(
  'MCTP endpoint id and its network like 8%1',
  mctpFqAddr,
  (value) => `${value.eid}%${value.net}`,
  (text) => {
    const [id = '', net = '', ...more] = text.split('%')
    const fits = isEid(id) && /^[0-9]{1,10}$/.test(net) && Number(net) <= 0xffffffff && more.length === 0
    return fits ? { eid: Number(id), net: Number(net) } : undefined
  },
)

/** MCTP addresses: endpoint ids in decimal. */
export const mctpAddress = { [AF.MCTP]: eid } as const

/**
 * An address of the header's family, as text. An MCTP address is an endpoint id in decimal, and a Phonet address `0x` and two
 * hexadecimal digits (`0x6c`).
 */
export const familyAddress: SelectOuter<string> = selectOuter('family', mctpAddress, ipAddress)

/** A gateway of the header's family, as text. For MCTP: an endpoint id and its network, `8%1`. */
export const familyGateway: SelectOuter<string> = selectOuter('family', { [AF.MCTP]: gatewayEid }, ipAddress)
