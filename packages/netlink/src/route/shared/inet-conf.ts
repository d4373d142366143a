import { Buffer } from '../../codec/buffer.js'
import { array, choice, type Declaration, i32, indexed, NLA_F_NESTED, NLA_F_NET_BYTEORDER } from '../../codec/index.js'
import { IPV4_DEVCONF } from '../devconf-constants.js'

/** In replies, the values of all settings, starting with IPV4_DEVCONF_* number 1. In requests, pairs of number and value. */
export type InetConf = number[] | [number: number, value: number][]

const all = array(i32, IPV4_DEVCONF, { from: 1 })
const some = indexed(i32, IPV4_DEVCONF)

/** Size of an attribute, header and value, as written by `nla_put_u32`. */
const pairSize = 8
const typeMask = ~(NLA_F_NESTED | NLA_F_NET_BYTEORDER)

/**
 * True if the payload is a nest of attributes with 4 bytes each. An array does not look like one: its first setting,
 * IPV4_DEVCONF_FORWARDING, would have to be more than 65535.
 */
function isPairs(bytes: Buffer, start: number, end: number, order: 'LE' | 'BE'): boolean {
  if (start === end || (end - start) % pairSize !== 0) return false
  const readU16 = Buffer.prototype[`readUInt16${order}`]
  for (let at = start; at < end; at += pairSize) {
    if (readU16.call(bytes, at) !== pairSize || (readU16.call(bytes, at + 2) & typeMask) === 0) return false
  }
  return true
}

/** IFLA_INET_CONF: an array in replies (`inet_fill_link_af`), a nest in requests (`inet_set_link_af`) */
export const inetConf: Declaration<InetConf> = choice<InetConf>('IFLA_INET_CONF', [all, some], {
  ofBytes: (bytes, start, end, order) => (isPairs(bytes, start, end, order) ? some : all),
  ofValue: (value) => (Array.isArray(value?.[0]) ? some : all),
})
