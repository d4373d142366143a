import { once } from 'node:events'
import { fstatSync, readFileSync } from 'node:fs'
import { Worker } from 'node:worker_threads'
import { check, libcFunction } from '@netloom/netlink/socket'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { until } from '../support/until.js'
import '../support/built.js'

const test = suite('system calls at the end of a thread')

const eventfd = libcFunction('int eventfd(unsigned int, int)')
const NR_CLOSE = process.arch === 'x64' ? 3 : 57

const isOpen = (fd: number) => {
  try {
    fstatSync(fd)
    return true
  } catch {
    return false
  }
}

/** Starts a worker that registers close(2) for descriptors, cancels every third one, and waits. `lacks` is a function that its libc lacks. */
async function start(fds: readonly number[], lacks = '') {
  const program = `
    import { parentPort, workerData } from 'node:worker_threads'
    const { socket, fds, lacks, close } = workerData
    const { libcFunction, ThreadEnd } = await import(socket)
    const end = new ThreadEnd((prototype) => {
      const name = / (\\w+)\\(/.exec(prototype)[1]
      if (name === lacks) return () => { if (name === 'mprotect') return -13; throw new Error('no such function') }
      return libcFunction(prototype)
    })
    // Used twice: an entry is free after its call was cancelled.
    for (const cancel of fds.map((fd) => end.call(close, fd))) cancel()
    const cancels = fds.map((fd) => end.call(close, fd))
    for (const [index, cancel] of cancels.entries()) if (index % 3 === 0) cancel()
    parentPort.on('message', () => process.exit())
    parentPort.postMessage('ready')`
  const socket = import.meta.resolve('@netloom/netlink/socket')
  const workerData = { socket, fds, lacks, close: NR_CLOSE }
  const worker = new Worker(new URL(`data:text/javascript,${encodeURIComponent(program)}`), { workerData })
  assert.equal(await once(worker, 'message'), ['ready'])
  return worker
}

for (const [lacks, isCalled] of [
  ['', true],
  ['__cxa_thread_atexit_impl', true], // musl
  ['mprotect', false], // a process that may not create code
] as const)
  test(`closes descriptors of a terminated worker; without ${lacks || 'nothing'}: ${isCalled}`, async () => {
    // More than one table has entries.
    const fds = Array.from({ length: 300 }, () => check('eventfd', eventfd(0, 0)))
    const worker = await start(fds, lacks)
    assert.ok(fds.every(isOpen))
    await worker.terminate()
    const remaining = fds.filter((_, index) => !isCalled || index % 3 === 0)
    await until('the descriptors to be closed', () => fds.filter(isOpen).length <= remaining.length)
    assert.equal(fds.filter(isOpen), remaining)
    for (const fd of remaining) assert.is(libcFunction('int close(int)')(fd), 0)
  })

test('leaves no memory', async () => {
  // Areas of 64 KiB that are executable and belong to no file.
  const codeAreas = () => {
    const areas = readFileSync('/proc/self/maps', 'utf8').matchAll(/^(\w+)-(\w+) r-xp 00000000 00:00 0 *$/gm)
    return [...areas].filter(([, start, end]) => BigInt(`0x${end}`) - BigInt(`0x${start}`) === 0x10000n).length
  }
  const worker = await start([])
  await worker.terminate()
  const before = codeAreas()
  for (let round = 0; round < 3; round++) await (await start([999_999])).terminate()
  await until(`${before} areas of code`, () => codeAreas() <= before)
})

test.run()
