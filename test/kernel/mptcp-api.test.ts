import { Netlink } from '@netloom/netlink'
import * as assert from 'uvu/assert'
import { inBothWays, refuses } from '../support/api.js'
import { type CookbookRow, cookbookSections } from '../support/cookbook.js'
import { inScratch, type Namespace } from '../support/netns.js'
import { suiteNeeding } from '../support/privileges.js'

/** Endpoints and limits of Multipath TCP, compared with `ip mptcp` in a twin namespace. */
const test = suiteNeeding('nl.mptcp', 'netns')

/** Prepares a namespace with the link `a`, and its addresses. */
function prepare(namespace: Namespace): void {
  namespace.ip('link', 'add', 'name', 'a', 'up', 'type', 'veth', 'peer', 'name', 'b')
  for (const address of ['10.0.0.1/24', '10.0.0.2/24', '2001:db8::1/64', '2001:db8::2/64'])
    namespace.ip('address', 'add', address, 'dev', 'a', ...(address.includes(':') ? ['nodad'] : []))
}

const shown = (namespace: Namespace) => [
  namespace.exec('ip', ['mptcp', 'endpoint', 'show']),
  namespace.exec('ip', ['mptcp', 'limits', 'show']),
]

const title = 'Multipath TCP'
const rows = cookbookSections().find((section) => section.title === title)?.rows ?? []
const isRead = ({ command }: CookbookRow) => command.includes(' show')

inBothWays(test, 'each call of the cookbook has the effect of its command', (nl, ns) =>
  inScratch(async (twin) => {
    for (const each of [ns, twin]) prepare(each)
    for (const { command, call } of rows) {
      const [program = '', ...args] = command.split(' ')
      twin.exec(program, args)
      const result = await (new Function('nl', `return ${call}`) as (own: Netlink) => unknown)(nl)
      if (isRead({ command, call })) assert.ok(result, call)
      assert.equal(shown(ns), shown(twin), command)
    }
    assert.is(rows.length, 14)
    assert.equal(await nl.mptcp.list(), [])
  }),
)

inBothWays(test, 'endpoints and limits are what ip shows', async (nl, ns) => {
  prepare(ns)
  for (const { command } of rows.slice(0, 4)) ns.exec('ip', command.split(' ').slice(1))
  const theirs = JSON.parse(ns.exec('ip', ['-j', 'mptcp', 'endpoint', 'show'])) as Readonly<Record<string, unknown>>[]
  const flags = ['signal', 'subflow', 'backup', 'fullmesh']
  assert.equal(
    (await nl.mptcp.list({ names: true })).map(({ id, address, port, devName, flags: set }) => ({
      ...{ address, ...(port !== undefined && { port }), id },
      ...{ flags: set.map((flag) => flag.toLowerCase()).sort(), ...(devName !== undefined && { dev: devName }) },
    })),
    theirs.map(({ address, port, id, dev, ...others }) => ({
      ...{ address, ...(port !== undefined && { port }), id },
      flags: flags.filter((flag) => others[flag] === true).sort(),
      ...(dev !== undefined && { dev }),
    })),
  )
  assert.is((await nl.mptcp.get({ id: 3 }))?.address, '10.0.0.1')
  assert.is((await nl.mptcp.get({ address: '2001:db8::2' }))?.port, 4000)
  assert.is(await nl.mptcp.get({ id: 9 }), undefined)
  assert.is(await nl.mptcp.get({ address: '10.9.9.9' }), undefined)
  assert.equal(await nl.mptcp.limits(), { subflows: 2, addAddrAccepted: 0 })
})

inBothWays(test, 'refusals name the endpoint', async (nl, ns) => {
  prepare(ns)
  await nl.mptcp.add({ address: '10.0.0.1', flags: ['SIGNAL'] })
  await refuses('twice', () => nl.mptcp.add({ address: '10.0.0.1', flags: ['SIGNAL'] }), 'EEXIST', /10\.0\.0\.1/)
  await refuses('none', () => nl.mptcp.delete({ id: 77 }), 'ENOENT', /77.*no such endpoint/)
  await refuses('none', () => nl.mptcp.set({ id: 77 }, { flags: { BACKUP: true } }), 'ENOENT', /no such endpoint/)
})

test('wrong arguments are refused before anything is sent', async () => {
  using nl = Netlink.open()
  const wrong: readonly (readonly [call: () => unknown, words: RegExp])[] = [
    [() => nl.mptcp.addSync({} as never), /'address'|address/],
    [() => nl.mptcp.addSync({ address: '10.0.0.300' }), /address.*"10\.0\.0\.300"/],
    [() => nl.mptcp.addSync({ address: '10.0.0.1', id: 256 }), /id.*1 to 255.*256/],
    [() => nl.mptcp.addSync({ address: '10.0.0.1', flags: ['BACKUPS'] }), /BACKUP/],
    [() => nl.mptcp.addSync({ address: '10.0.0.1', flags: ['IMPLICIT'] }), /only the kernel sets/],
    [() => nl.mptcp.addSync({ address: '10.0.0.1', port: 5 }), /flag SIGNAL/],
    [() => nl.mptcp.addSync({ address: '10.0.0.1', ports: 5 } as never), /'ports'/],
    [() => nl.mptcp.getSync({}), /'id' or 'address'/],
    [() => nl.mptcp.setSync({ id: 1 }, { flags: { SIGNAL: true } } as never), /BACKUP, FULLMESH/],
    [() => nl.mptcp.setLimitsSync({}), /'subflows' or 'addAddrAccepted'/],
    [() => nl.mptcp.setLimitsSync({ subflows: -1 }), /subflows.*-1/],
  ]
  for (const [call, words] of wrong) assert.throws(call, words)
})

test.run()
