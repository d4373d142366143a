import { readFileSync } from 'node:fs'
import { readCapture } from '@netloom/netlink/capture'
import { compile } from '@netloom/netlink/codec'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { type Frame, frames, NLM_F } from '../../packages/netlink/dist/core/index.js'
import { type CtrlAttrs, GENL_ID_CTRL, nlctrl } from '../../packages/netlink/dist/generic/control.js'
import * as ethtool from '../../packages/netlink/dist/generic/ethtool/index.js'
import type { GenericMessage } from '../../packages/netlink/dist/generic/family.js'

/** What the kernel told ethtool in a recording, against what ethtool printed of it. */
const test = suite('ethtool, recorded')

const file = (name: string) => readFileSync(new URL(`../captures/09-ethtool-get.${name}`, import.meta.url))
const printed = (name: string) => JSON.parse(file(`${name}.json`).toString())[0]

const messages = [...readCapture(file('pcap'))].flatMap(({ protocol, bytes }) =>
  protocol === 16 ? [...frames(bytes)] : [],
)
const isFromKernel = ({ flags }: Frame) => (flags & NLM_F.REQUEST) === 0

function decoded(family: typeof nlctrl | typeof ethtool.ethtool, frame: Frame) {
  const command = family.byCommand(frame.bytes.readUInt8(frame.start), isFromKernel(frame))
  assert.ok(command, `${family.name} has command ${frame.bytes[frame.start]}`)
  return { name: command.name, value: compile(command.declaration).decode(frame.bytes, frame.start, frame.end) }
}

const families = messages
  .filter((frame) => frame.type === GENL_ID_CTRL && isFromKernel(frame))
  .map((frame) => decoded(nlctrl, frame).value as GenericMessage<CtrlAttrs>)
const id = families.find(({ attrs }) => attrs.familyName === 'ethtool')?.attrs.familyId

const replies = messages
  .filter((frame) => frame.type === id && isFromKernel(frame))
  .map((frame) => decoded(ethtool.ethtool, frame))

/** The attributes of the last reply of a name and a device: what the program printed last. */
function last<A>(name: keyof typeof ethtool.ethtool.replies, device: string): A {
  const found = replies.filter(({ value }) => {
    const { attrs } = value as GenericMessage<{ header?: ethtool.EthtoolHeaderAttrs }>
    return attrs.header?.devName === device
  })
  const reply = found.filter((reply) => reply.name === name).at(-1)
  assert.ok(reply, `${name} of ${device}`)
  return (reply.value as GenericMessage<A>).attrs
}

/** The names of a set of strings, by index. */
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

/** Whether a bit is in the mask, and whether it is set: of the short form or the long one. */
function inMask({ mask, bits }: ethtool.EthtoolBitsetAttrs = {}, bit: number): boolean {
  return bits ? (bits.bit ?? []).some(({ index }) => index === bit) : bitOf(mask, bit)
}
function isSet({ nomask, value, bits }: ethtool.EthtoolBitsetAttrs = {}, bit: number): boolean {
  if (!bits) return bitOf(value, bit)
  return (bits.bit ?? []).some((each) => each.index === bit && (nomask || each.value === true))
}

test('each message of ethtool and the controller is known', () => {
  assert.type(id, 'number')
  const known = messages.filter(({ type }) => type === id || type === GENL_ID_CTRL)
  for (const frame of known) decoded(frame.type === id ? ethtool.ethtool : nlctrl, frame)
  assert.ok(known.length > 250)
})

test('channels', () => {
  const { rxMax, txMax, rxCount, txCount } = last<ethtool.EthtoolChannelsAttrs>('ETHTOOL_MSG_CHANNELS_GET_REPLY', 'v0')
  assert.equal(printed('channels'), { ifname: 'v0', 'rx-max': rxMax, 'tx-max': txMax, rx: rxCount, tx: txCount })
})

test('coalescing', () => {
  const { header, rxUsecs, ...others } = last<ethtool.EthtoolCoalesceAttrs>('ETHTOOL_MSG_COALESCE_GET_REPLY', 'eE')
  assert.equal(printed('coalesce'), { ifname: header?.devName, 'rx-usecs': rxUsecs })
  assert.equal(others, {})
})

test('rings', () => {
  const { header, rxMax, txMax, rx, tx, txPush, rxPush, ...others } = last<ethtool.EthtoolRingsAttrs>(
    'ETHTOOL_MSG_RINGS_GET_REPLY',
    'eE',
  )
  const push = { 'tx-push': txPush === 1, 'rx-push': rxPush === 1 }
  assert.equal(printed('rings'), { ifname: header?.devName, 'rx-max': rxMax, 'tx-max': txMax, rx, tx, ...push })
  assert.equal(others, {})
})

test('pause frames', () => {
  const { autoneg, rx, tx } = last<ethtool.EthtoolPauseAttrs>('ETHTOOL_MSG_PAUSE_GET_REPLY', 'eE')
  const { autonegotiate, rx: hasRx, tx: hasTx } = printed('pause')
  assert.equal([autonegotiate, hasRx, hasTx], [autoneg === 1, rx === 1, tx === 1])
})

test('link modes', () => {
  const attrs = last<ethtool.EthtoolLinkmodesAttrs>('ETHTOOL_MSG_LINKMODES_GET_REPLY', 'eE')
  const oracle = printed('link')
  const speeds = Object.entries(ethtool.ETHTOOL_LINK_MODE).filter(([name]) => /^\d/.test(name))
  const modes = (has: (bit: number) => boolean) =>
    speeds.filter(([, bit]) => has(bit)).map(([name]) => name.replace(/_(.*)_BIT$/, '/$1'))
  const byName = (names: readonly string[]) => [...names].sort()
  assert.equal(byName(modes((bit) => inMask(attrs.ours, bit))), byName(oracle['supported-link-modes']))
  assert.equal(byName(modes((bit) => isSet(attrs.ours, bit))), byName(oracle['advertised-link-modes']))
  assert.equal(byName(modes((bit) => isSet(attrs.peer, bit))), byName(oracle['link-partner-advertised-link-modes']))
  assert.equal(inMask(attrs.ours, ethtool.ETHTOOL_LINK_MODE.Autoneg_BIT), oracle['supports-auto-negotiation'])
  assert.is(attrs.speed, oracle.speed)
  assert.is(attrs.duplex === ethtool.DUPLEX.FULL, oracle.duplex === 'Full')
  assert.is(attrs.autoneg === ethtool.AUTONEG.ENABLE, oracle['auto-negotiation'])
})

test('the link and its port', () => {
  const oracle = printed('link')
  const { phyaddr, port, tpMdix, tpMdixCtrl } = last<ethtool.EthtoolLinkinfoAttrs>(
    'ETHTOOL_MSG_LINKINFO_GET_REPLY',
    'eE',
  )
  assert.is(phyaddr, oracle.phyad)
  assert.is(port === ethtool.PORT.TP, oracle.port === 'Twisted Pair')
  assert.is(tpMdix === ethtool.ETH_TP.MDI_X, oracle['mdi-x'])
  assert.is(tpMdixCtrl === ethtool.ETH_TP.MDI_AUTO, oracle['mdi-x-auto'])
  const { link } = last<ethtool.EthtoolLinkstateAttrs>('ETHTOOL_MSG_LINKSTATE_GET_REPLY', 'eE')
  assert.is(link === 1, oracle['link-detected'])
  const { msgmask } = last<ethtool.EthtoolDebugAttrs>('ETHTOOL_MSG_DEBUG_GET_REPLY', 'eE')
  const classes = strings(ethtool.ETH_SS.MSG_CLASSES)
  const level = classes.reduce((sum, _, bit) => sum + (isSet(msgmask, bit) ? 2 ** bit : 0), 0)
  assert.is(level, oracle['current-message-level'])
})

test('features', () => {
  const { hw, wanted, active, nochange } = last<ethtool.EthtoolFeaturesAttrs>('ETHTOOL_MSG_FEATURES_GET_REPLY', 'v0')
  const names = strings(ethtool.ETH_SS.FEATURES)
  const oracle = printed('features')
  const both = names.filter((name) => name in oracle)
  assert.ok(both.length >= 40, `${both.length} features under the kernel's own names`)
  for (const name of both) {
    const bit = names.indexOf(name)
    const fixed = !isSet(hw, bit) || isSet(nochange, bit)
    const ours = { active: isSet(active, bit), fixed, requested: isSet(wanted, bit) }
    assert.equal(ours, oracle[name], name)
  }
})

test('the hash of receive queues', () => {
  const { hfunc = 0, inputXfrm = 0 } = last<ethtool.EthtoolRssAttrs>('ETHTOOL_MSG_RSS_GET_REPLY', 'eV')
  const { 'rss-hash-function': name, 'rss-input-transformation': xfrm } = printed('rss')
  assert.is(strings(ethtool.ETH_SS.RSS_HASH_FUNCS)[Math.log2(hfunc)], name)
  assert.is((inputXfrm & ethtool.RXH_XFRM.SYM_XOR) !== 0, xfrm['symmetric-xor'])
  assert.is((inputXfrm & ethtool.RXH_XFRM.SYM_OR_XOR) !== 0, xfrm['symmetric-or-xor'])
})

test('statistics of a device that has none', () => {
  const { grp = [] } = last<ethtool.EthtoolStatsAttrs>('ETHTOOL_MSG_STATS_GET_REPLY', 'eE')
  const names = strings(ethtool.ETH_SS.STATS_STD)
  const told = Object.fromEntries(grp.map(({ id = -1, stat = [] }) => [names[id] ?? '', stat]))
  const { ifname, ...groups } = printed('stats')
  assert.is(ifname, 'eE')
  assert.equal(Object.keys(told).sort(), Object.keys(groups).sort())
  for (const stats of Object.values(told)) assert.equal(stats, [])
})

test.run()
