import { Netlink } from '@netloom/netlink'
import * as assert from 'uvu/assert'
import { inBothWays, refuses, veths } from '../support/api.js'
import { inScratch } from '../support/netns.js'
import { suiteNeeding } from '../support/privileges.js'

const test = suiteNeeding('rate limits and impairments', 'netns')

const unchanged = { changed: false, created: false, changes: [] }

inBothWays(test, 'a rate limit in both directions is ensured, changed and removed', async (nl, ns) => {
  await veths(nl)
  const dev = 'a'
  const shown = () => ['qdisc', 'filter'].map((what) => ns.exec('tc', [what, 'show', 'dev', dev])).join('')
  const before = shown()
  const limit = { dev, egress: '10mbit', ingress: '5mbit', ingressBy: 'ifb' } as const
  assert.equal(await nl.rateLimit.ensure(limit), { changed: true, created: true, changes: [] })
  assert.match(shown(), /qdisc tbf 4e4c: root .*rate 10Mbit burst 128Kb lat (50|49\.9)ms\s*\nqdisc clsact ffff:/)
  const { index = 0 } = (await nl.link.get(dev)) ?? {}
  const ifb = `ifb-nl${index}`
  assert.match(ns.exec('tc', ['qdisc', 'show', 'dev', ifb]), /tbf 4e4c: root .*rate 5Mbit/)
  assert.match(ns.exec('tc', ['filter', 'show', 'dev', dev, 'ingress']), new RegExp(`Egress Redirect to device ${ifb}`))
  assert.equal(await nl.rateLimit.get({ dev }), { dev: index, egress: 1e7, ingress: 5e6, ingressBy: 'ifb' })
  assert.equal(await nl.rateLimit.ensure(limit), unchanged)
  const changed = await nl.rateLimit.ensure({ ...limit, egress: '20mbit', ingress: '6mbit' })
  assert.equal([changed.created, changed.changed], [false, true])
  assert.equal([...new Set(changed.changes.map(({ key }) => key.split('.')[0]))], ['egress', 'ingress'])
  assert.equal(await nl.rateLimit.get({ dev }), { dev: index, egress: 2e7, ingress: 6e6, ingressBy: 'ifb' })
  // A direction that is left out has no limit any more.
  await nl.rateLimit.ensure({ dev, egress: '20mbit' })
  assert.equal([await nl.rateLimit.get({ dev }), await nl.link.get(ifb)], [{ dev: index, egress: 2e7 }, undefined])
  assert.not.match(shown(), /clsact/)
  await nl.rateLimit.delete({ dev })
  assert.is(shown(), before)
  await refuses('again', () => nl.rateLimit.delete({ dev }), 'ENOENT', /dev a: no such rate limit/)
  assert.is(await nl.rateLimit.get({ dev }), undefined)
})

inBothWays(test, 'what others have configured stays as it is', async (nl, ns) => {
  await veths(nl)
  const show = () =>
    (ns.exec('tc', ['qdisc', 'show']) + ns.exec('tc', ['filter', 'show', 'dev', 'a', 'ingress'])).replace(
      /direct_packets_stat \d+/,
      '',
    )
  await nl.qdisc.add({ dev: 'a', kind: 'htb', handle: '1:' })
  await nl.qdisc.add({ dev: 'b', kind: 'tbf', handle: '9:', options: { rate: '1mbit', burst: '2k', limit: '3k' } })
  await nl.qdisc.add({ dev: 'a', kind: 'clsact' })
  const ops = [{ code: 6, jt: 0, jf: 0, k: 0 }]
  await nl.filter.add({ dev: 'a', parent: 'ingress', priority: 7, kind: 'bpf', options: { ops } })
  const before = show()
  const limit = { dev: 'a', egress: '1mbit', ingress: '1mbit', ingressBy: 'ifb' } as const
  await refuses('a root', () => nl.rateLimit.ensure(limit), 'EEXIST', /dev a: .*another root qdisc, htb 1:/)
  await refuses('a root', () => nl.rateLimit.ensure({ dev: 'b', egress: 1e6 }), 'EEXIST', /another root qdisc, tbf 9:/)
  await refuses('a root', () => nl.impairment.ensure({ dev: 'a', to: '10.0.0.7' }), 'EEXIST', /root qdisc, htb 1:/)
  await refuses('none', () => nl.impairment.delete({ dev: 'a', to: '10.0.0.7' }), 'ENOENT')
  assert.is(show(), before)
  // The hook and its filters belong to others. So does the root, without a limit of that direction.
  await nl.rateLimit.ensure({ dev: 'a', ingress: '1mbit', ingressBy: 'ifb' })
  assert.match(show(), /pref 7 bpf[\s\S]*pref 20045 u32/)
  await nl.rateLimit.delete({ dev: 'a' })
  assert.is(show(), before)
  await nl.qdisc.delete({ dev: 'a', parent: 'root' })
  await nl.impairment.ensure({ dev: 'a', to: '10.0.0.7', rate: '1mbit' })
  await refuses('both', () => nl.rateLimit.ensure({ dev: 'a', egress: 1e6 }), 'EEXIST', /htb 4e4d: of impairments/)
})

inBothWays(test, 'a limit that the kernel refuses leaves nothing', async (nl, ns) => {
  await veths(nl)
  const show = () => ns.exec('tc', ['qdisc', 'show']) + ns.exec('ip', ['-br', 'link'])
  const { index = 0 } = (await nl.link.get('a')) ?? {}
  await nl.link.add({ name: `ifb-nl${index}`, kind: 'ifb' })
  const before = show()
  const limit = { dev: 'a', egress: '1mbit', ingress: '1mbit', ingressBy: 'ifb' } as const
  await refuses('a name', () => nl.rateLimit.ensure(limit), 'EEXIST', /another link is called ifb-nl/)
  assert.is(show(), before)
})

inBothWays(test, 'impairments per destination are ensured, listed, changed and removed', async (nl, ns) => {
  await veths(nl)
  const dev = 'a'
  const shown = () => ns.exec('tc', ['qdisc', 'show', 'dev', dev])
  const before = shown()
  const host = { dev, to: '10.0.0.7', rate: '1mbit' } as const
  assert.equal(await nl.impairment.ensure(host), { changed: true, created: true, changes: [] })
  assert.equal(await nl.impairment.ensure(host), unchanged)
  for (const to of ['10.0.0.0/24', '2001:db8::7', '2001:db8::/48', '0.0.0.0/0'])
    await nl.impairment.ensure({ dev, to, rate: '2mbit' })
  assert.match(ns.exec('tc', ['class', 'show', 'dev', dev]), /class htb 4e4d:1 root prio 0 rate 1Mbit/)
  const texts = (await nl.impairment.list({ dev })).map(({ to, rate, class: own }) => `${to} ${rate} ${own}`)
  assert.equal(texts, [
    '10.0.0.7 1000000 4e4d:1',
    '10.0.0.0/24 2000000 4e4d:2',
    '0.0.0.0/0 2000000 4e4d:5',
    '2001:db8::7 2000000 4e4d:3',
    '2001:db8::/48 2000000 4e4d:4',
  ])
  const changed = await nl.impairment.ensure({ ...host, rate: '3mbit' })
  assert.equal([changed.created, changed.changes.map(({ key }) => key)], [false, ['class.parms']])
  assert.is((await nl.impairment.get({ dev, to: '10.0.0.7/32' }))?.rate, 3e6)
  assert.is((await nl.impairment.ensure({ dev, to: '10.0.0.7' })).changed, true)
  assert.is((await nl.impairment.get({ dev, to: '10.0.0.7' }))?.rate, undefined)
  assert.is(await nl.impairment.get({ dev, to: '10.0.0.8' }), undefined)
  await nl.impairment.delete({ dev, to: '10.0.0.0/24' })
  // Its class is the next one's.
  await nl.impairment.ensure({ dev, to: '10.1.0.0/16', rate: '1mbit' })
  assert.is((await nl.impairment.get({ dev, to: '10.1.0.0/16' }))?.class, '4e4d:2')
  for (const { to } of await nl.impairment.list({ dev })) await nl.impairment.delete({ dev, to })
  assert.is(shown(), before)
  assert.equal(await nl.impairment.list({ dev }), [])
})

inBothWays(test, 'an impairment that the kernel refuses leaves nothing', async (nl, ns) => {
  await veths(nl)
  const before = ns.exec('tc', ['qdisc', 'show', 'dev', 'a'])
  // A kernel without netem refuses it after the class was added.
  const netem = { delay: '10ms' } as const
  try {
    await nl.impairment.ensure({ dev: 'a', to: '10.0.0.7', netem })
    await nl.impairment.delete({ dev: 'a', to: '10.0.0.7' })
  } catch (error) {
    assert.is((error as { code?: string }).code, 'ENOENT')
  }
  assert.is(ns.exec('tc', ['qdisc', 'show', 'dev', 'a']), before)
})

inBothWays(test, 'wrong options are refused before anything is sent', async (nl, ns) => {
  await veths(nl)
  const before = ns.exec('tc', ['qdisc', 'show'])
  for (const [value, reason] of [
    [{}, /'dev'/],
    [{ dev: 'a' }, /rate limit to have 'egress' or 'ingress', got none/],
    [{ dev: 'a', egress: '1mb' }, /egress .*mbit.*got "1mb"/],
    [{ dev: 'a', ingress: 7 }, /ingress to be a rate from 8 bits .*, got 7/],
    [{ dev: 'a', ingress: 1e6, ingressBy: 'magic' }, /ingressBy of rate limit to be police or ifb, got "magic"/],
    [{ dev: 'a', egress: 1e6, burst: 0 }, /burst to be at least one byte/],
    [{ dev: 'a', egress: 1e6, latency: '1h' }, /latency .*got "1h"/],
    [{ dev: 'a', rate: 1 }, /'rate'/],
  ] as const)
    await refuses('a limit', () => nl.rateLimit.ensure(value as never), 'TypeError', reason)
  for (const [value, reason] of [
    [{ dev: 'a' }, /'to'/],
    [{ dev: 'a', to: 'x' }, /to to be an address like/],
    [{ dev: 'a', to: '10.0.0.7', netem: { delay: '1h' } }, /netem\.delay .*got "1h"/],
    [{ dev: 'a', to: '10.0.0.7', netem: { latency: 1 } }, /netem/],
    [{ dev: 'a', to: '10.0.0.7', rate: 'fast' }, /rate .*got "fast"/],
  ] as const)
    await refuses('an impairment', () => nl.impairment.ensure(value as never), 'TypeError', reason)
  assert.is(ns.exec('tc', ['qdisc', 'show']), before)
})

/** Sends 1 MB in packets of UDP, as fast as possible. A full buffer of the socket blocks it. */
const flood = `
  const socket = require('node:dgram').createSocket('udp4')
  const packet = Buffer.alloc(1000)
  const send = (left) => (left === 0 ? socket.close() : socket.send(packet, 9, '10.9.0.2', () => send(left - 1)))
  send(1000)`

test('a rate limit limits traffic', () =>
  inScratch((here) =>
    inScratch(async (there) => {
      using nl = Netlink.open({ netns: here.path })
      using other = Netlink.open({ netns: there.path })
      const lladdr = '02:00:00:00:00:02'
      await nl.link.add({ name: 'a', kind: 'veth', up: true, peer: { name: 'b', netns: there.path, address: lladdr } })
      await other.link.set('b', { up: true })
      await nl.address.add({ address: '10.9.0.1/24', dev: 'a' })
      await nl.neighbour.add({ dst: '10.9.0.2', lladdr, dev: 'a' })
      const qdiscs = () => JSON.parse(here.exec('tc', ['-s', '-j', 'qdisc', 'show', 'dev', 'a']))
      const [without] = qdiscs()
      await nl.rateLimit.ensure({ dev: 'a', egress: '4mbit' })
      here.exec(process.execPath, ['-e', flood])
      const [{ kind, overlimits }] = qdiscs()
      assert.is(kind, 'tbf')
      assert.ok(overlimits > 0, `tbf delayed ${overlimits} packets`)
      await nl.rateLimit.delete({ dev: 'a' })
      const [after] = qdiscs()
      assert.equal(after, without)
    }),
  ))

test.run()
