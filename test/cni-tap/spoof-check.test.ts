import { closeSync, openSync } from 'node:fs'
import { type Batch, Connection } from '@netloom/netlink'
import { NF, NF_INET, NFPROTO, NFT_TABLE_F, netfilter } from '@netloom/netlink/netfilter'
import { TunTap } from '@netloom/tuntap'
import * as assert from 'uvu/assert'
import { transact } from '../../packages/cni-tap/dist/attachment/nftables.js'
import { removeSpoofCheck } from '../../packages/cni-tap/dist/attachment/spoof-check.js'
import { suiteNeeding } from '../support/privileges.js'
import { PATIENCE, until } from '../support/until.js'
import { type Attachment, attached } from './attachment.js'
import { arpRequest, isArpReply } from './icmpv6.js'

const test = suiteNeeding('cni-tap: macspoofchk', 'netns', 'tun')

const own = '02:00:00:00:00:01'
const other = '02:00:00:00:00:02'
const spoofed = '02:00:00:00:00:03'
/** Local Experimental EtherType (IEEE 802), which nothing answers. */
const protocol = '88b5'

const family = NFPROTO.BRIDGE

const frame = (to: string, from: string, text: string) =>
  Buffer.concat([Buffer.from(`${to}${from}${protocol}`.replaceAll(':', ''), 'hex'), Buffer.from(text.padEnd(46, '.'))])

/** Attaches like a guest, and waits until the bridge forwards to the port. */
async function open(a: Attachment, name: string): Promise<TunTap> {
  const tap = TunTap.attach({ mode: 'tap', name, netns: a.namespace.path })
  await until(`the bridge to forward to ${name}`, () => a.link(name).linkinfo.info_slave_data.state === 'forwarding')
  return tap
}

/** Reads frames until the text `last` and returns their texts. Skips frames of the kernel. */
function textsUntil(tap: TunTap, last: string): string[] {
  const texts: string[] = []
  while (texts.at(-1) !== last) {
    const bytes = tap.read(PATIENCE)
    assert.ok(bytes, `expected a frame with text ${last}, found ${texts.join(', ') || 'none'}`)
    if (bytes.toString('hex', 12, 14) === protocol) texts.push(bytes.toString('latin1', 14).replaceAll('.', ''))
  }
  return texts
}

const config = (a: Attachment, keys: object = {}) => a.config({ bridge: 'br0', macspoofchk: true, mac: own, ...keys })

function onBridge(use: (a: Attachment) => unknown) {
  return attached((a) => {
    a.namespace.exec('ip', ['link', 'add', 'br0', 'up', 'type', 'bridge'])
    return use(a)
  })
}

/** Returns the names of the nftables tables for bridges. */
function tables(a: Attachment): string[] {
  const nl = Connection.openProtocol(netfilter, { netns: a.namespace.path })
  try {
    return nl.dumpSync('NFT_MSG_GETTABLE', { family }).map(({ attrs }) => attrs.name ?? '')
  } finally {
    nl.close()
  }
}

function deleteTables(a: Attachment): void {
  const netns = openSync(a.namespace.path, 'r')
  for (const table of tables(a)) removeSpoofCheck(netns, table, () => {})
  closeSync(netns)
}

test('only frames from the own address pass, and frames to it arrive', () =>
  onBridge(async (a) => {
    a.succeed('ADD', config(a))
    a.succeed('ADD', a.config({ bridge: 'br0', mac: other }), { ifname: 'tap1' })
    const [guest, peer] = await Promise.all([open(a, 'tap0'), open(a, 'tap1')])
    try {
      guest.write(frame(other, spoofed, 'spoofed'))
      guest.write(frame('ff:ff:ff:ff:ff:ff', spoofed, 'spoofed to all'))
      guest.write(frame('ff:ff:ff:ff:ff:ff', own, 'own to all'))
      assert.equal(textsUntil(peer, 'own to all'), ['own to all'])
      peer.write(frame(own, spoofed, 'from a port that is not checked'))
      assert.equal(textsUntil(guest, 'from a port that is not checked'), ['from a port that is not checked'])
    } finally {
      guest.close()
      peer.close()
    }
  }))

/** Returns the MAC address of the bridge. */
const bridgeMac = (a: Attachment): string => a.link('br0').address

/** Sends an ARP request to the bridge's own address and waits for the answer. */
async function reachBridge(a: Attachment): Promise<void> {
  a.namespace.exec('ip', ['addr', 'add', '10.0.0.1/24', 'dev', 'br0'])
  const guest = await open(a, 'tap0')
  try {
    const request = arpRequest(own, '10.0.0.9', '10.0.0.1')
    guest.write(Buffer.concat([Buffer.from(bridgeMac(a).replaceAll(':', ''), 'hex'), request.subarray(6)]))
    for (let bytes = guest.read(10_000); ; bytes = guest.read(10_000)) {
      assert.ok(bytes, 'expected an answer of the bridge')
      if (isArpReply(bytes)) break
    }
  } finally {
    guest.close()
  }
}

test('a bridge without a fixed address keeps its current one, so unicast to it arrives', () =>
  onBridge(async (a) => {
    const before = bridgeMac(a)
    a.succeed('ADD', config(a))
    assert.is(bridgeMac(a), before)
    await reachBridge(a)
  }))

test('a bridge keeps its address even if the device is its last port and has the lowest address', () =>
  onBridge(async (a) => {
    a.namespace.exec('ip', ['link', 'add', 'a0', 'address', '02:00:00:00:00:00', 'type', 'veth', 'peer', 'name', 'a1'])
    a.namespace.exec('ip', ['link', 'set', 'a0', 'master', 'br0'])
    a.succeed('ADD', config(a))
    a.namespace.exec('ip', ['link', 'del', 'a0'])
    assert.is(bridgeMac(a), '02:00:00:00:00:00')
    await reachBridge(a)
  }))

test('a bridge that lost its last port has no address, and gets one', () =>
  onBridge(async (a) => {
    a.namespace.exec('ip', ['link', 'add', 'a0', 'type', 'veth', 'peer', 'name', 'a1'])
    a.namespace.exec('ip', ['link', 'set', 'a0', 'master', 'br0'])
    a.namespace.exec('ip', ['link', 'del', 'a0'])
    assert.is(bridgeMac(a), '00:00:00:00:00:00')
    a.succeed('ADD', config(a))
    assert.match(bridgeMac(a), /^02:/)
    await reachBridge(a)
  }))

test('the address of the bridge itself is rejected, and nothing is created', () =>
  onBridge((a) => {
    a.fail(
      'ADD',
      config(a, { mac: bridgeMac(a).toUpperCase() }),
      7,
      /^invalid mac "\S+": it is the address of the bridge/,
    )
    assert.equal(a.devices().sort(), ['br0', 'lo'])
    assert.equal(tables(a), [])
  }))

test('DEL removes the table, also if the device was deleted or a key is invalid', () =>
  onBridge((a) => {
    a.succeed('ADD', config(a))
    assert.is(tables(a).length, 1)
    a.succeed('DEL', config(a))
    assert.equal(tables(a), [])
    a.succeed('ADD', config(a))
    a.namespace.exec('ip', ['link', 'del', 'tap0'])
    a.succeed('DEL', { ...config(a), mtu: 'x' })
    assert.equal(tables(a), [])
    a.succeed('DEL', config(a))
    a.assertClean('br0')
  }))

test('a failed ADD leaves no table and removes none', () =>
  onBridge((a) => {
    const failing = a.fakeIpam('', { ADD: `echo '{"code":77,"msg":"m"}'; exit 1` })
    a.fail('ADD', config(a, failing), 77)
    assert.equal(tables(a), [])
    a.succeed('ADD', config(a))
    const before = tables(a)
    a.fail('ADD', config(a), 100)
    assert.equal(tables(a), before)
  }))

test('ADD replaces the table of a killed ADD', () =>
  onBridge((a) => {
    const killed = a.fakeIpam('', { ADD: 'kill -9 $PPID; sleep 0.1' })
    assert.is(a.run('ADD', config(a, killed)).exitCode, null)
    assert.equal([a.devices().sort(), tables(a).length], [['br0', 'lo'], 1])
    const prevResult = a.succeed('ADD', config(a)).json
    a.succeed('CHECK', { ...config(a), prevResult })
    assert.is(tables(a).length, 1)
  }))

test('CHECK detects that the table is missing', () =>
  onBridge((a) => {
    const prevResult = a.succeed('ADD', config(a)).json
    a.succeed('CHECK', { ...config(a), prevResult })
    deleteTables(a)
    const message = /^"tap0": expected table bridge netloom\/\S+ to drop other source addresses than 02:00:00:00:00:01$/
    a.fail('CHECK', { ...config(a), prevResult }, 102, message)
  }))

test('CHECK detects a table for another address', () =>
  onBridge((a) => {
    const prevResult = a.succeed('ADD', config(a)).json
    a.namespace.exec('ip', ['link', 'set', 'tap0', 'address', other])
    prevResult.interfaces[0].mac = other
    a.fail('CHECK', { ...config(a), prevResult }, 102, /than 02:00:00:00:00:02$/)
  }))

/** Applies changes of nftables in one transaction. */
function changeTables(a: Attachment, fill: (batch: Batch<typeof netfilter.messages>) => void): void {
  const netns = openSync(a.namespace.path, 'r')
  try {
    transact(netns, fill)
  } finally {
    closeSync(netns)
  }
}

/** Replaces the table of the attachment by one with the same rule in a chain with the given attributes. */
function recreateTable(a: Attachment, attrs: object, more: readonly string[] = [], ruleIn = 'prerouting'): void {
  const [name = ''] = tables(a)
  const nl = Connection.openProtocol(netfilter, { netns: a.namespace.path })
  const [rule] = nl.dumpSync('NFT_MSG_GETRULE', { family, attrs: { table: name } })
  nl.close()
  const created = { create: true }
  changeTables(a, (batch) => {
    batch.add('NFT_MSG_DELTABLE', { family, attrs: { name } })
    batch.add('NFT_MSG_NEWTABLE', { family, attrs: { name } }, created)
    batch.add('NFT_MSG_NEWCHAIN', { family, attrs: { table: name, name: 'prerouting', ...attrs } }, created)
    for (const other of more) batch.add('NFT_MSG_NEWCHAIN', { family, attrs: { table: name, name: other } }, created)
    const { expressions } = rule?.attrs ?? {}
    batch.add('NFT_MSG_NEWRULE', { family, attrs: { table: name, chain: ruleIn, expressions } }, created)
  })
}

const hook = { hooknum: NF_INET.PRE_ROUTING, priority: -300 }
const hooked = { type: 'filter', hook, policy: NF.ACCEPT }

/** Changes that take the rule out of force, and how CHECK describes the table. */
const disarmed: Readonly<Record<string, readonly [change: (a: Attachment) => void, message: RegExp]>> = {
  'a dormant table': [
    (a) => {
      const [name] = tables(a)
      changeTables(a, (batch) => batch.add('NFT_MSG_NEWTABLE', { family, attrs: { name, flags: NFT_TABLE_F.DORMANT } }))
    },
    /, found flags DORMANT$/,
  ],
  'a chain without a hook': [
    (a) => recreateTable(a, {}),
    /, found chain prerouting with type none hook none priority none policy none$/,
  ],
  'a chain with another hook': [
    (a) => recreateTable(a, { ...hooked, hook: { ...hook, hooknum: NF_INET.POST_ROUTING } }),
    /, found chain prerouting with hook 4$/,
  ],
  'a chain with another priority': [
    (a) => recreateTable(a, { ...hooked, hook: { ...hook, priority: 300 } }),
    /, found chain prerouting with priority 300$/,
  ],
  'a chain that drops all other frames': [
    (a) => recreateTable(a, { ...hooked, policy: NF.DROP }),
    /, found chain prerouting with policy 0$/,
  ],
  'the rule in a chain without a hook': [
    (a) => recreateTable(a, hooked, ['other'], 'other'),
    /than 02:00:00:00:00:01$/,
  ],
}
for (const [name, [change, message]] of Object.entries(disarmed))
  test(`CHECK detects ${name}`, () =>
    onBridge((a) => {
      const prevResult = a.succeed('ADD', config(a)).json
      change(a)
      a.fail('CHECK', { ...config(a), prevResult }, 102, message)
      recreateTable(a, hooked)
      a.succeed('CHECK', { ...config(a), prevResult })
    }))

test('GC removes the tables of attachments that are not valid', () =>
  onBridge((a) => {
    const killed = a.fakeIpam('', { ADD: 'kill -9 $PPID; sleep 0.1' })
    a.run('ADD', config(a, killed), { containerId: 'gone' })
    a.succeed('ADD', config(a))
    a.succeed('ADD', { ...config(a), name: `${a.network}-other` }, { ifname: 'tap1' })
    assert.is(tables(a).length, 3)
    const valid = { 'cni.dev/valid-attachments': [{ containerID: 'c1', ifname: 'tap0' }] }
    a.succeed('GC', config(a, valid))
    assert.is(tables(a).length, 2)
    assert.equal(a.devices().sort(), ['br0', 'lo', 'tap0', 'tap1'])
    a.succeed('GC', config(a, { 'cni.dev/valid-attachments': [] }))
    assert.is(tables(a).length, 1)
  }))

test.run()
