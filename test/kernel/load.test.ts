import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { Connection, DumpInterruptedError, StateCache } from '@netloom/netlink'
import * as assert from 'uvu/assert'
import { inScratch, type Namespace } from '../support/netns.js'
import { suiteNeeding } from '../support/privileges.js'
import { expectTruth } from '../support/truth.js'

// Many requests at once, from several processes.
const test = suiteNeeding('under load', 'netns')

const LINKS = 10_000

/**
 * Runs `lines` of `ip -batch` repeatedly in another process while `use` runs: every `pace` milliseconds, or without a pause if 0.
 */
async function whileChanging(
  namespace: Namespace,
  lines: readonly string[],
  pace: number,
  use: () => Promise<void>,
): Promise<void> {
  const child: ChildProcess = spawn('ip', ['-n', namespace.name, '-force', '-batch', '-'], {
    stdio: ['pipe', 'ignore', 'ignore'],
  })
  const text = `${lines.join('\n')}\n`
  let running = true
  const feed = () => {
    while (running && pace === 0 && child.stdin?.write(text));
  }
  child.stdin?.on('drain', feed).on('error', () => {})
  const timer = pace > 0 ? setInterval(() => child.stdin?.write(text), pace) : undefined
  if (pace === 0) feed()
  try {
    await use()
  } finally {
    running = false
    clearInterval(timer)
    child.kill('SIGKILL')
    await once(child, 'close')
  }
}

function createLinks(netlink: Connection): void {
  const batch = netlink.batch({ acks: 'failures' })
  for (let index = 0; index < LINKS; index++) {
    const attrs = { ifname: `steady${index}`, linkinfo: { kind: 'ifb' } } as const
    batch.add('RTM_NEWLINK', { attrs }, { create: true, excl: true })
  }
  assert.is(batch.sendSync().failures, 0)
}

test(`dumps of ${LINKS} links during changes are complete or throw DumpInterruptedError`, () =>
  inScratch(async (namespace) => {
    using netlink = Connection.open({ netns: namespace.path, dumpAttempts: 3, timeout: 60_000 })
    createLinks(netlink)
    const churn = ['link add x0 type ifb', 'link add x1 type ifb', 'link del x0', 'link del x1']
    let [complete, interrupted] = [0, 0]
    const check = (names: (string | undefined)[]) => {
      assert.is(new Set(names).size, names.length, 'no link occurs twice')
      const steady = names.filter((name) => name?.startsWith('steady')).length
      assert.is(steady, LINKS, 'no link is missing')
    }
    const dumped = async (dump: () => Promise<unknown[]> | unknown[]) => {
      try {
        check(((await dump()) as { attrs: { ifname?: string } }[]).map(({ attrs }) => attrs.ifname))
        complete++
      } catch (error) {
        if (!(error instanceof DumpInterruptedError)) throw error
        assert.ok(error.received.length > LINKS / 2, 'the error contains the received links')
        interrupted++
      }
    }
    await whileChanging(namespace, churn, 0, async () => {
      for (let round = 0; round < 3; round++) {
        await dumped(() => netlink.dumpSync('RTM_GETLINK'))
        await Promise.all([1, 2].map(() => dumped(() => netlink.dump('RTM_GETLINK').toArray())))
      }
    })
    assert.ok(interrupted >= 1, 'at least one dump was interrupted')
    assert.is(complete + interrupted, 9)
    using patient = Connection.open({ netns: namespace.path, dumpAttempts: 100, timeout: 60_000 })
    complete = 0
    await whileChanging(namespace, churn, 1500, async () => {
      for (let round = 0; round < 3; round++) {
        await dumped(() => patient.dumpSync('RTM_GETLINK'))
        await dumped(() => patient.dump('RTM_GETLINK').toArray())
      }
    })
    assert.is(complete, 6, 'a dump fits between two changes')
  }))

test('a cache equals the kernel after continuous overruns', () =>
  inScratch(async (namespace) => {
    using netlink = Connection.open({ netns: namespace.path, timeout: 60_000 })
    for (const command of ['link set lo up', 'link add va type veth peer name vb', 'link set va up', 'link set vb up'])
      namespace.ip(...command.split(' '))
    using cache = await StateCache.start(netlink, { receiveBuffer: 4096 })
    let overruns = 0
    cache.listen(({ type }) => {
      if (type === 'overrun') overruns++
    })
    const churn = Array.from({ length: 100 }, (_, index) => [
      `address add 10.${index}.0.1/24 dev va`,
      `route add 10.${index}.128.0/24 via 10.${index}.0.9`,
      `neigh replace 10.${index}.0.9 lladdr 02:00:00:00:00:09 dev va`,
      `rule add from 10.${index}.0.0/16 table 100`,
      `nexthop replace id ${index + 1} via 10.${index}.0.9 dev va`,
      ...(index % 10 === 9 ? ['link set va down', 'link set va up', 'link add x type ifb', 'link del x'] : []),
      `rule del from 10.${index}.0.0/16`,
      ...(index % 3 === 0 ? [`address del 10.${index}.0.1/24 dev va`] : []),
    ]).flat()
    await whileChanging(namespace, churn, 0, () => new Promise((resolve) => setTimeout(resolve, 3000)))
    assert.ok(overruns > 0, 'the small buffer overran')
    await expectTruth(netlink, cache, 'overruns')
  }))

test.run()
