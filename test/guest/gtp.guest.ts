import { Netlink, type NewGtpTunnel } from '@netloom/netlink'
import * as assert from 'uvu/assert'
import { inBothWays, refuses } from '../support/api.js'
import { loadModule } from '../support/guest-modules.js'
import { inScratch, type Namespace } from '../support/netns.js'
import { suiteNeeding } from '../support/privileges.js'
import { until } from '../support/until.js'

/** nl.gtp. This machine's kernel may lack it, and Debian has no tool for it: packets show what the kernel understood. */
const test = suiteNeeding('GTP', 'netns')

test.before(() => loadModule('gtp'))

const addDevice = (nl: Netlink, role: 'ggsn' | 'sgsn') =>
  nl.link.add({ name: 'gtp0', kind: 'gtp', up: true, data: { role, createSockets: 1 } })

const first: NewGtpTunnel = { dev: 'gtp0', inTeid: 100, outTeid: 200, subscriber: '172.99.0.2', peer: '10.0.0.2' }
const old: NewGtpTunnel = { dev: 'gtp0', tid: 2n ** 60n + 1n, flow: 7, subscriber: '172.99.0.3', peer: '10.0.0.2' }

inBothWays(test, 'tunnels are read as they were written', async (nl) => {
  await addDevice(nl, 'ggsn')
  await nl.gtp.add(first)
  await nl.gtp.add(old)
  const tunnels = await nl.gtp.list({}, { names: true })
  assert.equal(
    tunnels.map(({ dev: _, ...rest }) => rest).sort((a, b) => a.version - b.version),
    [
      { version: 0, tid: 2n ** 60n + 1n, flow: 7, subscriber: '172.99.0.3', peer: '10.0.0.2', devName: 'gtp0' },
      { version: 1, inTeid: 100, outTeid: 200, subscriber: '172.99.0.2', peer: '10.0.0.2', devName: 'gtp0' },
    ],
  )
  assert.is((await nl.gtp.list({ dev: 'gtp0' })).length, 2)
  assert.equal(await nl.gtp.list({ dev: 'lo' }), [])
  // Each selector finds its tunnel, and what was read can be written.
  for (const key of [{ inTeid: 100 }, { subscriber: '172.99.0.2' }])
    assert.is((await nl.gtp.get({ dev: 'gtp0', ...key }))?.outTeid, 200)
  assert.is((await nl.gtp.get({ dev: 'gtp0', tid: 2n ** 60n + 1n }))?.flow, 7)
  assert.is(JSON.parse(JSON.stringify(tunnels)).length, 2)
  // A kernel that does not know subscribers of IPv6 must not select by the id.
  const read = async () => nl.gtp.get({ dev: 'gtp0', subscriber: '2001:db8::', inTeid: 100 })
  assert.is(await read().catch(() => undefined), undefined)
  for (const tunnel of tunnels) {
    await nl.gtp.delete(tunnel)
    assert.is(await nl.gtp.get(tunnel), undefined)
    await nl.gtp.add(tunnel)
    assert.equal(await nl.gtp.get(tunnel, { names: true }), tunnel)
  }
})

inBothWays(test, 'refusals name the tunnel', async (nl) => {
  await addDevice(nl, 'ggsn')
  await nl.gtp.add(first)
  await refuses(
    'again',
    () => nl.gtp.add(first),
    'EEXIST',
    /GTP_CMD_NEWPDP subscriber 172\.99\.0\.2 .*: there is a tunnel/,
  )
  await refuses('another id', () => nl.gtp.add({ ...first, subscriber: '172.99.0.9' }), 'EEXIST', /172\.99\.0\.9/)
  await refuses('none', () => nl.gtp.delete({ dev: 'gtp0', inTeid: 1 }), 'ENOENT', /inTeid 1 .*no such tunnel/)
  await refuses('no device', () => nl.gtp.add({ ...first, dev: 'none' }), 'ENODEV', /no link "none"/)
})

/** Connects two namespaces, each with a device, and calls `use` with them. */
const withEnds = (use: (ggsn: Namespace, sgsn: Namespace) => Promise<void>) =>
  inScratch((ggsn) =>
    inScratch(async (sgsn) => {
      ggsn.ip('link', 'add', 'name', 'a', 'type', 'veth', 'peer', 'name', 'b', 'netns', sgsn.name)
      for (const [namespace, link, address] of [
        [ggsn, 'a', '10.0.0.1/24'],
        [sgsn, 'b', '10.0.0.2/24'],
      ] as const) {
        namespace.ip('address', 'add', address, 'dev', link)
        namespace.ip('link', 'set', 'dev', link, 'up')
      }
      await use(ggsn, sgsn)
    }),
  )

/** Sends a packet of UDP. */
const sendOne = `
  const socket = require('node:dgram').createSocket('udp4')
  socket.send('x', 9, process.argv[1], () => socket.close())`

test('packets pass through tunnels of both versions', () =>
  withEnds(async (ggsn, sgsn) => {
    using network = Netlink.open({ netns: ggsn.path })
    using mobile = Netlink.open({ netns: sgsn.path })
    await addDevice(network, 'ggsn')
    await addDevice(mobile, 'sgsn')
    await network.address.add({ address: '172.98.0.1/32', dev: 'gtp0' })
    await mobile.route.add({ dst: '172.98.0.1/32', dev: 'gtp0' })
    for (const tunnel of [first, old]) {
      const { subscriber } = tunnel
      const back = tunnel === first ? { inTeid: 200, outTeid: 100 } : {}
      await network.gtp.add(tunnel)
      await mobile.gtp.add({ ...tunnel, ...back, peer: '10.0.0.1' })
      await mobile.address.add({ address: `${subscriber}/32`, dev: 'gtp0' })
      await network.route.add({ dst: `${subscriber}/32`, dev: 'gtp0' })
      const received = () => sgsn.ip('-s', 'link', 'show', 'gtp0')[0].stats64.rx.packets
      const before = received()
      ggsn.exec(process.execPath, ['-e', sendOne, subscriber])
      await until('a packet', () => received() === before + 1)
      await mobile.gtp.delete(tunnel)
    }
  }))

test.run()
