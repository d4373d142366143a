import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Netlink, withNetns } from '@netloom/netlink'
import { dissectCapture } from '@netloom/netlink/dissect'
import { ethtool, genericFamily, nlctrl } from '@netloom/netlink/generic'
import * as assert from 'uvu/assert'
import { inBothWays, refuses } from '../support/api.js'
import { scratch } from '../support/netns.js'
import { suiteNeeding } from '../support/privileges.js'

const test = suiteNeeding('generic netlink by the API', 'netns')

inBothWays(test, 'a family, in the same namespace, opened once', async (nl) => {
  await nl.link.add({ name: 'v0', kind: 'veth' })
  const connection = nl.generic(ethtool)
  assert.is(nl.generic(ethtool), connection)
  const [state] = connection.requestSync('ETHTOOL_MSG_LINKSTATE_GET', { attrs: { header: { devName: 'v0' } } })
  assert.is(state?.attrs.header?.devIndex, (await nl.link.get('v0'))?.index)
  const none = genericFamily('netloom-none', { version: 1, messages: nlctrl.messages })
  await refuses('a family that there is not', () => nl.generic(none), 'ENOENT')
})

inBothWays(test, "the kernel's own policy", async (nl) => {
  const { do: told, dump } = await nl.policy(nlctrl, 'CTRL_CMD_GETFAMILY')
  assert.equal(told?.familyId, { number: 1, type: 'u16', min: 0n, max: 65535n })
  assert.equal(told?.familyName, { number: 2, type: 'nul_string', maxLength: 15 })
  assert.is(told?.op, undefined)
  assert.ok(dump)
  const linkstate = await nl.policy(ethtool, 'ETHTOOL_MSG_LINKSTATE_GET')
  const { header } = linkstate.do ?? {}
  assert.is(header?.type, 'nested')
  assert.is(header?.attributes?.devName?.type, 'nul_string')
  assert.is(header?.attributes?.flags?.type, 'u32')
  assert.is(await nl.accepts(ethtool, 'ETHTOOL_MSG_LINKSTATE_GET', 'header.devName'), true)
  assert.is(await nl.accepts(ethtool, 'ETHTOOL_MSG_LINKSTATE_GET', 'header.devName.deeper'), false)
  assert.is(await nl.accepts(ethtool, 'ETHTOOL_MSG_LINKSTATE_GET', 'link'), false)
  assert.is(await nl.accepts(nlctrl, 'CTRL_CMD_GETPOLICY', 'op'), true)
  const none = genericFamily('netloom-none', { version: 1, messages: nlctrl.messages })
  assert.is(await nl.accepts(none, 'CTRL_CMD_GETPOLICY', 'op'), false)
  await refuses('its policy', () => nl.policy(none, 'CTRL_CMD_GETPOLICY'), 'ENOENT')
  await refuses('a command', () => nl.policy(nlctrl, 'CTRL_CMD_NONE' as never), 'TypeError', /CTRL_CMD_NONE/)
})

inBothWays(test, 'what the policy refuses, the kernel refuses', async (nl) => {
  const { do: told } = await nl.policy(nlctrl, 'CTRL_CMD_GETFAMILY')
  const longest = told?.familyName?.maxLength ?? 0
  const ask = (familyName: string) => nl.generic(nlctrl).requestSync('CTRL_CMD_GETFAMILY', { attrs: { familyName } })
  await refuses('as long as it may be', () => ask('x'.repeat(longest)), 'ENOENT')
  await refuses('longer', () => ask('x'.repeat(longest + 1)), 'EINVAL', /familyName/)
})

test('closing closes all, and opening in vain leaves nothing', async () => {
  using namespace = scratch()
  const descriptors = () => readdirSync('/proc/self/fd').length
  const before = descriptors()
  const nl = Netlink.open({ netns: namespace.path })
  const connection = nl.generic(nlctrl)
  nl.close()
  nl.close()
  assert.is(descriptors(), before)
  for (const [what, call] of Object.entries({
    link: () => nl.link.listSync(),
    generic: () => nl.generic(nlctrl),
    connection: () => connection.dumpSync('CTRL_CMD_GETFAMILY'),
    asynchronous: () => nl.route.list(),
  })) {
    await refuses(what, call, 'TypeError', /closed/)
  }
  await refuses('no namespace', () => Netlink.open({ netns: '/run/netns/netloom-none' }), 'ENOENT')
  await refuses('a misspelt option', () => Netlink.open({ nets: namespace.path } as never), 'TypeError', /'nets'/)
  assert.is(descriptors(), before)
})

test('it stays in the namespace that it was opened in, and records all of its sockets', () => {
  using namespace = scratch()
  const folder = mkdtempSync(join(tmpdir(), 'netloom-api-'))
  try {
    const capture = join(folder, 'all.pcap')
    using nl = withNetns(namespace.path, () => Netlink.open({ capture }))
    nl.link.addSync({ name: 'only-here', kind: 'bridge' })
    const [state] = nl
      .generic(ethtool)
      .requestSync('ETHTOOL_MSG_LINKSTATE_GET', { attrs: { header: { devName: 'only-here' } } })
    assert.is(state?.attrs.header?.devIndex, nl.link.getSync('only-here')?.index)
    nl.close()
    const types = [...dissectCapture(readFileSync(capture))].flatMap(({ messages }) => messages).map(({ type }) => type)
    for (const type of ['RTM_NEWLINK', 'CTRL_CMD_GETFAMILY', 'ETHTOOL_MSG_LINKSTATE_GET'])
      assert.ok(types.includes(type), type)
  } finally {
    rmSync(folder, { recursive: true })
  }
})

test('a signal ends a list, and keeps nothing from being taken back', async () => {
  using namespace = scratch()
  using nl = Netlink.open({ netns: namespace.path })
  const aborted = AbortSignal.abort(new Error('enough'))
  await refuses('a list', () => nl.link.list({}, { signal: aborted }), 'Error', /enough/)
  await refuses('a change', () => nl.link.add({ name: 'x', kind: 'ifb' }, { signal: aborted }), 'Error', /enough/)
  const controller = new AbortController()
  const making = nl.link.add({ name: 'x', kind: 'ifb', alias: 'y', altNames: ['z'] }, { signal: controller.signal })
  controller.abort(new Error('stop'))
  await refuses('between two changes', () => making, 'Error', /stop/)
  assert.is(await nl.link.get('x'), undefined)
})

test.run()
