import { spawn } from 'node:child_process'
import { ArgumentError, Netlink, NetlinkError, type ProcessEvent } from '@netloom/netlink'
import * as assert from 'uvu/assert'
import { scratch } from '../support/netns.js'
import { suiteNeeding } from '../support/privileges.js'

// Events of processes that the test starts, compared with what Node reports about them.

const test = suiteNeeding('events of processes', 'netns')

/** Runs a shell, and returns its id and how it ended, according to waitpid(2). */
const shell = (command: string) =>
  new Promise<{ pid: number; code: number | null; signal: string | null }>((resolve) => {
    const child = spawn('sh', ['-c', command])
    child.once('exit', (code, signal) => resolve({ pid: child.pid as number, code, signal }))
  })

type Ended = Extract<ProcessEvent, { type: 'exit' }>

/** Collects the events of one process up to its end. */
async function eventsOf(watch: AsyncIterable<ProcessEvent>, pid: Promise<{ pid: number }>) {
  const all: ProcessEvent[] = []
  const wanted = (await pid).pid
  for await (const event of watch) {
    all.push(event)
    if (event.type === 'exit' && event.pid === wanted && event.tid === wanted) break
  }
  return all.flatMap((event) => ('pid' in event && event.pid === wanted ? [event] : []))
}

test('a process is forked, executes a program, and exits with its code', async () => {
  using nl = Netlink.open()
  const watch = await nl.processes.watch().ready()
  const before = process.hrtime.bigint()
  const ended = shell('exit 3')
  const events = await eventsOf(watch, ended)
  const after = process.hrtime.bigint()
  const { pid } = await ended
  assert.is(events[0]?.type, 'fork')
  assert.is((events[0] as { parentPid: number }).parentPid, process.pid)
  assert.ok(events.some(({ type }) => type === 'exec'))
  const last = events.at(-1) as Ended
  assert.equal([last.code, last.signal, last.pid, last.parentPid], [3, undefined, pid, process.pid])
  for (const { time } of events) assert.ok(time > before && time < after)
  assert.is(last.message.event.exit?.exitCode, 0x300)
})

test('a signal that ends a process has its name', async () => {
  using nl = Netlink.open()
  const watch = await nl.processes.watch({ events: ['exit'] }).ready()
  const ended = shell('kill -KILL $$')
  const events = await eventsOf(watch, ended)
  assert.equal(
    events.map((event) => [event.type, (event as Ended).signal, (event as Ended).code]),
    [['exit', (await ended).signal, undefined]],
  )
})

test('only the kinds of events that are wanted are returned', async () => {
  using nl = Netlink.open()
  const watch = await nl.processes.watch({ events: ['nonzero_exit', 'sid'] }).ready()
  await shell('exit 0')
  const kinds = new Set<string>()
  const ended = shell('setsid true; exit 9')
  const wanted = await ended
  for await (const event of watch) {
    kinds.add(event.type)
    if (event.type === 'exit') assert.ok(event.code !== 0)
    if (event.type === 'exit' && event.pid === wanted.pid) break
  }
  assert.equal([...kinds].sort(), ['exit', 'sid'])
})

test('another network namespace has no events, and says so', async () => {
  using namespace = scratch()
  using nl = Netlink.open({ netns: namespace.path })
  try {
    await nl.processes.watch().next()
    assert.unreachable('expected an error')
  } catch (error) {
    assert.instance(error, NetlinkError)
    assert.is((error as NetlinkError).code, 'ECONNREFUSED')
    assert.match((error as NetlinkError).message, /initial network namespace/)
  }
})

test('wrong options are refused before anything is sent', () => {
  using nl = Netlink.open()
  for (const [options, part] of [
    [{ events: ['forks'] }, /events.*FORK.*forks/],
    [{ events: [] }, /at least one kind/],
    [{ event: ['fork'] }, /events, signal, receiveBuffer.*'event'/],
    [{ signal: 1 }, /AbortSignal/],
  ] as const)
    assert.throws(
      () => nl.processes.watch(options as never),
      (error: Error) => error instanceof ArgumentError && part.test(error.message),
    )
})

test.run()
