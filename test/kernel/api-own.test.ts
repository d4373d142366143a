import { Netlink } from '@netloom/netlink'
import * as assert from 'uvu/assert'
import { inScratch } from '../support/netns.js'
import { suiteNeeding } from '../support/privileges.js'

const test = suiteNeeding('own members of options', 'netns')

/** For each option name, a value that some object accepts. */
const options: Readonly<Record<string, unknown>> = {
  ...{ mtu: 1300, master: 1, link: 1, alias: 'x', altNames: ['x'], flags: [], up: false, txqlen: 7, group: [] },
  ...{ address: '02:00:00:00:00:09', broadcast: '10.0.0.9', label: 'd:x', scope: 'link', peer: '10.9.0.9', proto: 7 },
  ...{ validLifetime: 100, preferredLifetime: 100, metric: 7, family: 'inet', from: '10.7.0.0/16', to: '10.7.0.0/16' },
  ...{ via: '10.0.0.9', dev: 'lo', src: '10.0.0.1', table: 7, protocol: 7, type: 'blackhole', tos: 4, nexthop: 7 },
  ...{ multipath: [], encap: { type: 'ip', data: {} }, realms: { from: 1 }, pref: 1, expires: 7, advmss: 500, lock: 4 },
  ...{ priority: 7, fwmark: 7, goto: 7, iif: 'lo', oif: 'lo', invert: true, action: 'prohibit', ipProto: 6, dscp: 4 },
  ...{ lladdr: '02:00:00:00:00:08', state: ['STALE'], vlan: 7, vni: 7, port: 7, blackhole: true, fdb: true, id: 77 },
  ...{ handle: '7:', parent: 'ingress', options: { limit: 7 }, ingressBlock: 7, slaveKind: 'bridge', index: 77 },
  ...{ numTxQueues: 7, data: { id: 7 }, kind: 'bridge', via6: 7, weight: 7, dst: '10.6.0.0/16' },
}

/** Attributes that options set. */
const linkKeys = ['ifname', 'mtu', 'master', 'link', 'ifalias', 'propList', 'txqlen', 'group', 'numTxQueues']

/** Creates an object of every kind, changes one, and returns the state of the kernel as text. */
function createAll(ns: { path: string }): string {
  using nl = Netlink.open({ netns: ns.path })
  nl.link.addSync({ name: 'd', kind: 'bridge' })
  nl.link.setSync('d', { up: true })
  nl.link.ensureSync({ name: 'd', kind: 'bridge', up: true })
  nl.address.addSync({ address: '10.0.0.1/24', dev: 'd' })
  nl.address.ensureSync({ address: '10.0.0.1/24', dev: 'd' })
  nl.route.addSync({ dst: '10.9.0.0/16', dev: 'd' })
  nl.rule.addSync({ priority: 5, table: 9 })
  nl.neighbour.addSync({ dst: '10.0.0.2', dev: 'd', lladdr: '02:00:00:00:00:02' })
  nl.nexthop.addSync({ id: 5, dev: 'd' })
  nl.qdisc.addSync({ dev: 'd', kind: 'pfifo', handle: '8:' })
  const messages = [
    ...nl.link
      .listSync({ kind: 'bridge' })
      .map(({ message: { attrs } }) => Object.entries(attrs).filter(([key]) => linkKeys.includes(key))),
    ...nl.address.listSync({ family: 'inet' }).map(({ message }) => message),
    ...nl.route.listSync({ table: 'main', family: 'inet' }).map(({ message }) => message),
    ...nl.rule.listSync({ family: 'inet' }).map(({ message }) => message),
    ...nl.nexthop.listSync({}).map(({ message }) => message),
    ...nl.qdisc.listSync({ kind: 'pfifo' }).map(({ message: { attrs } }) => attrs.options),
  ]
  nl.qdisc.deleteSync({ dev: 'd', parent: 'root' })
  nl.nexthop.deleteSync({ id: 5 })
  nl.neighbour.deleteSync({ dst: '10.0.0.2', dev: 'd' })
  nl.rule.deleteSync({ priority: 5 })
  nl.route.deleteSync({ dst: '10.9.0.0/16' })
  nl.address.deleteSync({ address: '10.0.0.1/24', dev: 'd' })
  nl.link.deleteSync('d')
  return JSON.stringify(messages, (key, value) =>
    ['cacheinfo', 'index', 'ifindex', 'oif', 'dev', 'flags'].includes(key) ? undefined : value,
  )
}

test('properties that a program adds to Object.prototype do not become options', () =>
  inScratch((ns) => {
    const expected = createAll(ns)
    assert.match(expected, /10\.9\.0\.0/)
    for (const [option, value] of Object.entries(options)) {
      let found: string
      Object.defineProperty(Object.prototype, option, { value, enumerable: true, configurable: true, writable: true })
      try {
        found = createAll(ns)
      } catch (error) {
        found = String(error)
      } finally {
        Reflect.deleteProperty(Object.prototype, option)
      }
      assert.is(found, expected, option)
    }
  }))

test.run()
