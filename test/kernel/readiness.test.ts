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

/** The two ends of a FIFO in one descriptor. */
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

/** Long enough for a call that should not come to come. */
const quiet = () => sleep(100)

/** A FIFO that is watched, and how often it was told of. */
async function watched(use: (fd: number, readiness: Readiness, told: () => number) => Promise<void>) {
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

/** The next call of an armed watch. */
function next(fd: number): Promise<void> {
  return new Promise((resolve) => {
    const readiness = watch(fd, () => {
      readiness.close()
      resolve()
    })
    readiness.arm()
  })
}

test('tells of what is there already, and of what comes', async () => {
  const fd = openFifo()
  writeSync(fd, 'a')
  await next(fd)
  drain(fd)
  setTimeout(() => writeSync(fd, 'b'), 20)
  await next(fd)
  closeSync(fd)
})

test('tells once for each arming, however often it was armed', () =>
  watched(async (fd, readiness, told) => {
    writeSync(fd, 'a')
    await quiet()
    assert.is(told(), 0, 'it begins disarmed')
    readiness.arm()
    readiness.arm()
    await quiet()
    assert.is(told(), 1, 'there is something to read still')
    readiness.arm()
    await quiet()
    assert.is(told(), 2)
  }))

test('never calls back while arming', () =>
  watched(async (fd, readiness, told) => {
    writeSync(fd, 'a')
    readiness.arm()
    assert.is(told(), 0)
    await quiet()
    assert.is(told(), 1)
  }))

test('tells nothing of a descriptor that was disarmed meanwhile, and does after the next arming', () =>
  watched(async (fd, readiness, told) => {
    readiness.arm()
    writeSync(fd, 'a')
    readiness.disarm()
    await quiet()
    assert.is(told(), 0)
    readiness.arm()
    await quiet()
    assert.is(told(), 1)
  }))

test('tells nothing of a descriptor that was closed, nor of another one that has its number', async () => {
  let told = 0
  const first = openFifo()
  const readiness = watch(first, () => told++)
  readiness.arm()
  writeSync(first, 'a')
  readiness.close()
  closeSync(first)
  // The runtime may have let go of lower numbers meanwhile.
  const others: number[] = []
  while (others.at(-1) !== first && others.length < 100) others.push(openFifo())
  assert.is(others.at(-1), first)
  writeSync(first, 'b')
  await quiet()
  assert.is(told, 0)
  await next(first)
  for (const fd of others) closeSync(fd)
})

test('many descriptors, each its own', async () => {
  const fds = Array.from({ length: 50 }, openFifo)
  const told: number[] = []
  const all = Promise.all(fds.map((fd) => next(fd).then(() => told.push(fd))))
  for (const fd of fds.filter((_, index) => index % 2 === 1)) writeSync(fd, 'a')
  await quiet()
  const odd = fds.filter((_, index) => index % 2 === 1)
  assert.equal(
    told.toSorted((a, b) => a - b),
    odd.toSorted((a, b) => a - b),
  )
  for (const fd of fds.filter((_, index) => index % 2 === 0)) writeSync(fd, 'a')
  await all
  for (const fd of fds) closeSync(fd)
})

test('leaves no descriptor behind', async () => {
  const fd = openFifo()
  writeSync(fd, 'a')
  const use = async () => {
    await next(fd)
    const idle = watch(fd, () => {})
    idle.arm()
    idle.close()
  }
  // The first one opens what all share.
  await use()
  const before = readdirSync('/proc/self/fd').length
  for (let round = 0; round < 500; round++) await use()
  // The runtime may have let go of some of its own meanwhile.
  const after = readdirSync('/proc/self/fd').length
  assert.ok(after <= before, `${before} descriptors became ${after}`)
  closeSync(fd)
})

const libc = JSON.stringify(import.meta.resolve('@netloom/netlink/socket'))
const netlink = JSON.stringify(import.meta.resolve('@netloom/netlink'))

/** Runs a script in a process of its own, on the runtime that runs this test. */
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

/** What a script prints; it must end well and by itself. */
function output(body: string, imports?: string): string {
  const { status, signal, stdout, stderr } = run(body, imports)
  assert.equal({ status, signal, stderr }, { status: 0, signal: null, stderr: '' })
  return stdout
}

/** Another process writes after a while. */
const writeLater = `spawn('sh', ['-c', 'sleep 0.3; printf a >&3'], { stdio: ['ignore', 'ignore', 'ignore', fd], detached: true }).unref()`

test('an armed one holds the process', () => {
  // Only another process writes: nothing but the watch can hold this one.
  assert.is(output(`watch(fd, () => console.log('told')).arm()\n${writeLater}`), 'told\n')
})

test('one that is not armed, no longer armed, or not holding does not hold the process', () => {
  assert.is(output(`watch(fd, () => {})`), '')
  assert.is(output(`const one = watch(fd, () => {}); one.arm(); one.disarm()`), '')
  assert.is(output(`const one = watch(fd, () => {}); one.unref(); one.arm()`), '')
  assert.is(output(`const one = watch(fd, () => {}); one.arm(); one.unref()`), '')
  assert.is(output(`const one = watch(fd, () => {}); one.arm(); one.close()`), '')
  assert.is(output(`const one = watch(fd, () => console.log('told')); one.arm(); writeSync(fd, 'a')`), 'told\n')
})

test('one that holds again does hold', () => {
  const script = `const one = watch(fd, () => console.log('told')); one.arm(); one.unref(); one.ref()\n${writeLater}`
  assert.is(output(script), 'told\n')
})

test('the process can end at any time', () => {
  assert.is(output(`watch(fd, () => {}).arm(); process.exit(0)`), '')
  assert.is(output(`watch(fd, () => {}).arm(); writeSync(fd, 'a'); process.exit(0)`), '')
  assert.is(output(`watch(fd, () => process.exit(0)).arm(); writeSync(fd, 'a')`), '')
})

test('promises go on after a call, and an error in it is an uncaught one', () => {
  assert.is(
    output(`const told = new Promise((resolve) => watch(fd, resolve).arm())
      writeSync(fd, 'a')
      await told
      console.log('went on')`),
    'went on\n',
  )
  const { status, signal, stderr } = run(
    `watch(fd, () => { throw new Error('of the test') }).arm(); writeSync(fd, 'a')`,
  )
  assert.is(signal, null)
  assert.is.not(status, 0)
  assert.match(stderr, /of the test/)
})

test('who waits for nothing has nothing opened for it', () => {
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
