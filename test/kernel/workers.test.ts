import { spawnSync } from 'node:child_process'
import * as assert from 'uvu/assert'
import { inScratch } from '../support/netns.js'
import { suiteNeeding } from '../support/privileges.js'
import { PATIENCE } from '../support/until.js'

const test = suiteNeeding('worker threads', 'netns')

const isBun = process.versions.bun !== undefined

/** Begins the program of each worker. `change()` causes an event, and `answer` reports to the main thread. */
const workerHead = `
  import { parentPort, workerData } from 'node:worker_threads'
  const { library, socket, netns } = workerData
  const { Connection } = await import(library)
  const { adopt, libc, libcFunction, watch } = await import(socket)
  const netlink = Connection.open({ netns })
  const change = (mtu) => netlink.requestSync('RTM_NEWLINK', { attrs: { ifname: 'va', mtu } })
  const answer = (value) => parentPort.postMessage(value)
`

/** Runs `main` in a process with its own namespace. There, `start()` starts a worker that runs `worker`. */
const run = (worker: string, main: string) =>
  inScratch((namespace) => {
    namespace.ip('link', 'add', 'va', 'type', 'veth', 'peer', 'name', 'vb')
    const program = `
      import { once } from 'node:events'
      import { readdirSync, readFileSync } from 'node:fs'
      import { setTimeout as pause } from 'node:timers/promises'
      import { Worker } from 'node:worker_threads'
      import { Connection } from '@netloom/netlink'
      const url = new URL('data:text/javascript,' + encodeURIComponent(${JSON.stringify(workerHead + worker)}))
      const [library, socket] = ['', '/socket'].map((entry) => import.meta.resolve('@netloom/netlink' + entry))
      const netns = process.env.NS
      const start = () => new Worker(url, { workerData: { library, socket, netns } })
      const answerOf = async (worker) => (await once(worker, 'message'))[0]
      process.on('warning', (warning) => { throw warning })
      ${main}
      console.log('ok')`
    const args = [...(isBun ? [] : ['--input-type=module']), '-e', program]
    const env = { ...process.env, NS: namespace.path }
    const { stdout, stderr, status, signal } = spawnSync(process.execPath, args, {
      encoding: 'utf8',
      timeout: PATIENCE,
      env,
    })
    assert.equal([stdout, status, signal], ['ok\n', 0, null], stderr)
  })

test('a worker waits for an event without timers', () =>
  run(
    `let timers = 0
     for (const name of ['setTimeout', 'setInterval']) {
       const original = globalThis[name]
       globalThis[name] = (...args) => { timers++; return original(...args) }
     }
     const monitor = netlink.monitor(['LINK'])
     for (let mtu = 1400; mtu < 1420; mtu++) {
       const event = monitor.next()
       setImmediate(() => change(mtu))
       const { value } = await event
       if (value.type !== 'RTM_NEWLINK' || value.message.attrs.mtu !== mtu) throw new Error('unexpected event')
     }
     netlink.close()
     answer(timers)`,
    `const worker = start()
     const ended = once(worker, 'exit')
     const timers = await answerOf(worker)
     if (timers !== 0) throw new Error('expected no timers, got ' + timers)
     const [code] = await ended
     if (code !== 0) throw new Error('expected a worker that ends, got the exit code ' + code)`,
  ))

test('in a worker, one callback follows each arm(), and none follows disarm() or close()', () =>
  run(
    `const eventfd = libcFunction('int eventfd(unsigned int, int)')
     const descriptors = [1, 2].map(() => adopt(eventfd(0, 0o2004000)))
     const one = new BigUint64Array([1n])
     const signal = () => { for (const { fd } of descriptors) libc.write(fd, new Uint8Array(one.buffer), 8) }
     const calls = [0, 0]
     const watches = descriptors.map(({ fd }, index) => watch(fd, () => { calls[index]++ }))
     const turns = async () => { for (let count = 0; count < 20; count++) await new Promise((done) => setImmediate(done)) }
     const expect = async (...wanted) => {
       for (let left = 2000; left > 0 && calls.join() !== wanted.join(); left--) await turns()
       await turns()
       if (calls.join() !== wanted.join()) throw new Error('expected ' + wanted + ' calls, got ' + calls)
     }
     for (const each of watches) each.arm()
     await turns()
     await expect(0, 0)
     signal()
     await expect(1, 1)
     signal()
     await expect(1, 1)
     watches[0].arm()
     await expect(2, 1)
     watches[0].arm()
     watches[1].arm()
     watches[0].disarm()
     await expect(2, 2)
     watches[1].arm()
     watches[1].arm()
     await expect(2, 3)
     watches[0].arm()
     watches[0].close()
     watches[0].arm()
     descriptors[0].close()
     await expect(2, 3)
     watches[1].arm()
     watches[1].unref()
     await expect(2, 4)
     netlink.close()
     answer('done')`,
    `const worker = start()
     const ended = once(worker, 'exit')
     worker.on('error', (error) => { throw error })
     await answerOf(worker)
     const [code] = await ended
     if (code !== 0) throw new Error('expected a worker that ends, got the exit code ' + code)`,
  ))

test('an exception of a callback in a worker ends the worker, not the process', () =>
  run(
    `const monitor = netlink.monitor(['LINK'])
     monitor.readable().then(() => { queueMicrotask(() => { throw new Error('thrown') }) })
     setImmediate(() => change(1400))`,
    `const worker = start()
     const [error] = await once(worker, 'error')
     if (error.message !== 'thrown') throw error`,
  ))

// The worker always waits for events, and events arrive all the time, so that it is stopped between any two steps.
const busy = `
  const waiting = Connection.open({ netns })
  const monitor = waiting.monitor(['LINK'], { receiveBuffer: 1 << 20 })
  const follow = async () => { for await (const event of monitor) ; }
  const request = async () => { for (;;) await netlink.request('RTM_GETLINK', { index: 1 }) }
  const dump = async () => { for (;;) await netlink.dump('RTM_GETADDR').toArray() }
  follow()
  request()
  dump()
  await netlink.request('RTM_GETLINK', { index: 1 })
  parentPort.on('message', () => process.exit())
  answer('ready')`

for (const [how, end] of [
  ['is terminated', 'await worker.terminate()'],
  ['calls process.exit', `const ended = once(worker, 'exit'); worker.postMessage('end'); await ended`],
] as const)
  test(`a worker that ${how} in the midst of events leaves no descriptor, no thread and no crash`, () =>
    run(
      busy,
      `const other = Connection.open({ netns })
       let mtu = 1300
       const changing = setInterval(() => {
         for (let count = 0; count < 5; count++)
           other.requestSync('RTM_NEWLINK', { attrs: { ifname: 'va', mtu: 1300 + (mtu++ % 100) } })
       }, 1)
       const descriptors = () => readdirSync('/proc/self/fd').length
       // Threads of the runtime's own pools start when they are first used, and have other names.
       const threads = () => {
         const names = readdirSync('/proc/self/task').map((id) => {
           try { return readFileSync('/proc/self/task/' + id + '/comm', 'utf8') } catch { return '' }
         })
         return process.versions.bun ? names.filter((name) => name === 'Worker\\n').length : names.length
       }
       const work = async (delay) => {
         const worker = start()
         await answerOf(worker)
         await pause(delay)
         ${end}
       }
       await work(5)
       const before = [descriptors(), threads()]
       for (let round = 0; round < 6; round++) await work(round * 3)
       for (let left = 1000; left > 0 && (descriptors() > before[0] || threads() > before[1]); left--) await pause(10)
       clearInterval(changing)
       const after = [descriptors(), threads()]
       if (after[0] > before[0] || after[1] > before[1])
         throw new Error(before + ' descriptors and threads became ' + after)`,
    ))

test.run()
