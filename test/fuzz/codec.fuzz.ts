import {
  array,
  attributes,
  bytes,
  type Declaration,
  flag,
  type Infer,
  ipAddress,
  lazy,
  list,
  lladdr,
  message,
  multi,
  pad,
  select,
  string,
  struct,
  u8,
  u16,
  u16be,
  u32,
  u64,
} from '@netloom/netlink/codec'
import { survives } from './survives.js'

const header = struct('header', { family: u8, _pad: pad(3), index: u32 })
const grown = struct('grown', { packets: u64, port: u16be }, { growable: true })

/** Attributes of every kind that declarations support. */
const everything = attributes('ALL', {
  kind: [1, string],
  data: [2, select('kind', { tun: attributes('TUN', { owner: [1, u32], persist: [2, u8] }), text: string })],
  address: [3, ipAddress],
  mac: [4, lladdr],
  raw: [5, bytes],
  present: [6, flag],
  grown: [7, grown],
  numbers: [8, array(u16)],
  items: [9, list(attributes('ITEM', { port: [1, u16be] }))],
  many: [10, multi(u32)],
  peer: [11, lazy((): Declaration<Everything> => everythingMessage)],
})

const everythingMessage = message('everything', header, everything) as unknown as Declaration<Everything>

interface Everything extends Infer<typeof header> {
  attrs: Record<string, unknown>
}

export const properties = survives(everythingMessage, header.size, [
  {
    family: 2,
    index: 7,
    attrs: { kind: 'tun', data: { owner: 0, persist: 1 }, mac: '02:00:00:00:00:01' },
  },
  {
    family: 10,
    index: 1,
    attrs: {
      address: '2001:db8::1',
      raw: Buffer.from('abc'),
      present: true,
      grown: { packets: 2n ** 63n, port: 80 },
      numbers: [1, 2, 3],
      items: [{ port: 1 }, { port: 65535 }],
      many: [5, 6],
      peer: {
        family: 2,
        index: 8,
        attrs: { kind: 'text', data: 'x', '?99': [{ payload: Buffer.of(1) }] },
      },
    },
  },
])
