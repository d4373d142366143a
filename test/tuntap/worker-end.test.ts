import { once } from 'node:events'
import { Worker } from 'node:worker_threads'
import { TunTap } from '@netloom/tuntap'
import * as assert from 'uvu/assert'
import { inScratch, type Namespace } from '../support/netns.js'
import { suiteNeeding } from '../support/privileges.js'
import { until } from '../support/until.js'
import { aioContexts, openFiles } from './device.js'

const test = suiteNeeding('a worker that ends', 'netns', 'tun')

/** Opens devices, uses all ways to read, and waits for frames. */
const program = `
  import { parentPort, workerData } from 'node:worker_threads'
  const { library, netns, ending } = workerData
  const { TunTap } = await import(library)
  const taps = Array.from({ length: 3 }, () => TunTap.create({ mode: 'tap', netns, up: true }))
  for (const tap of taps) {
    if (tap.batchMethod !== 'io_submit') throw new Error('expected io_submit')
    tap.read()
    tap.readBatch()
    tap.writeBatch([Buffer.alloc(60)])
    tap.frames().next().catch(() => {})
  }
  taps.pop().close()
  parentPort.on('message', () => process.exit())
  parentPort.postMessage('ready')
  if (ending === 'return') {
    for (const tap of taps) tap.unref()
    parentPort.unref()
  }
  // Ends in the midst of calls. On Bun, a descriptor that was just opened would remain.
  if (ending === 'terminate') for (;;) {
    await new Promise((resolve) => setImmediate(resolve))
    for (const tap of taps) tap.writeBatch([Buffer.alloc(60)])
    if (process.versions.bun) continue
    const tap = TunTap.create({ mode: 'tap', netns })
    tap.readBatch()
    tap.close()
  }`

/** Number of aio contexts, and of descriptors of devices and namespaces, of this process. */
function resources() {
  const files = [...openFiles().values()].filter((file) => /^\/dev\/net\/tun$|^net:/.test(file)).length
  return { contexts: aioContexts(), files }
}

async function runWorker({ path: netns }: Namespace, ending: string): Promise<void> {
  const library = import.meta.resolve('@netloom/tuntap')
  const url = new URL(`data:text/javascript,${encodeURIComponent(program)}`)
  const worker = new Worker(url, { workerData: { library, netns, ending } })
  const ended = once(worker, 'exit')
  assert.equal(await once(worker, 'message'), ['ready'])
  if (ending === 'terminate') await worker.terminate()
  if (ending === 'exit') worker.postMessage('end')
  await ended
}

for (const ending of ['terminate', 'exit', 'return'])
  test(`${ending}: no aio context, descriptor or device is left`, () =>
    inScratch(async (namespace) => {
      const before = resources()
      for (let round = 0; round < 5; round++) await runWorker(namespace, ending)
      await until(`what there was before, not ${JSON.stringify(resources())}`, () => {
        const { contexts, files } = resources()
        return contexts <= before.contexts && files <= before.files
      })
      assert.equal(
        namespace.ip('link').map(({ ifname }) => ifname),
        ['lo'],
      )
    }))

/** Opens a temporary socket or namespace with every call. */
const opener = `
  import { parentPort, workerData } from 'node:worker_threads'
  const { netlink, library, netns } = workerData
  const { Connection } = await import(netlink)
  const { TunTap } = await import(library)
  const tap = TunTap.create({ mode: 'tap', netns })
  const open = () => {
    tap.mtu
    TunTap.attach({ mode: 'tap', name: 'many', netns, multiQueue: true }).close()
    Connection.open({ netns }).close()
  }
  // koffi ends the process if a worker is terminated while it looks a function up.
  open()
  parentPort.postMessage('ready')
  for (;;) open()`

// On Bun, a descriptor that was opened in the same moment may remain.
if (!process.versions.bun)
  test('terminated at any moment: no socket, namespace or device remains open', () =>
    inScratch(async ({ path: netns }) => {
      using many = TunTap.create({ mode: 'tap', name: 'many', netns, multiQueue: true })
      const url = new URL(`data:text/javascript,${encodeURIComponent(opener)}`)
      const [netlink, library] = ['@netloom/netlink', '@netloom/tuntap'].map((name) => import.meta.resolve(name))
      const files = () =>
        [...openFiles().values()].filter((file) => /^(socket|net):|^\/dev\/net\/tun$/.test(file)).sort()
      const before = files()
      for (let round = 0; round < 15; round++) {
        const worker = new Worker(url, { workerData: { library, netlink, netns } })
        assert.equal(await once(worker, 'message'), ['ready'])
        const end = performance.now() + Math.random() * 5
        while (performance.now() < end);
        await worker.terminate()
      }
      assert.equal(files(), before)
      assert.is(many.name, 'many')
    }))

test.run()
