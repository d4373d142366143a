import { mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { Netlink } from '@netloom/netlink'
import * as assert from 'uvu/assert'
import { addressOperations } from '../../packages/netlink/dist/api/address/operations.js'
import type { AnyConnection } from '../../packages/netlink/dist/api/run/operation.js'
import { inScratch, type Namespace } from '../support/netns.js'
import { suiteNeeding } from '../support/privileges.js'

const test = suiteNeeding('reading with names', 'netns')

const names = { names: true } as const

const opened = (use: (nl: Netlink, namespace: Namespace) => void | Promise<void>) =>
  inScratch(async (namespace) => {
    // By the name of the namespace.
    using nl = Netlink.open({ netns: namespace.name })
    await use(nl, namespace)
  })

/** Records the requests of a connection, and calls `before` with the name of each one. */
function observed(nl: Netlink, before: (name: string) => void): AnyConnection {
  const connection = nl.connection as unknown as AnyConnection
  const asked = <T>(name: string, result: () => T) => {
    before(name)
    return result()
  }
  return {
    request: (name, value, options) => asked(name, () => connection.request(name, value, options)),
    requestSync: (name, value, options) => asked(name, () => connection.requestSync(name, value, options)),
    dump: (name, value, options) => asked(name, () => connection.dump(name, value, options)),
    dumpSync: (name, value, options) => asked(name, () => connection.dumpSync(name, value, options)),
    batch: (options) => connection.batch(options),
  }
}

/** Creates objects of every kind: two links, and what refers to them. */
function populate(nl: Netlink): void {
  nl.link.addSync({ name: 'br', kind: 'bridge', up: true })
  nl.link.addSync({ name: 'port', kind: 'veth', master: 'br', up: true, peer: { name: 'end' } })
  nl.link.addSync({ name: 'vx', kind: 'vxlan', link: 'br', data: { id: 7, port: 4789 }, up: true })
  nl.address.addSync({ address: '10.0.0.1/24', dev: 'br' })
  nl.route.addSync({ dst: '10.9.0.0/16', via: '10.0.0.9', table: 77 })
  nl.route.addSync({
    dst: '10.8.0.0/16',
    multipath: [
      { via: '10.0.0.8', dev: 'br' },
      { dev: 'vx', weight: 2 },
    ],
  })
  nl.neighbour.addSync({ dst: '10.0.0.9', dev: 'br', lladdr: '02:00:00:00:00:09' })
  nl.neighbour.addSync({ family: 'bridge', dev: 'port', lladdr: '02:00:00:00:00:07', master: 'br' })
  nl.neighbour.addSync({ family: 'bridge', dev: 'vx', lladdr: '02:00:00:00:00:08', dst: '10.0.0.7', via: 'br' })
  nl.nexthop.addSync({ id: 7, dev: 'vx' })
  nl.rule.addSync({ priority: 5, table: 77, iif: 'br' })
  nl.qdisc.addSync({ dev: 'port', kind: 'pfifo', handle: '8:' })
}

test('each kind of object has the names of its links, in lists and single objects, in both forms', () =>
  opened(async (nl) => {
    populate(nl)
    const linkNames = ({ name, masterName, linkName }: { name: string; masterName?: string; linkName?: string }) => [
      ...[name, masterName, linkName],
    ]
    const links = [
      ['br', undefined, undefined],
      ['end', undefined, 'port'],
      ['port', 'br', 'end'],
      ['vx', undefined, 'br'],
    ]
    const found = (await nl.link.list({}, names)).filter(({ name }) => name !== 'lo')
    assert.equal(found.map(linkNames), links)
    assert.equal(nl.link.listSync({ master: 'br' }, names).map(linkNames), [['port', 'br', 'end']])
    for (const link of links) {
      assert.equal(linkNames((await nl.link.get(String(link[0]), names)) ?? { name: '' }), link)
      assert.equal(linkNames(nl.link.getSync(String(link[0]), names) ?? { name: '' }), link)
    }

    const address = { address: '10.0.0.1/24', dev: 'br' }
    assert.is((await nl.address.get(address, names))?.devName, 'br')
    assert.is(nl.address.getSync(address, names)?.devName, 'br')
    assert.equal(
      (await nl.address.list({ family: 'inet' }, names)).map(({ devName }) => devName),
      ['br'],
    )

    const hops = nl.route.getSync({ dst: '10.8.0.0/16' }, names)?.multipath?.map(({ devName }) => devName)
    assert.equal(hops, ['br', 'vx'])
    const listed = await nl.route.list({ family: 'inet' }, names)
    assert.equal(
      listed.find(({ dst }) => dst === '10.8.0.0/16')?.multipath?.map(({ devName }) => devName),
      hops,
    )
    assert.is(listed.find(({ dst }) => dst === '10.9.0.0/16')?.devName, 'br')
    const lookup = await nl.route.lookup('10.0.0.9', {}, names)
    assert.equal([lookup.devName, nl.route.lookupSync('10.0.0.9', {}, names).devName], ['br', 'br'])
    // A gateway is no link.
    assert.not.ok('viaName' in (listed.find(({ dst }) => dst === '10.9.0.0/16') ?? {}))

    assert.is(nl.neighbour.getSync({ dst: '10.0.0.9', dev: 'br' }, names)?.devName, 'br')
    const fdb = (await nl.neighbour.list({ family: 'bridge' }, names)).map(({ lladdr, devName, masterName, viaName }) =>
      [lladdr?.slice(-2), devName, masterName, viaName].join(' '),
    )
    assert.ok(fdb.includes('07 port br '), fdb.join('\n'))
    assert.ok(fdb.includes('08 vx  br'), fdb.join('\n'))

    assert.is((await nl.nexthop.get({ id: 7 }, names))?.devName, 'vx')
    assert.equal(
      nl.nexthop.listSync({}, names).map(({ devName }) => devName),
      ['vx'],
    )
    assert.is((await nl.qdisc.get({ dev: 'port' }, names))?.devName, 'port')
    assert.ok(nl.qdisc.listSync({}, names).some(({ devName, handle }) => devName === 'port' && handle === '8:'))
    assert.is((await nl.rule.list({ priority: 5 }, names))[0]?.iif, 'br')
    assert.is(await nl.rule.get({ priority: 6 }, names), undefined)
  }))

test('without names: true, objects have no names', () =>
  opened(async (nl) => {
    populate(nl)
    const objects = [
      ...(await nl.link.list()),
      ...(await nl.address.list({}, { names: false })),
      ...nl.route.listSync({}, {}),
      ...nl.neighbour.listSync({}, { names: undefined }),
    ]
    assert.equal(
      objects.flatMap(Object.keys).filter((key) => key.endsWith('Name')),
      [],
    )
  }))

test('links need no further request, few links one each, more links one dump', () =>
  opened(async (nl) => {
    populate(nl)
    for (const each of [2, 3]) nl.address.addSync({ address: `10.0.${each}.1/24`, dev: 'br' })
    const requests: string[] = []
    const connection = observed(nl, (name) => requests.push(name))
    const address = addressOperations(connection)
    await address.list({ dev: 'br' }, names)
    // One for the filter, one for the names.
    assert.equal(requests.splice(0), ['RTM_GETLINK', 'RTM_GETADDR', 'RTM_GETLINK'])
    for (const dev of ['port', 'end', 'vx']) nl.address.addSync({ address: '10.1.0.1/24', dev })
    address.listSync({ family: 'inet' }, names)
    assert.equal(requests.splice(0), ['RTM_GETADDR', 'RTM_GETLINK'])
    address.listSync({ scope: 'site' }, names)
    assert.equal(requests.splice(0), ['RTM_GETADDR'])
  }))

test('a link that is deleted before its name is requested has none', () =>
  opened(async (nl) => {
    for (const count of [1, 3]) {
      for (let each = 0; each < count; each++) {
        nl.link.addSync({ name: `d${each}`, kind: 'ifb' })
        nl.address.addSync({ address: `10.0.${each}.1/24`, dev: `d${each}` })
      }
      const connection = observed(nl, (name) => {
        if (name === 'RTM_GETLINK') nl.link.deleteSync('d0')
      })
      const found = await addressOperations(connection).list({ family: 'inet' }, names)
      assert.equal(
        found.map((each) => [each.address, each.devName, 'devName' in each]),
        Array.from({ length: count }, (_, each) => [
          `10.0.${each}.1/24`,
          each === 0 ? undefined : `d${each}`,
          each > 0,
        ]),
      )
      for (let each = 1; each < count; each++) nl.link.deleteSync(`d${each}`)
    }
  }))

test('a lower link in another namespace has no name', () =>
  opened((nl) =>
    inScratch((other) => {
      // The indexes of both namespaces begin with the same numbers: the other one's are names here, too.
      for (const name of ['a', 'b', 'c']) nl.link.addSync({ name, kind: 'ifb' })
      nl.link.addSync({ name: 'here', kind: 'veth', peer: { name: 'there', netns: other.path } })
      const link = nl.link.getSync('here', names)
      assert.equal([typeof link?.linkNetnsid, link?.linkName], ['number', undefined])
      assert.ok(nl.link.listSync().some(({ index }) => index === link?.link))
      assert.not.ok('linkName' in (nl.link.listSync({}, names).find(({ name }) => name === 'here') ?? {}))
    }),
  ))

// Numbers that no other test uses: meanwhile `ip` prints their names everywhere.
test('numbers that files of iproute2 name have these names, and such objects can be written', () => {
  const written = [
    ['rt_tables', '770077 netloom-table'],
    ['rt_protos', '251 netloom-protocol'],
    ['rt_scopes', '251 netloom-scope'],
    ['rt_addrprotos', '251 netloom-proto'],
  ] as const
  const created: string[] = []
  for (const [file, line] of written) {
    const first = mkdirSync(`/etc/iproute2/${file}.d`, { recursive: true })
    const path = `/etc/iproute2/${file}.d/netloom-${process.pid}.conf`
    writeFileSync(path, `${line}\n`)
    created.push(first ?? path)
  }
  return opened(async (nl) => {
    populate(nl)
    nl.address.addSync({ address: '10.7.0.1/24', dev: 'br', scope: 251, proto: 251 })
    nl.route.addSync({ dst: '10.7.9.0/24', dev: 'br', table: 770077, protocol: 251, scope: 251 })
    nl.rule.addSync({ priority: 6, table: 770077, protocol: 251, tos: 4 })
    nl.neighbour.addSync({ dst: '10.0.0.7', dev: 'br', lladdr: '02:00:00:00:00:09', protocol: 251 })
    nl.nexthop.addSync({ id: 8, dev: 'vx', protocol: 251 })

    const route = await nl.route.get({ dst: '10.7.9.0/24', table: 770077 }, names)
    assert.ok(route)
    assert.equal([route.table, route.tableName], [770077, 'netloom-table'])
    assert.equal([route.protocolName, route.scopeName], ['netloom-protocol', 'netloom-scope'])
    const main = await nl.route.get({ dst: '10.8.0.0/16' }, names)
    assert.equal([main?.table, main?.tableName, main?.protocolName], ['main', undefined, undefined])
    const address = nl.address.getSync({ address: '10.7.0.1/24', dev: 'br' }, names)
    assert.ok(address)
    assert.equal([address.scopeName, address.protoName], ['netloom-scope', 'netloom-proto'])
    const rule = await nl.rule.get({ priority: 6, table: 770077 }, names)
    assert.ok(rule)
    assert.equal([rule.tableName, rule.protocolName], ['netloom-table', 'netloom-protocol'])
    const neighbour = nl.neighbour.getSync({ dst: '10.0.0.7', dev: 'br' }, names)
    assert.is(neighbour?.protocolName, 'netloom-protocol')
    const nexthop = nl.nexthop.getSync({ id: 8 }, names)
    assert.is(nexthop?.protocolName, 'netloom-protocol')

    assert.equal(await nl.route.ensure(route), { changed: false, created: false, changes: [] })
    await nl.route.delete(route)
    await nl.route.add(route)
    assert.is((await nl.address.ensure(address)).changed, false)
    await nl.address.delete(address)
    await nl.address.add(address)
    await nl.rule.delete(rule)
    await nl.rule.add(rule)
    assert.ok(neighbour)
    await nl.neighbour.replace(neighbour)
    await nl.nexthop.replace({ ...nexthop })
    const link = nl.link.getSync('vx', names)
    assert.ok(link)
    await nl.link.delete(link)
    await nl.link.add(link)
    assert.is((await nl.link.ensure(link)).changed, false)
    const qdisc = nl.qdisc.getSync({ dev: 'port' }, names)
    assert.ok(qdisc)
    assert.is((await nl.qdisc.ensure(qdisc)).changed, false)
  }).finally(() => {
    for (const path of created) rmSync(path, { recursive: true })
  })
})

test('names is checked, and only reading has it', () =>
  opened(async (nl) => {
    const wrong = 'yes' as unknown as boolean
    const expected = /^expected names to be true or false, got "yes"$/
    for (const call of [
      () => nl.link.listSync({}, { names: wrong }),
      () => nl.route.lookupSync('10.0.0.1', {}, { names: wrong }),
      () => nl.rule.getSync({ priority: 5 }, { names: wrong }),
    ])
      assert.throws(call, (error: Error) => error instanceof TypeError && expected.test(error.message))
    await nl.address.list({}, { names: wrong }).then(
      () => assert.unreachable(),
      (error) => assert.match(error.message, expected),
    )
    assert.throws(
      () => nl.link.deleteSync('lo', names as object),
      /^expected the options timeout, got 'names'$|expected the options timeout, signal, got 'names'/,
    )
    assert.throws(() => nl.route.flushSync({ table: 7 }, names as object), /'names'/)
  }))

test.run()
