import { spawnSync } from 'node:child_process'
import * as assert from 'uvu/assert'
import { inScratch } from '../support/netns.js'
import { suiteNeeding } from '../support/privileges.js'

/** Descriptors that are never closed explicitly: their object is garbage-collected, or their thread ends. */
const test = suiteNeeding('descriptors that are not closed explicitly', 'netns', 'tun')

const isBun = process.versions.bun !== undefined

/** Runs a program in a namespace with a pair of links; it prints `ok` at its end. */
const run = (body: string) =>
  inScratch((namespace) => {
    namespace.ip('link', 'add', 'va', 'type', 'veth', 'peer', 'name', 'vb')
    namespace.ip('link', 'set', 'va', 'up')
    const program = `
      import { closeSync, fstatSync, mkdtempSync, openSync, readdirSync, rmSync } from 'node:fs'
      import { tmpdir } from 'node:os'
      import { setTimeout as pause } from 'node:timers/promises'
      import { Connection, Netlink, StateCache } from '@netloom/netlink'
      import { nlctrl } from '@netloom/netlink/generic'
      import { TunTap } from '@netloom/tuntap'
      const netns = process.env.NS
      const collect = () => (globalThis.gc ? globalThis.gc() : Bun.gc(true))
      const descriptors = () => readdirSync('/proc/self/fd').length
      /** Collects until something is so, for half a minute at most. */
      const until = async (isSo) => {
        for (let left = 3000; left > 0 && !isSo(); left--) {
          collect()
          await pause(10)
        }
        return isSo()
      }
      const tired = async () => {
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

const forgettable = [
  ['a connection', `Connection.open({ netns })`],
  ['a connection that was closed', `Connection.open({ netns }).close()`],
  [
    'a connection that has asked and dumped, both ways',
    `const netlink = Connection.open({ netns })
     netlink.requestSync('RTM_GETLINK', { index: 1 })
     await netlink.request('RTM_GETLINK', { index: 1 })
     netlink.dumpSync('RTM_GETLINK')
     await Promise.all([netlink.dump('RTM_GETLINK').toArray(), netlink.dump('RTM_GETADDR').toArray()])`,
  ],
  ['a connection that records', `Connection.open({ netns, capture: folder + '/x.pcap' }).dumpSync('RTM_GETLINK')`],
  ['a connection of generic netlink', `Connection.openGeneric(nlctrl, { netns }).dumpSync('CTRL_CMD_GETFAMILY')`],
  ['a stream that was left in the middle', `Connection.open({ netns }).streamSync('RTM_GETLINK').next()`],
  ['a Netlink', `await Netlink.open({ netns }).link.list()`],
  ['a monitor of a connection that lives', `living.monitor(['LINK'])`],
  [
    'a monitor that has heard something',
    `const monitor = living.monitor(['LINK']); change(1400); change(1500); await monitor.next()`,
  ],
  ['a monitor with its connection', `Connection.open({ netns }).monitor(['LINK']).readSync(0)`],
  ['a monitor that shares its connection’s socket', `Connection.open({ netns }).monitor(['LINK'], { shared: true })`],
  ['a cache', `await StateCache.start(living)`],
  [
    'a cache with its connection, that has heard something and is no longer listened to',
    `const cache = await StateCache.start(Connection.open({ netns }))
     const callOff = cache.listen(() => {})
     change(1400)
     change(1500)
     await cache.settled()
     callOff()
     await cache.changes().return()`,
  ],
  [
    'a cache for which events come while it is collected',
    `await StateCache.start(living)
     for (let count = 0; count < 5; count++) {
       change(1400 + count)
       collect()
       await pause(1)
     }`,
  ],
  ['a device', `TunTap.create({ netns, mode: 'tap' })`],
] as const

test('what is forgotten is closed when it is collected, and holds the process no longer', () =>
  run(`
    const living = Connection.open({ netns })
    const forgettable = { ${forgettable.map(([what, make]) => `${JSON.stringify(what)}: async () => { ${make} }`).join(',\n')} }
    for (const [what, make] of Object.entries(forgettable)) {
      // Descriptors that are opened once and shared are open from now on.
      await make()
      await tired()
      const before = descriptors()
      for (let count = 0; count < 8; count++) await make()
      if (!(await until(() => descriptors() <= before + 1))) throw new Error(what + ': ' + before + ' descriptors became ' + descriptors())
      if (living.requestSync('RTM_GETLINK', { index: 1 }).length !== 1) throw new Error(what + ': the living one is closed')
    }
    living.close()`))

const going = [
  [
    'a dump whose connection is forgotten',
    `const dump = Connection.open({ netns }).dump('RTM_GETLINK')
     await tired()
     if ((await dump.toArray()).length !== 3) throw new Error('incomplete')`,
  ],
  [
    'a stream whose connection is forgotten',
    `const stream = Connection.open({ netns }).stream('RTM_GETLINK')
     let count = 0
     for await (const _ of stream) { count++; await tired() }
     if (count !== 3) throw new Error('incomplete')`,
  ],
  [
    'a batch whose connection is forgotten',
    `const batch = Connection.open({ netns }).batch()
     batch.add('RTM_GETLINK', { index: 1 })
     await tired()
     if ((await batch.send()).failures !== 0) throw new Error('failed')`,
  ],
  [
    'a monitor that is awaited',
    `const heard = (async () => { for await (const { type } of Connection.open({ netns }).monitor(['LINK'])) return type })()
     await tired()
     change(1400)
     if ((await heard) !== 'RTM_NEWLINK') throw new Error('deaf')`,
  ],
  [
    'a monitor that shares the socket of a connection that is forgotten',
    `const monitor = Connection.open({ netns }).monitor(['LINK'], { shared: true })
     await tired()
     change(1400)
     if (monitor.readSync(5000)?.type !== 'RTM_NEWLINK') throw new Error('deaf')
     monitor.close()`,
  ],
  [
    'a cache that is listened to',
    `const told = []
     const callOff = (await StateCache.start(Connection.open({ netns }))).listen((change) => told.push(change.type))
     await tired()
     change(1400)
     await until(() => told.length > 0)
     if (told[0] !== 'link') throw new Error('deaf')
     callOff()
     await tired()`,
  ],
  [
    'a cache whose changes are awaited',
    `const changes = (await StateCache.start(Connection.open({ netns }))).changes()
     const next = changes.next()
     await tired()
     change(1400)
     if ((await next).value?.type !== 'link') throw new Error('deaf')
     await changes.return()`,
  ],
] as const

test('what is in use goes on, although its connection or its cache is forgotten', () =>
  run(`
    const going = { ${going.map(([what, body]) => `${JSON.stringify(what)}: async () => { ${body} }`).join(',\n')} }
    for (const [what, use] of Object.entries(going)) {
      change(1500)
      try {
        await use()
      } catch (cause) {
        throw new Error(what, { cause })
      }
    }`))

test('what was closed is not closed again: its number may be another’s by then', () =>
  run(`
    const names = () => {
      const netlink = Connection.open({ netns })
      netlink.dumpSync('RTM_GETLINK')
      netlink.monitor(['LINK']).close()
      netlink.close()
      const tap = TunTap.create({ netns, mode: 'tap' })
      tap.close()
    }
    for (let count = 0; count < 20; count++) names()
    const files = Array.from({ length: 60 }, () => openSync('/dev/null', 'r'))
    await tired()
    for (const fd of files) if (!fstatSync(fd).isCharacterDevice()) throw new Error('descriptor ' + fd + ' is another one')
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
  parentPort.postMessage('there')
  if (how === 'exit') process.exit(0)
  if (how === 'terminate') setInterval(() => {}, 1000)
  globalThis.held = { netlink, monitor, cache, tap }`

for (const [how, ending] of [
  ['end', 'ends by itself'],
  ['exit', 'calls process.exit'],
  ['terminate', 'is terminated'],
] as const) {
  // Descriptors of bun:ffi in a worker stay open if the worker is terminated: no JavaScript runs, and Bun does not know of them.
  if (isBun && how === 'terminate') continue
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
