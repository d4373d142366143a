import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { oracle } from '../support/captures.js'
import {
  bitsOf,
  type Decoded,
  dumpsOf,
  type Mapper,
  type Mappers,
  named,
  sameMembers,
  sameObjects,
} from '../support/oracle.js'
import { etherType, filterMappers, handleText, hardware, hex, sameActions } from '../support/oracle-tc.js'

/**
 * Compares the output of `tc -s -d -j` about flower filters and chains with our decoding of the dumps in the captures.
 */

const test = suite('output of tc about flower')

const INGRESS = 0xfffffff2
/** Returns the number of bits in a mask of a MAC, IPv4 or IPv6 address. */
function maskLength(mask: string): number {
  if (mask.includes('.')) return mask.split('.').reduce((sum, part) => sum + ones(Number(part)), 0)
  return mask.split(':').reduce((sum, part) => sum + ones(Number.parseInt(part || '0', 16)), 0)
}
const ones = (value: number) => value.toString(2).replaceAll('0', '').length

/** Formats an address with its mask. A full mask is left out. */
function masked(address: string | undefined, mask: string | undefined): string | undefined {
  if (address === undefined || mask === undefined) return address
  const length = maskLength(mask)
  const whole = address.includes('.') ? 32 : address.split(':').length === 6 && !address.includes('::') ? 48 : 128
  return length === whole ? address : `${address}/${length}`
}

const maskedKey =
  (...keys: string[]): Mapper =>
  (options) => {
    const key = keys.find((key) => options[key] !== undefined) ?? ''
    return masked(options[key], options[`${key}Mask`])
  }
const key = (name: string, word: (value: Decoded) => unknown = (value) => value): Mapper => {
  return (options) => word(options[name])
}

const port = (side: 'Src' | 'Dst'): Mapper => {
  return (options) => {
    const [start, end] = [options[`keyPort${side}Min`], options[`keyPort${side}Max`]]
    if (start !== undefined) return { start, end }
    return options[`keyTcp${side}`] ?? options[`keyUdp${side}`] ?? options[`keySctp${side}`]
  }
}

const trackedStates = [
  [8, 'trk'],
  [1, 'new'],
  [2, 'est'],
  [4, 'rel'],
  [16, 'inv'],
  [32, 'rpl'],
] as const

const ctState: Mapper = ({ keyCtState, keyCtStateMask }) =>
  trackedStates
    .flatMap(([bit, name]) => ((keyCtStateMask & bit) === 0 ? [] : [`${(keyCtState & bit) === 0 ? '-' : '+'}${name}`]))
    .join('')

const geneve = ({ geneve }: Decoded) =>
  geneve.map((option: Decoded) => ({ class: option.class[0], type: option.type[0], data: [...option.data[0]] }))
const erspan = ({ erspan: { ver, index, dir = 0, hwid = 0 } }: Decoded) => [{ ver, index, dir, hwid }]
const vxlan = ({ vxlan: { gbp } }: Decoded) => [{ gbp }]

const ipProtocols = { 1: 'icmp', 6: 'tcp', 17: 'udp', 50: 'esp', 115: 'l2tp' }
/** Returns the name of a protocol if flower has one, else the number in hexadecimal. */
const flowerType = (type: number) => ({ 2048: 'ipv4', 34525: 'ipv6', 2054: 'arp' })[type] ?? hex(type)

const fragments = { 1: 'frag', 2: 'firstfrag' }

const flowerKeys: Mappers = {
  dst_mac: maskedKey('keyEthDst'),
  src_mac: maskedKey('keyEthSrc'),
  eth_type: key('keyEthType', flowerType),
  ip_proto: key('keyIpProto', (value) => named(ipProtocols, value)),
  ip_tos: key('keyIpTos'),
  ip_tos_mask: key('keyIpTosMask', hex),
  ip_ttl: key('keyIpTtl'),
  dst_ip: maskedKey('keyIpv4Dst', 'keyIpv6Dst'),
  src_ip: maskedKey('keyIpv4Src', 'keyIpv6Src'),
  dst_port: port('Dst'),
  src_port: port('Src'),
  tcp_flags: ({ keyTcpFlags, keyTcpFlagsMask }) => `0x${hex(keyTcpFlags)}/${hex(keyTcpFlagsMask)}`,
  vlan_id: key('keyVlanId'),
  vlan_prio: key('keyVlanPrio'),
  vlan_ethtype: key('keyVlanEthType', etherType),
  cvlan_id: key('keyCvlanId'),
  cvlan_prio: key('keyCvlanPrio'),
  cvlan_ethtype: key('keyCvlanEthType', etherType),
  num_of_vlans: key('keyNumOfVlans'),
  arp_sip: maskedKey('keyArpSip'),
  arp_tip: maskedKey('keyArpTip'),
  arp_op: key('keyArpOp', (value) => named({ 1: 'request', 2: 'reply' }, value)),
  arp_sha: maskedKey('keyArpSha'),
  arp_tha: maskedKey('keyArpTha'),
  icmp_type: key('keyIcmpv4Type', String),
  icmp_code: key('keyIcmpv4Code', String),
  ip_flags: ({ keyFlags, keyFlagsMask }) =>
    Object.fromEntries(
      bitsOf(fragments, keyFlagsMask).map((name) => [name, bitsOf(fragments, keyFlags).includes(name)]),
    ),
  mpls: ({ keyMplsOpts }) => keyMplsOpts.lse,
  mpls_label: key('keyMplsLabel'),
  mpls_tc: key('keyMplsTc', String),
  mpls_bos: key('keyMplsBos', String),
  mpls_ttl: key('keyMplsTtl', String),
  enc_dst_ip: maskedKey('keyEncIpv4Dst'),
  enc_src_ip: maskedKey('keyEncIpv4Src'),
  enc_key_id: key('keyEncKeyId'),
  enc_dst_port: key('keyEncUdpDstPort'),
  enc_tos: key('keyEncIpTos'),
  enc_ttl: key('keyEncIpTtl'),
  geneve_opt_key: key('keyEncOpts', geneve),
  geneve_opt_mask: key('keyEncOptsMask', geneve),
  vxlan_opt_key: key('keyEncOpts', vxlan),
  vxlan_opt_mask: key('keyEncOptsMask', vxlan),
  erspan_opt_key: key('keyEncOpts', erspan),
  erspan_opt_mask: key('keyEncOptsMask', erspan),
  ct_state: ctState,
  ct_zone: key('keyCtZone'),
  ct_mark: key('keyCtMark'),
  ct_mark_mask: key('keyCtMarkMask', hex),
  ct_label: key('keyCtLabels', (bytes) => Buffer.from(bytes).toString('hex')),
  pppoe_sid: key('keyPppoeSid'),
  ppp_proto: key('keyPppProto', (value) => named({ 33: 'ip' }, value)),
  l2tpv3_sid: key('keyL2tpv3Sid'),
  spi: key('keySpi', hex),
  cfm: ({ keyCfm }) => ({ mdl: keyCfm.mdLevel, op: keyCfm.opcode }),
  l2_miss: key('l2Miss'),
}

test('08-tc-filter.ingress: flower filters are as tc prints them', () => {
  const dump =
    dumpsOf('08-tc-filter', 'RTM_GETTFILTER', 'RTM_NEWTFILTER', ({ parent }) => parent === INGRESS).at(-1) ?? []
  const mappers: Mappers = {
    ...hardware,
    handle: ({ handle }) => handle,
    classid: ({ attrs }) => handleText(attrs.options.classid),
    indev: ({ attrs }) => attrs.options.indev,
  }
  sameObjects(oracle('08-tc-filter', 'ingress'), dump, ({ options, ...printed }, filter) => {
    const what = `preference ${printed.pref}`
    sameMembers(what, printed, filter, filterMappers)
    assert.is(filter.attrs.options === undefined, options === undefined, what)
    if (options === undefined) return
    const { keys, actions, ...others } = options
    sameMembers(what, others, filter, mappers)
    sameMembers(`${what}: keys`, keys, filter.attrs.options, flowerKeys)
    sameActions(what, actions, filter.attrs.options.act)
  })
})

test('08-tc-filter.chain: chains are as tc prints them', () => {
  const mappers: Mappers = {
    parent: ({ parent }) => handleText(parent),
    kind: ({ attrs }) => attrs.kind,
    chain: ({ attrs }) => attrs.chain,
  }
  const dump = dumpsOf('08-tc-filter', 'RTM_GETCHAIN', 'RTM_NEWCHAIN').at(-1) ?? []
  sameObjects(oracle('08-tc-filter', 'chain'), dump, ({ options, ...printed }, chain) => {
    sameMembers(`chain ${printed.chain}`, printed, chain, mappers)
    assert.is(chain.attrs.options === undefined, options === undefined)
    if (options === undefined) return
    const { keys, ...others } = options
    assert.equal(others, {})
    sameMembers(`chain ${printed.chain}: keys`, keys, chain.attrs.options, flowerKeys)
  })
})

test.run()
