import { spawnSync } from 'node:child_process'
import { closeSync, constants, mkdtempSync, openSync, readdirSync, readSync, rmSync, writeSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { type Readiness, watch } from '@netloom/netlink/socket'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import '../support/built.js'

const test = suite('readiness')

/** Opens both ends of a FIFO as one descriptor. */
function openFifo(): number {
  const folder = mkdtempSync(join(tmpdir(), 'netloom-fifo-'))
  try {
    const path = join(folder, 'fifo')
    assert.is(spawnSync('mkfifo', [path]).status, 0)
    return openSync(path, constants.O_RDWR | constants.O_NONBLOCK)
  } finally {
    rmSync(folder, { recursive: true })
  }
}

const drain = (fd: number) => readSync(fd, Buffer.alloc(16))

/** Waits long enough for an unexpected call. */
const quiet = () => sleep(100)

/** Watches a FIFO. `calls` returns the number of callbacks so far. */
async function watched(use: (fd: number, readiness: Readiness, calls: () => number) => Promise<void>) {
  const fd = openFifo()
  let count = 0
  const readiness = watch(fd, () => count++)
  try {
    await use(fd, readiness, () => count)
  } finally {
    readiness.close()
    closeSync(fd)
  }
}

/** Waits for one callback of an armed watch. */
function next(fd: number): Promise<void> {
  return new Promise((resolve) => {
    const readiness = watch(fd, () => {
      readiness.close()
      resolve()
    })
    readiness.arm()
  })
}

test('an armed watch calls back for existing and for new data', async () => {
  const fd = openFifo()
  writeSync(fd, 'a')
  await next(fd)
  drain(fd)
  setTimeout(() => writeSync(fd, 'b'), 20)
  await next(fd)
  closeSync(fd)
})

test('a watch calls back once per arming, even if armed twice', () =>
  watched(async (fd, readiness, calls) => {
    writeSync(fd, 'a')
    await quiet()
    assert.is(calls(), 0, 'a new watch is disarmed')
    readiness.arm()
    readiness.arm()
    await quiet()
    assert.is(calls(), 1, 'unread data does not cause a second call')
    readiness.arm()
    await quiet()
    assert.is(calls(), 2)
  }))

test('arm() never calls back synchronously', () =>
  watched(async (fd, readiness, calls) => {
    writeSync(fd, 'a')
    readiness.arm()
    assert.is(calls(), 0)
    await quiet()
    assert.is(calls(), 1)
  }))

test('a disarmed watch does not call back until it is armed again', () =>
  watched(async (fd, readiness, calls) => {
    readiness.arm()
    writeSync(fd, 'a')
    readiness.disarm()
    await quiet()
    assert.is(calls(), 0)
    readiness.arm()
    await quiet()
    assert.is(calls(), 1)
  }))

test('a closed watch does not call back, even if its number is used again', async () => {
  let calls = 0
  const first = openFifo()
  const readiness = watch(first, () => calls++)
  readiness.arm()
  writeSync(first, 'a')
  readiness.close()
  closeSync(first)
  // The runtime may have closed lower numbers in the meantime.
  const others: number[] = []
  while (others.at(-1) !== first && others.length < 100) others.push(openFifo())
  assert.is(others.at(-1), first)
  writeSync(first, 'b')
  await quiet()
  assert.is(calls, 0)
  await next(first)
  for (const fd of others) closeSync(fd)
})

test('many descriptors are watched independently', async () => {
  const fds = Array.from({ length: 50 }, openFifo)
  const called: number[] = []
  const all = Promise.all(fds.map((fd) => next(fd).then(() => called.push(fd))))
  for (const fd of fds.filter((_, index) => index % 2 === 1)) writeSync(fd, 'a')
  await quiet()
  const odd = fds.filter((_, index) => index % 2 === 1)
  assert.equal(
    called.toSorted((a, b) => a - b),
    odd.toSorted((a, b) => a - b),
  )
  for (const fd of fds.filter((_, index) => index % 2 === 0)) writeSync(fd, 'a')
  await all
  for (const fd of fds) closeSync(fd)
})

test('a watch leaves no descriptor open', async () => {
  const fd = openFifo()
  writeSync(fd, 'a')
  const use = async () => {
    await next(fd)
    const idle = watch(fd, () => {})
    idle.arm()
    idle.close()
  }
  // The first round opens descriptors that all watches share.
  await use()
  const before = readdirSync('/proc/self/fd').length
  for (let round = 0; round < 500; round++) await use()
  // The runtime may have closed some of its own descriptors.
  const after = readdirSync('/proc/self/fd').length
  assert.ok(after <= before, `${before} descriptors became ${after}`)
  closeSync(fd)
})

const libc = JSON.stringify(import.meta.resolve('@netloom/netlink/socket'))
const netlink = JSON.stringify(import.meta.resolve('@netloom/netlink'))

/** Runs a script in its own process, with the runtime of this test. */
function run(body: string, imports = `import { watch } from ${libc}`) {
  const fifo = openFifo()
  const fd = 3
  const script = `${imports}\nimport { writeSync } from 'node:fs'\nimport { spawn } from 'node:child_process'\nconst fd = ${fd}\n${body}`
  const args = process.versions.bun ? ['--eval', script] : ['--input-type=module', '--eval', script]
  const { status, signal, stdout, stderr } = spawnSync(process.execPath, args, {
    stdio: ['ignore', 'pipe', 'pipe', fifo],
    encoding: 'utf8',
    timeout: 20_000,
  })
  closeSync(fifo)
  return { status, signal, stdout, stderr }
}

/** Returns the output of a script, which must exit by itself with code 0. */
function output(body: string, imports?: string): string {
  const { status, signal, stdout, stderr } = run(body, imports)
  assert.equal({ status, signal, stderr }, { status: 0, signal: null, stderr: '' })
  return stdout
}

/** Starts a process that writes after a while. */
const writeLater = `spawn('sh', ['-c', 'sleep 0.3; printf a >&3'], { stdio: ['ignore', 'ignore', 'ignore', fd], detached: true }).unref()`

test('an armed watch keeps the process alive', () => {
  // Only another process writes, so nothing else can keep this one alive.
  assert.is(output(`watch(fd, () => console.log('called')).arm()\n${writeLater}`), 'called\n')
})

test('a watch that is not armed, or unreferenced, does not keep the process alive', () => {
  assert.is(output(`watch(fd, () => {})`), '')
  assert.is(output(`const one = watch(fd, () => {}); one.arm(); one.disarm()`), '')
  assert.is(output(`const one = watch(fd, () => {}); one.unref(); one.arm()`), '')
  assert.is(output(`const one = watch(fd, () => {}); one.arm(); one.unref()`), '')
  assert.is(output(`const one = watch(fd, () => {}); one.arm(); one.close()`), '')
  assert.is(output(`const one = watch(fd, () => console.log('called')); one.arm(); writeSync(fd, 'a')`), 'called\n')
})

test('ref() after unref() keeps the process alive', () => {
  const script = `const one = watch(fd, () => console.log('called')); one.arm(); one.unref(); one.ref()\n${writeLater}`
  assert.is(output(script), 'called\n')
})

test('the process can exit at any time', () => {
  assert.is(output(`watch(fd, () => {}).arm(); process.exit(0)`), '')
  assert.is(output(`watch(fd, () => {}).arm(); writeSync(fd, 'a'); process.exit(0)`), '')
  assert.is(output(`watch(fd, () => process.exit(0)).arm(); writeSync(fd, 'a')`), '')
})

test('promises continue after a callback, and an error in it is an uncaught exception', () => {
  assert.is(
    output(`const called = new Promise((resolve) => watch(fd, resolve).arm())
      writeSync(fd, 'a')
      await called
      console.log('continued')`),
    'continued\n',
  )
  const { status, signal, stderr } = run(
    `watch(fd, () => { throw new Error('of the test') }).arm(); writeSync(fd, 'a')`,
  )
  assert.is(signal, null)
  assert.is.not(status, 0)
  assert.match(stderr, /of the test/)
})

test('synchronous use opens no epoll descriptor', () => {
  const script = `import { readdirSync, readlinkSync } from 'node:fs'
    const polls = () => readdirSync('/proc/self/fd').filter((fd) => {
      try { return readlinkSync('/proc/self/fd/' + fd).includes('eventpoll') } catch { return false }
    }).length
    const before = polls()
    const connection = Connection.open()
    connection.dumpSync('RTM_GETLINK')
    connection.close()
    console.log(polls() - before)`
  assert.is(output(script, `import { Connection } from ${netlink}`), '0\n')
})

test.run()
