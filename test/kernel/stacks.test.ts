import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { Connection, Netlink } from '@netloom/netlink'
import { ethtool } from '@netloom/netlink/generic'
import * as assert from 'uvu/assert'
import { type Namespace, scratch } from '../support/netns.js'
import { suiteNeeding } from '../support/privileges.js'

/** Tests that the stack of an error begins at the call that failed. */
const test = suiteNeeding('stacks of errors', 'netns')

const own = fileURLToPath(import.meta.url)
const lines = readFileSync(own, 'utf8').split('\n')

let namespace: Namespace
let nl: Netlink
let netlink: Connection
let closed: Netlink

test.before(() => {
  namespace = scratch()
  nl = Netlink.open({ netns: namespace.path })
  netlink = Connection.open({ netns: namespace.path })
  closed = Netlink.open({ netns: namespace.path })
  closed.close()
})

test.after(() => {
  nl.close()
  netlink.close()
  namespace[Symbol.dispose]()
})

// biome-ignore lint/suspicious/noExplicitAny: wrong arguments
const wrong = (value: unknown): any => value
const missing = '/run/netns/no-such-namespace'

/** Each case is on one line, with its own title. */
// biome-ignore format: the call must be on the line of its title
const cases: readonly (readonly [title: string, call: () => unknown])[] = [
  ['Netlink.open', () => Netlink.open({ netns: missing })],
  ['Netlink.open with a wrong option', () => Netlink.open(wrong({ timeuot: 1 }))],
  ['nl.link.addSync', () => nl.link.addSync({ name: 'lo', kind: 'dummy' })],
  ['nl.link.addSync with a wrong option', () => nl.link.addSync(wrong({ name: 'x', knid: 'dummy' }))],
  ['nl.link.deleteSync', () => nl.link.deleteSync('no-such-link')],
  ['nl.link.listSync', () => nl.link.listSync(wrong(1))],
  ['nl.route.ensureSync', () => nl.route.ensureSync({ dst: '10.0.0.0/8', via: '10.99.0.1' })],
  ['nl.link.add', async () => await nl.link.add({ name: 'lo', kind: 'dummy' })],
  ['nl.link.add with a wrong option', async () => await nl.link.add(wrong({ name: 'x', knid: 'dummy' }))],
  ['nl.link.add with too many arguments', async () => await wrong(nl.link).add({}, {}, {})],
  ['nl.link.delete', async () => await nl.link.delete('no-such-link')],
  ['nl.link.set', async () => await nl.link.set('lo', { master: 'no-such-link' })],
  ['nl.link.list', async () => await nl.link.list(wrong(1))],
  ['nl.address.add', async () => await nl.address.add({ address: '10.0.0.1/24', dev: 'no-such-link' })],
  ['nl.route.ensure', async () => await nl.route.ensure({ dst: '10.0.0.0/8', via: '10.99.0.1' })],
  ['nl.generic', () => nl.generic(wrong({ ...ethtool, name: 'no-such-family' }))],
  ['nl.policySync', () => nl.policySync(ethtool, wrong('NO_SUCH_COMMAND'))],
  ['nl.policy', async () => await nl.policy(ethtool, wrong('NO_SUCH_COMMAND'))],
  ['nl.watch', () => nl.watch(wrong(['no-such-kind']))],
  ['nl.watch with a wrong option', () => nl.watch(['link'], wrong({ bufer: 1 }))],
  ['nl.cache', async () => await nl.cache(wrong(['no-such-kind']))],
  ['nl.cache of a closed Netlink', async () => await closed.cache()],
  ['for await of a watch', async () => { for await (const _ of closed.watch(['link'])); }],
  ['watch.ready', async () => await closed.watch(['link']).ready()],
  ['cache.watch', async () => { using cache = await nl.cache(['link']); cache.watch(wrong({ bufer: 1 })) }],
  ['cache.until', async () => { using cache = await nl.cache(['link']); await cache.until(() => false, { timeout: 1 }) }],
  ['cache.settled', async () => { const cache = await nl.cache(['link']); cache.close(); await cache.settled() }],
  ['after setImmediate', async () => { await new Promise((r) => setImmediate(r)); await nl.link.delete('no-such-link') }],
  ['Connection.open', () => Connection.open({ netns: missing })],
  ['Connection.openGeneric', () => Connection.openGeneric(wrong({ ...ethtool, name: 'no-such-family' }))],
  ['requestSync', () => netlink.requestSync('RTM_GETLINK', { attrs: { ifname: 'no-such-link' } })],
  ['requestSync with a wrong value', () => netlink.requestSync('RTM_GETLINK', { index: wrong('1') })],
  ['request', async () => await netlink.request('RTM_GETLINK', { attrs: { ifname: 'no-such-link' } })],
  ['request with a wrong value', async () => await netlink.request('RTM_GETLINK', { index: wrong('1') })],
  ['dumpSync', () => netlink.dumpSync('RTM_GETLINK', {}, wrong({ timeuot: 1 }))],
  ['dumpSync of a refused filter', () => netlink.dumpSync('RTM_GETROUTE', { flags: wrong(1) })],
  ['dump', () => netlink.dump('RTM_GETLINK', {}, wrong({ timeuot: 1 }))],
  ['toArray', async () => await netlink.dump('RTM_GETROUTE', { flags: wrong(1) }).toArray()],
  ['for await of a dump', async () => { for await (const _ of netlink.dump('RTM_GETROUTE', { flags: wrong(1) })); }],
  ['streamSync', () => { for (const _ of netlink.streamSync('RTM_GETROUTE', { flags: wrong(1) })); }],
  ['stream', async () => { for await (const _ of netlink.stream('RTM_GETROUTE', { flags: wrong(1) })); }],
  ['batch', () => netlink.batch(wrong({ acks: 'none' }))],
  ['batch.add', () => netlink.batch().add('RTM_GETLINK', { index: wrong('1') })],
  ['batch.addEncoded', () => netlink.batch().addEncoded(wrong('RTM_NO_SUCH'), Buffer.alloc(16))],
  ['monitor', () => netlink.monitor(wrong(['NO_SUCH_GROUP']))],
  ['sendSync of a batch that was sent', () => { const batch = netlink.batch(); batch.sendSync(); batch.sendSync() }],
  ['send of a batch that was sent', async () => { const batch = netlink.batch(); batch.sendSync(); await batch.send() }],
]

/** Returns the error that a call throws, or rejects with. */
async function errorOf(call: () => unknown): Promise<Error & { readonly code?: unknown }> {
  try {
    await call()
  } catch (error) {
    return error as Error
  }
  throw new Error('expected an error')
}

for (const [title, call] of cases)
  test(title, async () => {
    const error = await errorOf(call)
    const [frame = ''] = error.stack?.split('\n').filter((line) => /^ {4}at /.test(line)) ?? []
    const line = lines.findIndex((text) => text.startsWith(`  ['${title}', `)) + 1
    assert.ok(frame.includes(`stacks.test.ts:${line}:`), `expected line ${line}, got: ${error.stack}`)
    assert.type(error.code, 'string', String(error))
  })

test('an error that nothing awaits keeps its stack', async () => {
  const error = await new Promise<Error>((resolve) => {
    nl.link.delete('no-such-link').catch(resolve)
  })
  assert.match(error.stack ?? '', /\n {4}at /)
})

test('the reason of an aborted signal is unchanged', async () => {
  const reason = new Error('stop')
  const { stack } = reason
  const error = await errorOf(() => nl.link.list({}, { signal: AbortSignal.abort(reason) }))
  assert.is(error, reason)
  assert.is(error.stack, stack)
})

test.run()
