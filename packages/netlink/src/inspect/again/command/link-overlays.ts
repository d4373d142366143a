import { GENEVE_DF, VXLAN_DF } from '../../../route/index.js'
import type { Bag } from '../members.js'
import { alone, type Format, hex, link, named, noOr, type Options, option } from './words.js'

const inheritable =
  (word: string, inherited: number): Format =>
  (value: number) => [word, value === inherited ? 'inherit' : String(value)]

const isMulticast = (address: string) => /^(22[4-9]|23\d)\./.test(address) || /^ff/i.test(address)
const groupOrRemote: Format = (address: string) => [isMulticast(address) ? 'group' : 'remote', address]

/** Options of `ip link … type vxlan`. */
export const vxlan: Options = {
  id: (id: number, request) => (metadataOf(request.attrs) && id === 0 ? [] : ['id', String(id)]),
  group: groupOrRemote,
  group6: groupOrRemote,
  local: option('local'),
  local6: option('local'),
  link: link('dev'),
  ttl: option('ttl'),
  ttlInherit: (value: unknown) => (value === true || value === 1 ? ['ttl', 'inherit'] : undefined),
  tos: inheritable('tos', 1),
  df: named('df', VXLAN_DF),
  label: hex('flowlabel'),
  port: option('dstport'),
  portRange: ({ low, high }: { low: number; high: number }) => ['srcport', String(low), String(high)],
  learning: noOr('learning'),
  proxy: noOr('proxy'),
  rsc: noOr('rsc'),
  l2miss: noOr('l2miss'),
  l3miss: noOr('l3miss'),
  ageing: option('ageing'),
  limit: option('maxaddress'),
  udpCsum: noOr('udpcsum'),
  udpZeroCsum6Tx: noOr('udp6zerocsumtx'),
  udpZeroCsum6Rx: noOr('udp6zerocsumrx'),
  remcsumTx: noOr('remcsumtx'),
  remcsumRx: noOr('remcsumrx'),
  collectMetadata: noOr('external'),
  vnifilter: noOr('vnifilter'),
  localbypass: noOr('localbypass'),
  mcRoute: noOr('mcroute'),
  gbp: alone('gbp'),
  gpe: alone('gpe'),
}
const metadataOf = (attrs: Bag) => (attrs.linkinfo as { data?: Bag } | undefined)?.data?.collectMetadata !== undefined

/** Options of `ip link … type geneve`. */
export const geneve: Options = {
  id: (id: number, request) => (metadataOf(request.attrs) && id === 0 ? [] : ['id', String(id)]),
  remote: option('remote'),
  remote6: option('remote'),
  ttl: option('ttl'),
  ttlInherit: (value: number) => (value === 1 ? ['ttl', 'inherit'] : undefined),
  tos: inheritable('tos', 1),
  df: named('df', GENEVE_DF),
  label: hex('flowlabel'),
  port: option('dstport'),
  collectMetadata: alone('external'),
  udpCsum: noOr('udpcsum'),
  udpZeroCsum6Tx: noOr('udp6zerocsumtx'),
  udpZeroCsum6Rx: noOr('udp6zerocsumrx'),
  innerProtoInherit: alone('innerprotoinherit'),
}
