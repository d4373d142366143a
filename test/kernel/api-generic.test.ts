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

inBothWays(test, 'generic() opens a family once, in the namespace of the socket', async (nl) => {
  await nl.link.add({ name: 'v0', kind: 'veth' })
  const connection = nl.generic(ethtool)
  assert.is(nl.generic(ethtool), connection)
  const [state] = connection.requestSync('ETHTOOL_MSG_LINKSTATE_GET', { attrs: { header: { devName: 'v0' } } })
  assert.is(state?.attrs.header?.devIndex, (await nl.link.get('v0'))?.index)
  const none = genericFamily('netloom-none', { version: 1, messages: nlctrl.messages })
  await refuses('a family that does not exist', () => nl.generic(none), 'ENOENT')
})

inBothWays(test, 'policy() returns the policy of the kernel', async (nl) => {
  const { do: doPolicy, dump } = await nl.policy(nlctrl, 'CTRL_CMD_GETFAMILY')
  assert.equal(doPolicy?.familyId, { number: 1, type: 'u16', min: 0n, max: 65535n })
  assert.equal(doPolicy?.familyName, { number: 2, type: 'nul_string', maxLength: 15 })
  assert.is(doPolicy?.op, undefined)
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
  await refuses('policy of a family that does not exist', () => nl.policy(none, 'CTRL_CMD_GETPOLICY'), 'ENOENT')
  await refuses('an unknown command', () => nl.policy(nlctrl, 'CTRL_CMD_NONE' as never), 'TypeError', /CTRL_CMD_NONE/)
})

inBothWays(test, 'a name is as long as the policy allows, and the kernel rejects a longer one', async (nl) => {
  const { do: doPolicy } = await nl.policy(nlctrl, 'CTRL_CMD_GETFAMILY')
  const longest = doPolicy?.familyName?.maxLength ?? 0
  const getFamily = (familyName: string) =>
    nl.generic(nlctrl).requestSync('CTRL_CMD_GETFAMILY', { attrs: { familyName } })
  await refuses('the longest allowed name', () => getFamily('x'.repeat(longest)), 'ENOENT')
  await refuses('longer', () => getFamily('x'.repeat(longest + 1)), 'EINVAL', /familyName/)
})

test('close() closes all sockets, and a failed open leaks no descriptor', async () => {
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
  await refuses('a namespace that does not exist', () => Netlink.open({ netns: '/run/netns/netloom-none' }), 'ENOENT')
  await refuses('an unknown option', () => Netlink.open({ nets: namespace.path } as never), 'TypeError', /'nets'/)
  assert.is(descriptors(), before)
})

test('sockets opened later are in the first namespace, and the recorder covers all of them', () => {
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

test('an aborted signal ends a list, and does not stop the rollback of a change', async () => {
  using namespace = scratch()
  using nl = Netlink.open({ netns: namespace.path })
  const aborted = AbortSignal.abort(new Error('enough'))
  await refuses('list', () => nl.link.list({}, { signal: aborted }), 'Error', /enough/)
  await refuses('add', () => nl.link.add({ name: 'x', kind: 'ifb' }, { signal: aborted }), 'Error', /enough/)
  const controller = new AbortController()
  const adding = nl.link.add({ name: 'x', kind: 'ifb', alias: 'y', altNames: ['z'] }, { signal: controller.signal })
  controller.abort(new Error('stop'))
  await refuses('abort between two requests', () => adding, 'Error', /stop/)
  assert.is(await nl.link.get('x'), undefined)
})

test.run()
