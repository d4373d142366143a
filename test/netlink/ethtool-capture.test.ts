import { readFileSync } from 'node:fs'
import { readCapture } from '@netloom/netlink/capture'
import { compile } from '@netloom/netlink/codec'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { type CtrlAttrs, GENL_ID_CTRL, nlctrl } from '../../packages/netlink/dist/generic/control.js'
import * as ethtool from '../../packages/netlink/dist/generic/ethtool/index.js'
import type { GenericMessage } from '../../packages/netlink/dist/generic/family.js'
import { type NetlinkMessage, NLM_F, parseMessages } from '../../packages/netlink/dist/message/index.js'
import { type Mappers, sameMembers } from '../support/oracle.js'

/** Compares recorded messages of the kernel with the output of ethtool. */
const test = suite('ethtool, recorded')

const file = (name: string) => readFileSync(new URL(`../captures/09-ethtool-get.${name}`, import.meta.url))
const printed = (name: string) => JSON.parse(file(`${name}.json`).toString())[0]

const messages = [...readCapture(file('pcap'))].flatMap(({ protocol, bytes }) =>
  protocol === 16 ? [...parseMessages(bytes)] : [],
)
const isFromKernel = ({ flags }: NetlinkMessage) => (flags & NLM_F.REQUEST) === 0

function decoded(family: typeof nlctrl | typeof ethtool.ethtool, nlmsg: NetlinkMessage) {
  const command = family.byCommand(nlmsg.bytes.readUInt8(nlmsg.start), isFromKernel(nlmsg))
  assert.ok(command, `${family.name} has command ${nlmsg.bytes[nlmsg.start]}`)
  return { name: command.name, value: compile(command.declaration).decode(nlmsg.bytes, nlmsg.start, nlmsg.end) }
}

const families = messages
  .filter((nlmsg) => nlmsg.type === GENL_ID_CTRL && isFromKernel(nlmsg))
  .map((nlmsg) => decoded(nlctrl, nlmsg).value as GenericMessage<CtrlAttrs>)
const id = families.find(({ attrs }) => attrs.familyName === 'ethtool')?.attrs.familyId

const replies = messages
  .filter((nlmsg) => nlmsg.type === id && isFromKernel(nlmsg))
  .map((nlmsg) => decoded(ethtool.ethtool, nlmsg))

/** Returns the attributes of the last reply for a device, which is the one that ethtool printed. */
function last<A>(name: keyof typeof ethtool.ethtool.replies, device: string): A {
  const found = replies.filter(({ value }) => {
    const { attrs } = value as GenericMessage<{ header?: ethtool.EthtoolHeaderAttrs }>
    return attrs.header?.devName === device
  })
  const reply = found.filter((reply) => reply.name === name).at(-1)
  assert.ok(reply, `${name} of ${device}`)
  return (reply.value as GenericMessage<A>).attrs
}

/** Returns the strings of a string set by index. */
function strings(id: number): string[] {
  const sets = replies
    .filter(({ name }) => name === 'ETHTOOL_MSG_STRSET_GET_REPLY')
    .flatMap(({ value }) => (value as GenericMessage<ethtool.EthtoolStrsetAttrs>).attrs.stringsets?.stringset ?? [])
  const rows = sets.find((set) => set.id === id)?.strings?.string ?? []
  return rows.map(({ index, value }, at) => {
    assert.is(index, at)
    return value ?? ''
  })
}

const bitOf = (words: readonly number[] | undefined, bit: number) =>
  (((words?.[bit >> 5] ?? 0) >>> (bit & 31)) & 1) === 1

/** True if a bit is in the mask. Handles the compact and the verbose form of a bit set; `isSet` does too. */
function inMask({ mask, bits }: ethtool.EthtoolBitsetAttrs = {}, bit: number): boolean {
  return bits ? (bits.bit ?? []).some(({ index }) => index === bit) : bitOf(mask, bit)
}
function isSet({ nomask, value, bits }: ethtool.EthtoolBitsetAttrs = {}, bit: number): boolean {
  if (!bits) return bitOf(value, bit)
  return (bits.bit ?? []).some((each) => each.index === bit && (nomask || each.value === true))
}

test('every message of ethtool and the controller is decoded', () => {
  assert.type(id, 'number')
  const known = messages.filter(({ type }) => type === id || type === GENL_ID_CTRL)
  for (const nlmsg of known) decoded(nlmsg.type === id ? ethtool.ethtool : nlctrl, nlmsg)
  assert.ok(known.length > 250)
})

test('channels are as ethtool prints them', () => {
  const { rxMax, txMax, rxCount, txCount } = last<ethtool.EthtoolChannelsAttrs>('ETHTOOL_MSG_CHANNELS_GET_REPLY', 'v0')
  assert.equal(printed('channels'), { ifname: 'v0', 'rx-max': rxMax, 'tx-max': txMax, rx: rxCount, tx: txCount })
})

test('coalescing settings are as ethtool prints them', () => {
  const { header, rxUsecs, ...others } = last<ethtool.EthtoolCoalesceAttrs>('ETHTOOL_MSG_COALESCE_GET_REPLY', 'eE')
  assert.equal(printed('coalesce'), { ifname: header?.devName, 'rx-usecs': rxUsecs })
  assert.equal(others, {})
})

test('ring sizes are as ethtool prints them', () => {
  const { header, rxMax, txMax, rx, tx, txPush, rxPush, ...others } = last<ethtool.EthtoolRingsAttrs>(
    'ETHTOOL_MSG_RINGS_GET_REPLY',
    'eE',
  )
  const push = { 'tx-push': txPush === 1, 'rx-push': rxPush === 1 }
  assert.equal(printed('rings'), { ifname: header?.devName, 'rx-max': rxMax, 'tx-max': txMax, rx, tx, ...push })
  assert.equal(others, {})
})

/**
 * Returns the pause settings of two ends that autonegotiate (IEEE 802.3): symmetric, or in one direction if only one
 * end sends.
 */
function negotiatedPause({ ours, peer }: ethtool.EthtoolLinkmodesAttrs) {
  const { Pause_BIT, Asym_Pause_BIT } = ethtool.ETHTOOL_LINK_MODE
  if (isSet(ours, Pause_BIT) && isSet(peer, Pause_BIT)) return { rx: true, tx: true }
  const oneWay = isSet(ours, Asym_Pause_BIT) && isSet(peer, Asym_Pause_BIT)
  return { rx: oneWay && isSet(ours, Pause_BIT), tx: oneWay && isSet(peer, Pause_BIT) }
}

test('pause settings are as ethtool prints them', () => {
  const { autoneg, rx, tx } = last<ethtool.EthtoolPauseAttrs>('ETHTOOL_MSG_PAUSE_GET_REPLY', 'eE')
  const modes = last<ethtool.EthtoolLinkmodesAttrs>('ETHTOOL_MSG_LINKMODES_GET_REPLY', 'eE')
  const on = { autonegotiate: autoneg === 1, rx: rx === 1, tx: tx === 1 }
  assert.equal(printed('pause'), { ifname: 'eE', ...on, negotiated: negotiatedPause(modes) })
})

const speeds = Object.entries(ethtool.ETHTOOL_LINK_MODE).filter(([name]) => /^\d/.test(name))

/** Returns the members that ethtool prints for a set of link modes. */
function modeMembers(start: string, has: (bit: number) => boolean): Mappers {
  const { Pause_BIT, Asym_Pause_BIT, FEC_NONE_BIT, FEC_RS_BIT, FEC_BASER_BIT, FEC_LLRS_BIT } = ethtool.ETHTOOL_LINK_MODE
  const pause = has(Pause_BIT)
    ? ['Symmetric', 'Symmetric Receive-only'][Number(has(Asym_Pause_BIT))]
    : ['No', 'Transmit-only'][Number(has(Asym_Pause_BIT))]
  return {
    [`${start}-link-modes`]: () =>
      speeds.filter(([, bit]) => has(bit)).map(([name]) => name.replace(/_(.*)_BIT$/, '/$1')),
    [`${start}-pause-frame-use`]: () => pause,
    [`${start}-auto-negotiation`]: () => has(ethtool.ETHTOOL_LINK_MODE.Autoneg_BIT),
    [`${start}-fec-modes`]: () => [FEC_NONE_BIT, FEC_RS_BIT, FEC_BASER_BIT, FEC_LLRS_BIT].filter(has),
  }
}

/** Letters of the Wake-on-LAN modes. `d` means none. */
const wakeLetters = 'pumbagsf'
const wakeOn = (has: (bit: number) => boolean) => [...wakeLetters].filter((_, bit) => has(bit)).join('') || 'd'

test('the link, its port and its modes are as ethtool prints them', () => {
  const { ETH_TP, ETHTOOL_LINK_MODE } = ethtool
  const modes = last<ethtool.EthtoolLinkmodesAttrs>('ETHTOOL_MSG_LINKMODES_GET_REPLY', 'eE')
  const info = last<ethtool.EthtoolLinkinfoAttrs>('ETHTOOL_MSG_LINKINFO_GET_REPLY', 'eE')
  const wol = last<ethtool.EthtoolWolAttrs>('ETHTOOL_MSG_WOL_GET_REPLY', 'eE').modes
  const { msgmask } = last<ethtool.EthtoolDebugAttrs>('ETHTOOL_MSG_DEBUG_GET_REPLY', 'eE')
  const { link } = last<ethtool.EthtoolLinkstateAttrs>('ETHTOOL_MSG_LINKSTATE_GET_REPLY', 'eE')
  const classes = strings(ethtool.ETH_SS.MSG_CLASSES)
  const ports = { TP: ETHTOOL_LINK_MODE.TP_BIT, AUI: ETHTOOL_LINK_MODE.AUI_BIT, FIBRE: ETHTOOL_LINK_MODE.FIBRE_BIT }
  const supported = (bit: number) => inMask(modes.ours, bit)
  const { 'supported-auto-negotiation': supportsNegotiation, ...supportedMembers } = modeMembers('supported', supported)
  const mappers: Mappers = {
    ifname: () => modes.header?.devName,
    'supported-ports': () => Object.entries(ports).flatMap(([name, bit]) => (supported(bit) ? [name] : [])),
    ...supportedMembers,
    'supports-auto-negotiation': supportsNegotiation ?? (() => undefined),
    ...modeMembers('advertised', (bit) => isSet(modes.ours, bit)),
    ...modeMembers('link-partner-advertised', (bit) => isSet(modes.peer, bit)),
    speed: () => modes.speed,
    duplex: () => ['Half', 'Full'][modes.duplex ?? -1],
    'auto-negotiation': () => modes.autoneg === ethtool.AUTONEG.ENABLE,
    port: () => (info.port === ethtool.PORT.TP ? 'Twisted Pair' : undefined),
    phyad: () => info.phyaddr,
    transceiver: () => ['internal', 'external'][info.transceiver ?? -1],
    'mdi-x': () => info.tpMdix === ETH_TP.MDI_X,
    'mdi-x-forced': () => info.tpMdixCtrl === ETH_TP.MDI || info.tpMdixCtrl === ETH_TP.MDI_X,
    'mdi-x-auto': () => info.tpMdixCtrl === ETH_TP.MDI_AUTO,
    'supports-wake-on': () => wakeOn((bit) => inMask(wol, bit)),
    'wake-on': () => wakeOn((bit) => isSet(wol, bit)),
    'current-message-level': () => classes.reduce((sum, _, bit) => sum + (isSet(msgmask, bit) ? 2 ** bit : 0), 0),
    'link-detected': () => link === 1,
  }
  sameMembers('eE', printed('link'), undefined, mappers)
})

/** Names that ethtool used for features before the kernel had names. */
const oldNames: Readonly<Record<string, string>> = {
  'rx-checksumming': 'rx-checksum',
  'generic-segmentation-offload': 'tx-generic-segmentation',
  'generic-receive-offload': 'rx-gro',
  'large-receive-offload': 'rx-lro',
  'rx-vlan-offload': 'rx-vlan-hw-parse',
  'tx-vlan-offload': 'tx-vlan-hw-insert',
  'ntuple-filters': 'rx-ntuple-filter',
  'receive-hashing': 'rx-hashing',
}
/** Features that ethtool prints under one name: active if at least one of them is. */
const groups: Readonly<Record<string, RegExp>> = {
  'tx-checksumming': /^tx-checksum-/,
  'scatter-gather': /^tx-scatter-gather/,
  'tcp-segmentation-offload': /^tx-tcp.*-segmentation$/,
}

test('features are as ethtool prints them', () => {
  const { hw, wanted, active, nochange } = last<ethtool.EthtoolFeaturesAttrs>('ETHTOOL_MSG_FEATURES_GET_REPLY', 'v0')
  const names = strings(ethtool.ETH_SS.FEATURES)
  const one = (name: string) => {
    const bit = names.indexOf(name)
    const fixed = !isSet(hw, bit) || isSet(nochange, bit)
    return { active: isSet(active, bit), fixed, requested: isSet(wanted, bit) }
  }
  const several = (pattern: RegExp) => {
    const isActive = names.some((name, bit) => pattern.test(name) && isSet(active, bit))
    return { active: isActive, fixed: null, requested: null }
  }
  const mappers: Mappers = {
    ifname: () => 'v0',
    ...Object.fromEntries(names.map((name) => [name, () => one(name)])),
    ...Object.fromEntries(Object.entries(oldNames).map(([old, name]) => [old, () => one(name)])),
    ...Object.fromEntries(Object.entries(groups).map(([name, pattern]) => [name, () => several(pattern)])),
  }
  sameMembers('v0', printed('features'), undefined, mappers)
})

test('the receive hash is as ethtool prints it', () => {
  const { hfunc = 0, inputXfrm = 0 } = last<ethtool.EthtoolRssAttrs>('ETHTOOL_MSG_RSS_GET_REPLY', 'eV')
  const { ifname, 'rss-hash-function': name, 'rss-input-transformation': xfrm, ...others } = printed('rss')
  assert.equal([ifname, others], ['eV', {}])
  assert.is(strings(ethtool.ETH_SS.RSS_HASH_FUNCS)[Math.log2(hfunc)], name)
  assert.is((inputXfrm & ethtool.RXH_XFRM.SYM_XOR) !== 0, xfrm['symmetric-xor'])
  assert.is((inputXfrm & ethtool.RXH_XFRM.SYM_OR_XOR) !== 0, xfrm['symmetric-or-xor'])
})

test('a device without statistics has none', () => {
  const { grp = [] } = last<ethtool.EthtoolStatsAttrs>('ETHTOOL_MSG_STATS_GET_REPLY', 'eE')
  const names = strings(ethtool.ETH_SS.STATS_STD)
  const reply = Object.fromEntries(grp.map(({ id = -1, stat = [] }) => [names[id] ?? '', stat]))
  const { ifname, ...groups } = printed('stats')
  assert.is(ifname, 'eE')
  assert.equal(Object.keys(reply).sort(), Object.keys(groups).sort())
  for (const stats of Object.values(reply)) assert.equal(stats, [])
})

test.run()
