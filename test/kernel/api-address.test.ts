import * as assert from 'uvu/assert'
import { inBothWays, refuses, veths } from '../support/api.js'
import { suiteNeeding } from '../support/privileges.js'

const test = suiteNeeding('addresses by the API', 'netns')

inBothWays(
  test,
  'the API adds addresses that iproute2 shows, and lists addresses that iproute2 adds',
  async (nl, ns) => {
    await veths(nl)
    const own = {
      address: '10.0.0.1/24',
      dev: 'a',
      broadcast: '10.0.0.255',
      label: 'a:x',
      scope: 'link',
      metric: 7,
      flags: ['NOPREFIXROUTE'],
    } as const
    await nl.address.add(own)
    await nl.address.add({
      address: '10.1.0.1',
      peer: '10.1.0.2/30',
      dev: 'a',
      validLifetime: 100,
      preferredLifetime: 0,
    })
    await nl.address.add({ address: '2001:DB8:0::1/64', dev: 'a', flags: ['NODAD'] })
    const [{ addr_info: shown }] = ns.ip('addr', 'show', 'dev', 'a')
    const of = (local: string) => shown.find((info: { local: string }) => info.local === local)
    assert.equal([of('10.0.0.1').prefixlen, of('10.0.0.1').broadcast, of('10.0.0.1').label], [24, '10.0.0.255', 'a:x'])
    assert.equal([of('10.0.0.1').scope, of('10.0.0.1').metric, of('10.0.0.1').noprefixroute], ['link', 7, true])
    assert.equal(
      [of('10.1.0.1').address, of('10.1.0.1').prefixlen, of('10.1.0.1').preferred_life_time],
      ['10.1.0.2', 30, 0],
    )
    assert.ok(of('10.1.0.1').valid_life_time > 90)
    assert.equal([of('2001:db8::1').prefixlen, of('2001:db8::1').nodad], [64, true])
    ns.ip('addr', 'add', '10.2.0.1/16', 'dev', 'b')
    const [listed, ...more] = await nl.address.list({ dev: 'b', family: 'inet' })
    assert.equal(more, [])
    assert.equal(
      [listed?.address, listed?.dev, listed?.label, listed?.scope],
      ['10.2.0.1/16', (await nl.link.get('b'))?.index, 'b', 'global'],
    )
    assert.equal([listed?.validLifetime, listed?.flags], [Number.POSITIVE_INFINITY, ['PERMANENT']])
    assert.equal((await nl.address.list()).length, ns.ip('addr').flatMap(({ addr_info }) => addr_info).length)
    assert.equal(
      (await nl.address.list({ family: 'inet', scope: 'link' })).map(({ address }) => address),
      ['10.0.0.1/24'],
    )
    const pair = await nl.address.get({ address: '10.1.0.1', peer: '10.1.0.2/30', dev: 'a' })
    assert.equal([pair?.address, pair?.peer], ['10.1.0.1', '10.1.0.2/30'])
    assert.is(await nl.address.get({ address: '10.0.0.1/25', dev: 'a' }), undefined)
    // An address that was read can be added again.
    for (const address of await nl.address.list({ dev: 'a' })) {
      await nl.address.delete(address)
      await nl.address.add({ ...address, dev: 'b', label: undefined })
    }
    assert.equal(await nl.address.list({ dev: 'a' }), [])
    assert.ok(await nl.address.get({ address: '2001:db8::1/64', dev: 'b' }))
  },
)

inBothWays(test, 'address.replace and address.ensure apply only the differences', async (nl, ns) => {
  await veths(nl)
  const spec = { address: '10.0.0.1/24', dev: 'a', broadcast: '10.0.0.255' }
  assert.equal(await nl.address.ensure(spec), { changed: true, created: true, changes: [] })
  const before = ns.ip('addr', 'show', 'dev', 'a')
  assert.equal(await nl.address.ensure(spec), { changed: false, created: false, changes: [] })
  assert.equal(ns.ip('addr', 'show', 'dev', 'a'), before)
  assert.equal(await nl.address.ensure({ ...spec, metric: 9 }), {
    changed: true,
    created: false,
    changes: [{ key: 'metric', before: 0, after: 9 }],
  })
  await nl.address.replace({ ...spec, metric: 9, validLifetime: 500, preferredLifetime: 200 })
  const { changes } = await nl.address.ensure({ ...spec, validLifetime: Number.POSITIVE_INFINITY })
  assert.equal(changes.map(({ key, after }) => [key, after]).slice(1), [
    ['validLifetime', Number.POSITIVE_INFINITY],
    ['preferredLifetime', Number.POSITIVE_INFINITY],
  ])
  assert.is((await nl.address.get(spec))?.metric, 9)
  for (const address of ['10.9.0.1/24', '2001:db8::9/64']) {
    const old = { address, dev: 'a', preferredLifetime: 0 }
    assert.ok((await nl.address.ensure(old)).created, address)
    assert.equal(await nl.address.ensure(old), { changed: false, created: false, changes: [] }, address)
    const read = await nl.address.get(old)
    assert.equal([read?.preferredLifetime, read?.validLifetime], [0, Number.POSITIVE_INFINITY])
    const { changes: renewed } = await nl.address.ensure({ ...old, preferredLifetime: Number.POSITIVE_INFINITY })
    assert.equal(
      renewed.filter(({ key }) => key === 'preferredLifetime'),
      [{ key: 'preferredLifetime', before: 0, after: Number.POSITIVE_INFINITY }],
    )
  }
  await refuses(
    'a label',
    () => nl.address.ensure({ ...spec, label: 'a:z' }),
    'ERR_NETLINK_NOT_ENSURED',
    /label to be "a:z"/,
  )
})

inBothWays(test, 'invalid addresses are a TypeError, and rejections by the kernel keep their code', async (nl) => {
  const wrong = <T>(value: T) => value as never
  const address = { address: '127.0.0.5/8', dev: 'lo' }
  await nl.address.add(address)
  await refuses('twice', () => nl.address.add(address), 'EEXIST')
  await refuses(
    'delete an address that does not exist',
    () => nl.address.delete({ address: '127.0.0.6/8', dev: 'lo' }),
    'EADDRNOTAVAIL',
  )
  await refuses('a link that does not exist', () => nl.address.add({ ...address, dev: 'none' }), 'ENODEV')
  await refuses('missing address', () => nl.address.add(wrong({ dev: 'lo' })), 'TypeError', /'address'/)
  await refuses('missing link', () => nl.address.add(wrong({ address: '127.0.0.5/8' })), 'TypeError', /'dev'/)
  for (const text of ['127.0.0.5/33', '127.0.0', 'x', '::1/129', '1.2.3.4/08', '']) {
    await refuses(text, () => nl.address.add({ address: text, dev: 'lo' }), 'TypeError', /expected address to be/)
  }
  await refuses('a peer of a different family', () => nl.address.add({ ...address, peer: '::1' }), 'TypeError', /peer/)
  await refuses(
    'a scope',
    () => nl.address.add({ ...address, scope: wrong('far') }),
    'TypeError',
    /expected scope to be/,
  )
  await refuses('an unknown flag', () => nl.address.add({ ...address, flags: wrong(['NOPE']) }), 'TypeError', /flags/)
  await refuses('an unknown key', () => nl.address.list(wrong({ devv: 'lo' })), 'TypeError', /'devv'/)
  await refuses(
    'a family that does not match the address',
    () => nl.address.add({ ...address, family: 'inet6' }),
    'TypeError',
    /family/,
  )
})

inBothWays(test, 'ensure renews a lifetime that has partly elapsed', async (nl, ns) => {
  await veths(nl)
  for (const [address, version] of [
    ['10.3.0.1/24', '-4'],
    ['2001:db8:3::1/64', '-6'],
  ] as const) {
    // Part of the lifetime has elapsed.
    ns.ip(version, 'addr', 'add', address, 'dev', 'a', 'valid_lft', 3000, 'preferred_lft', 2500)
    assert.is((await nl.address.ensure({ address, dev: 'a', validLifetime: 3600 })).changed, true, address)
    const of = async () => {
      const { validLifetime = 0, preferredLifetime = 0 } = (await nl.address.get({ address, dev: 'a' })) ?? {}
      return [validLifetime > 3500, preferredLifetime > 3500, preferredLifetime <= validLifetime]
    }
    assert.equal(await of(), [true, true, true], address)
    assert.is((await nl.address.ensure({ address, dev: 'a', validLifetime: 3600 })).changed, false, address)
    assert.is((await nl.address.ensure({ address, dev: 'a', preferredLifetime: 100 })).changed, true, address)
    assert.equal(await of(), [true, false, true], address)
    await refuses(
      'preferred longer than valid',
      () => nl.address.ensure({ address, dev: 'a', preferredLifetime: 5000 }),
      'TypeError',
      /preferredLifetime of address to be at most validLifetime/,
    )
  }
})

test.run()
