import { spawnSync } from 'node:child_process'
import * as assert from 'uvu/assert'
import { inScratch } from '../support/netns.js'
import { suiteNeeding } from '../support/privileges.js'

// Descriptors that are never closed explicitly: their object is garbage-collected, or their thread ends.
const test = suiteNeeding('descriptors that are not closed explicitly', 'netns', 'tun')

const isBun = process.versions.bun !== undefined

/** Runs a program in a namespace with a pair of links. The program prints `ok` at its end. */
const run = (body: string) =>
  inScratch((namespace) => {
    namespace.ip('link', 'add', 'va', 'type', 'veth', 'peer', 'name', 'vb')
    for (const name of ['va', 'vb']) namespace.ip('link', 'set', name, 'up')
    namespace.ip('addr', 'add', '192.0.2.1/24', 'dev', 'va')
    const program = `
      import { closeSync, fstatSync, mkdtempSync, openSync, readdirSync, rmSync } from 'node:fs'
      import { tmpdir } from 'node:os'
      import { setTimeout as pause } from 'node:timers/promises'
      import { Connection, Netlink, StateCache } from '@netloom/netlink'
      import { nlctrl } from '@netloom/netlink/generic'
      import { TunTap } from '@netloom/tuntap'
      import { UdpSocket } from '@netloom/tuntap/udp'
      const netns = process.env.NS
      const collect = () => (globalThis.gc ? globalThis.gc() : Bun.gc(true))
      const descriptors = () => readdirSync('/proc/self/fd').length
      /** Collects garbage until the condition holds, for at most half a minute. */
      const until = async (condition) => {
        for (let left = 3000; left > 0 && !condition(); left--) {
          collect()
          await pause(10)
        }
        return condition()
      }
      const collectOften = async () => {
        for (let count = 0; count < 4; count++) {
          collect()
          await pause(1)
        }
      }
      const change = (mtu) => {
        const other = Connection.open({ netns })
        other.requestSync('RTM_NEWLINK', { attrs: { ifname: 'va', mtu } })
        other.close()
      }
      const folder = mkdtempSync(tmpdir() + '/netloom-forgotten-')
      process.on('exit', () => rmSync(folder, { recursive: true }))
      ${body}
      console.log('ok')`
    const args = [...(isBun ? [] : ['--expose-gc', '--input-type=module']), '-e', program]
    const env = { ...process.env, NS: namespace.path }
    const { stdout, stderr, status } = spawnSync(process.execPath, args, { encoding: 'utf8', timeout: 120_000, env })
    assert.equal([stdout, status], ['ok\n', 0], stderr)
  })

const abandoned = [
  ['a connection', `Connection.open({ netns })`],
  ['a closed connection', `Connection.open({ netns }).close()`],
  [
    'a connection after requests and dumps, synchronous and asynchronous',
    `const netlink = Connection.open({ netns })
     netlink.requestSync('RTM_GETLINK', { index: 1 })
     await netlink.request('RTM_GETLINK', { index: 1 })
     netlink.dumpSync('RTM_GETLINK')
     await Promise.all([netlink.dump('RTM_GETLINK').toArray(), netlink.dump('RTM_GETADDR').toArray()])`,
  ],
  ['a connection with a capture', `Connection.open({ netns, capture: folder + '/x.pcap' }).dumpSync('RTM_GETLINK')`],
  ['a generic netlink connection', `Connection.openGeneric(nlctrl, { netns }).dumpSync('CTRL_CMD_GETFAMILY')`],
  ['an abandoned stream', `Connection.open({ netns }).streamSync('RTM_GETLINK').next()`],
  ['a Netlink', `await Netlink.open({ netns }).link.list()`],
  ['a monitor of a live connection', `live.monitor(['LINK'])`],
  [
    'a monitor that has received events',
    `const monitor = live.monitor(['LINK']); change(1400); change(1500); await monitor.next()`,
  ],
  ['a monitor with its connection', `Connection.open({ netns }).monitor(['LINK']).readSync(0)`],
  ['a monitor that shares its connection’s socket', `Connection.open({ netns }).monitor(['LINK'], { shared: true })`],
  ['a cache', `await StateCache.start(live)`],
  [
    'a cache with its connection, after events, without listeners',
    `const cache = await StateCache.start(Connection.open({ netns }))
     const unsubscribe = cache.listen(() => {})
     change(1400)
     change(1500)
     await cache.settled()
     unsubscribe()
     await cache.changes().return()`,
  ],
  [
    'a cache that receives events while it is collected',
    `await StateCache.start(live)
     for (let count = 0; count < 5; count++) {
       change(1400 + count)
       collect()
       await pause(1)
     }`,
  ],
  ['a device', `TunTap.create({ netns, mode: 'tap' })`],
  [
    // The link-layer address of the neighbour is never known, so the messages stay in the send buffer.
    'a UDP socket whose sender has waited',
    `const socket = UdpSocket.open({ netns, remote: { address: '192.0.2.9', port: 9 }, sendBuffer: 5000 })
     const messages = Array.from({ length: 50 }, () => Buffer.alloc(1000))
     const sent = await socket.sendAll(messages, { signal: AbortSignal.timeout(20) }).catch(() => undefined)
     if (sent) throw new Error('not full')`,
  ],
] as const

test('abandoned objects are closed when they are collected, and do not keep the process alive', () =>
  run(`
    const live = Connection.open({ netns })
    const abandoned = { ${abandoned.map(([name, make]) => `${JSON.stringify(name)}: async () => { ${make} }`).join(',\n')} }
    for (const [name, make] of Object.entries(abandoned)) {
      // The first round opens descriptors that are shared and stay open.
      await make()
      await collectOften()
      const before = descriptors()
      for (let count = 0; count < 8; count++) await make()
      if (!(await until(() => descriptors() <= before + 1))) throw new Error(name + ': ' + before + ' descriptors became ' + descriptors())
      if (live.requestSync('RTM_GETLINK', { index: 1 }).length !== 1) throw new Error(name + ': the live connection is closed')
    }
    live.close()`))

const inUse = [
  [
    'a dump whose connection is abandoned',
    `const dump = Connection.open({ netns }).dump('RTM_GETLINK')
     await collectOften()
     if ((await dump.toArray()).length !== 3) throw new Error('incomplete')`,
  ],
  [
    'a stream whose connection is abandoned',
    `const stream = Connection.open({ netns }).stream('RTM_GETLINK')
     let count = 0
     for await (const _ of stream) { count++; await collectOften() }
     if (count !== 3) throw new Error('incomplete')`,
  ],
  [
    'a batch whose connection is abandoned',
    `const batch = Connection.open({ netns }).batch()
     batch.add('RTM_GETLINK', { index: 1 })
     await collectOften()
     if ((await batch.send()).failures !== 0) throw new Error('failed')`,
  ],
  [
    'a monitor that is awaited',
    `const received = (async () => { for await (const { type } of Connection.open({ netns }).monitor(['LINK'])) return type })()
     await collectOften()
     change(1400)
     if ((await received) !== 'RTM_NEWLINK') throw new Error('no event')`,
  ],
  [
    'a monitor that shares the socket of an abandoned connection',
    `const monitor = Connection.open({ netns }).monitor(['LINK'], { shared: true })
     await collectOften()
     change(1400)
     if (monitor.readSync(5000)?.type !== 'RTM_NEWLINK') throw new Error('no event')
     monitor.close()`,
  ],
  [
    'a cache with a listener',
    `const received = []
     const unsubscribe = (await StateCache.start(Connection.open({ netns }))).listen((change) => received.push(change.type))
     await collectOften()
     change(1400)
     await until(() => received.length > 0)
     if (received[0] !== 'link') throw new Error('no event')
     unsubscribe()
     await collectOften()`,
  ],
  [
    'a cache with a pending changes()',
    `const changes = (await StateCache.start(Connection.open({ netns }))).changes()
     const next = changes.next()
     await collectOften()
     change(1400)
     if ((await next).value?.type !== 'link') throw new Error('no event')
     await changes.return()`,
  ],
] as const

test('objects in use keep working, although their connection or cache is abandoned', () =>
  run(`
    const inUse = { ${inUse.map(([name, body]) => `${JSON.stringify(name)}: async () => { ${body} }`).join(',\n')} }
    for (const [name, use] of Object.entries(inUse)) {
      change(1500)
      try {
        await use()
      } catch (cause) {
        throw new Error(name, { cause })
      }
    }`))

test('a closed descriptor is not closed again, because its number may be in use again', () =>
  run(`
    const openAndClose = () => {
      const netlink = Connection.open({ netns })
      netlink.dumpSync('RTM_GETLINK')
      netlink.monitor(['LINK']).close()
      netlink.close()
      const tap = TunTap.create({ netns, mode: 'tap' })
      tap.close()
    }
    for (let count = 0; count < 20; count++) openAndClose()
    const files = Array.from({ length: 60 }, () => openSync('/dev/null', 'r'))
    await collectOften()
    for (const fd of files) if (!fstatSync(fd).isCharacterDevice()) throw new Error('descriptor ' + fd + ' was closed')
    for (const fd of files) closeSync(fd)`))

const inWorker = `
  import { parentPort, workerData } from 'node:worker_threads'
  const { netns, how, library, tuntap } = workerData
  const { Connection, StateCache } = await import(library)
  const { TunTap } = await import(tuntap)
  const netlink = Connection.open({ netns })
  const monitor = netlink.monitor(['LINK']).unref()
  netlink.dumpSync('RTM_GETLINK')
  await netlink.dump('RTM_GETLINK').toArray()
  const cache = (await StateCache.start(netlink)).unref()
  // A file of Bun's fs stays open when its worker ends.
  const tap = process.versions.bun ? undefined : TunTap.create({ netns, mode: 'tap' })
  const closed = Connection.open({ netns })
  closed.close()
  parentPort.postMessage('ready')
  if (how === 'exit') process.exit(0)
  if (how === 'terminate') setInterval(() => {}, 1000)
  globalThis.held = { netlink, monitor, cache, tap }`

for (const [how, ending] of [
  ['end', 'ends by itself'],
  ['exit', 'calls process.exit'],
  ['terminate', 'is terminated'],
] as const) {
  test(`a worker that ${ending} leaves no descriptor open, and no warning`, () =>
    run(`
      import { Worker } from 'node:worker_threads'
      import { once } from 'node:events'
      const url = new URL('data:text/javascript,' + encodeURIComponent(${JSON.stringify(inWorker)}))
      const library = import.meta.resolve('@netloom/netlink')
      const tuntap = import.meta.resolve('@netloom/tuntap')
      const work = async () => {
        const worker = new Worker(url, { workerData: { netns, how: '${how}', library, tuntap } })
        const ended = once(worker, 'exit')
        await once(worker, 'message')
        if ('${how}' === 'terminate') await worker.terminate()
        await ended
      }
      process.on('warning', (warning) => { throw warning })
      await work()
      const before = descriptors()
      for (let count = 0; count < 3; count++) await work()
      if (!(await until(() => descriptors() <= before))) throw new Error(before + ' descriptors became ' + descriptors())`))
}

test.run()
