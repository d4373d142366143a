import { type NamedFouPort, Netlink } from '@netloom/netlink'
import * as assert from 'uvu/assert'
import { inBothWays, refuses } from '../support/api.js'
import { prepared, runCookbookSection } from '../support/cookbook-twins.js'
import { loadModule } from '../support/guest-modules.js'
import { inScratch, type Namespace } from '../support/netns.js'
import { suiteNeeding } from '../support/privileges.js'
import { sameLines } from '../support/same-lines.js'

/** nl.fou, compared with `ip fou`. This machine's kernel may lack it. */
const test = suiteNeeding('FOU', 'netns')

test.before(() => {
  for (const name of ['fou', 'fou6']) loadModule(name)
})

/** Prepares a namespace with the link `a`, and its addresses. */
function prepare(namespace: Namespace): void {
  namespace.ip('link', 'add', 'name', 'a', 'up', 'type', 'veth', 'peer', 'name', 'b')
  for (const address of ['10.0.0.1/24', '2001:db8::1/64'])
    namespace.ip('address', 'add', address, 'dev', 'a', ...(address.includes(':') ? ['nodad'] : []))
}

const shown = (namespace: Namespace): Record<string, unknown>[] => {
  const printed = namespace.exec('ip', ['-j', 'fou', 'show']).trim()
  return printed === '' ? [] : JSON.parse(printed)
}

/** Returns a port as `ip -j fou show` prints it. */
const portOf = ({ port, family, ipproto = 0, gue, local, peer, peerPort, devName }: NamedFouPort) => ({
  ...{ port, ...(gue ? { gue: null } : { ipproto: numbers[ipproto] ?? ipproto }), family },
  ...{ local, peer, peer_port: peerPort, dev: devName },
})

/** Numbers of the protocols of the test, which ip prints. */
const numbers: Readonly<Record<string, number>> = { ipip: 4, gre: 47 }

const lines = (objects: readonly object[]) => objects.map((each) => JSON.stringify(each))

inBothWays(test, 'ports are what ip shows', async (nl, ns) => {
  prepare(ns)
  await nl.fou.add({ port: 5555, ipproto: 'gre' })
  await nl.fou.add({ port: 5556, gue: true, family: 'inet6' })
  await nl.fou.add({ port: 5557, gue: true, local: '10.0.0.1', peer: '10.0.0.2', peerPort: 7000, dev: 'a' })
  await nl.fou.add({ port: 5558, ipproto: 4, local: '2001:db8::1' })
  const own = await nl.fou.list({ names: true })
  sameLines(lines(own.map(portOf)), lines(shown(ns)))
  // What was read selects the port, and can be added again.
  for (const port of own) {
    assert.equal(await nl.fou.get(port, { names: true }), port)
    await nl.fou.delete(port)
    assert.is(await nl.fou.get(port), undefined)
    await nl.fou.add(port)
  }
  assert.equal(lines(await nl.fou.list({ names: true })).sort(), lines(own).sort())
})

inBothWays(test, 'refusals name the port', async (nl, ns) => {
  prepare(ns)
  await nl.fou.add({ port: 5555, ipproto: 'gre' })
  await refuses('twice', () => nl.fou.add({ port: 5555, ipproto: 'gre' }), 'EADDRINUSE', /FOU_CMD_ADD 5555/)
  await refuses('none', () => nl.fou.delete({ port: 7 }), 'EINVAL', /FOU_CMD_DEL 7: no such port/)
  await refuses('link', () => nl.fou.add({ port: 7, gue: true, dev: 'none' }), 'ENODEV', /no link "none"/)
})

test('a port in another namespace is not listed', () =>
  inScratch((one) =>
    inScratch(async (other) => {
      using nl = Netlink.open({ netns: one.path })
      other.exec('ip', ['fou', 'add', 'port', '5555', 'gue'])
      assert.equal(await nl.fou.list(), [])
      assert.is(shown(other).length, 1)
    }),
  ))

test('the commands and calls of the cookbook have the same effect', () =>
  runCookbookSection('FOU', prepared(prepare), shown))

test.run()
