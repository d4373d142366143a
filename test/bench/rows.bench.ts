import {
  attributes,
  type Declaration,
  ipAddress,
  lladdr,
  message,
  select,
  string,
  struct,
  u8,
  u32,
  u64,
} from '@netloom/netlink/codec'
import { benchMessage } from './messages.js'

const header = struct('header', { index: u32, flags: u32 })
const anyMessage = (name: string, attrs: Declaration<object>) => message(name, header, attrs) as Declaration<object>

const scalars = attributes('SCALARS', { a: [1, u32], b: [2, u32], c: [3, u8], d: [4, u64] })
const texts = attributes('TEXTS', { name: [1, string], mac: [2, lladdr], address: [3, ipAddress], six: [4, ipAddress] })
const nested = attributes('NESTED', { kind: [1, string], data: [2, select('kind', { scalars, texts })] })

// Cost of each kind of row. Other files measure whole rtnetlink messages.
const base = { index: 1, flags: 0x1003 }
benchMessage(anyMessage('numbers', scalars), header.size, { ...base, attrs: { a: 1, b: 1500, c: 0, d: 2n ** 40n } })
benchMessage(anyMessage('texts', texts), header.size, {
  ...base,
  attrs: { name: 'eth0', mac: '02:42:ac:11:00:02', address: '10.0.0.1', six: '2001:db8::1' },
})
benchMessage(anyMessage('nested', nested), header.size, { ...base, attrs: { kind: 'scalars', data: { a: 1, b: 2 } } })
