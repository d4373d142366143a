import { spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { setTimeout as pause } from 'node:timers/promises'
import { Connection, StateCache } from '@netloom/netlink'
import type { Namespace } from '../support/netns.js'
import { expectTruth } from '../support/truth.js'
import { bulk, mixed, setUp } from './commands.js'
import { type Random, random } from './random.js'

/** Receive buffers of caches in bytes. Undefined is the default. The kernel raises the smallest to its minimum. */
const buffers = [undefined, undefined, 1, 16 * 1024, 128 * 1024, 1024 * 1024] as const

/** Counters of all rounds. */
export interface Figures {
  rounds: number
  /** Number of changes that were requested from the kernel. */
  changes: number
  /** Overruns of caches with the default buffer, and with a smaller one. */
  overruns: { default: number; small: number }
}

export const noFigures = (): Figures => ({ rounds: 0, changes: 0, overruns: { default: 0, small: 0 } })

/** Runs commands in another process. */
async function change({ name }: Namespace, lines: readonly string[]): Promise<void> {
  const child = spawn('ip', ['-n', name, '-force', '-batch', '-'], { stdio: ['pipe', 'ignore', 'ignore'] })
  const ended = once(child, 'close')
  child.stdin.on('error', () => {}).end(`${lines.join('\n')}\n`)
  await ended
}

/** Runs commands in another process, while this one is blocked. */
function changeBlocked({ name }: Namespace, lines: readonly string[]): void {
  const input = `${lines.join('\n')}\n`
  spawnSync('ip', ['-n', name, '-force', '-batch', '-'], { input, stdio: ['pipe', 'ignore', 'ignore'] })
}

/** Blocks the thread at times, until `work` ends. */
async function stutter({ below }: Random, work: Promise<unknown>): Promise<void> {
  let running = true
  const ended = work.finally(() => {
    running = false
  })
  while (running) {
    await pause(below(30))
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, below(4) === 0 ? below(400) : below(20))
  }
  await ended
}

/** Prepares a namespace. Disables duplicate address detection, so that nothing changes by itself after a round. */
export function prepare(namespace: Namespace): void {
  const off = 'for each in all default lo; do echo 0 > /proc/sys/net/ipv6/conf/$each/accept_dad; done'
  namespace.exec('sh', ['-c', off])
  changeBlocked(namespace, setUp)
}

/** Steps of a round. Each returns its number of changes. */
const steps: readonly ((namespace: Namespace, generator: Random) => { changes: number; run: () => Promise<void> })[] = [
  // Several processes make changes concurrently.
  (namespace, generator) => {
    const all = Array.from({ length: 1 + generator.below(3) }, () => mixed(generator, 100 + generator.below(1500)))
    const run = () => stutter(generator, Promise.all(all.map((lines) => change(namespace, lines))))
    return { changes: all.flat().length, run }
  },
  // Overruns every buffer while nothing is read, and then makes more changes while the caches catch up.
  (namespace, generator) => {
    const count = 3000 + generator.below(5000)
    const seed = generator.below(2 ** 31)
    const later = generator.of(['add', 'del'] as const)
    const during = [...bulk(random(seed), 'add', count), ...bulk(random(seed), 'del', count)]
    const behind = bulk(random(seed + 1), later, 1000 + generator.below(3000))
    const other = mixed(generator, generator.below(500))
    return {
      changes: during.length + behind.length + other.length,
      async run() {
        changeBlocked(namespace, during)
        await Promise.all([change(namespace, behind), change(namespace, other)])
      },
    }
  },
  // Thousands of objects are deleted silently with their link or their address.
  (namespace, generator) => {
    const lines = [
      ...bulk(generator, 'add', 500 + generator.below(3000)),
      generator.of(['link set va down', 'address flush dev va', 'link set vb down', 'nexthop flush']),
      ...mixed(generator, generator.below(50)),
      'link set va up',
      'link set vb up',
      'address replace 10.0.0.1/16 dev va',
      'address replace fd00::1/64 dev va nodad',
    ]
    return { changes: lines.length, run: () => stutter(generator, change(namespace, lines)) }
  },
]

/**
 * Runs one round: starts caches with several buffers, runs some steps, and compares each cache with a fresh dump.
 * @throws if they differ
 */
export async function round(namespace: Namespace, seed: number, figures: Figures): Promise<void> {
  const generator = random(seed)
  using netlink = Connection.open({ netns: namespace.path, timeout: 120_000 })
  const sizes = [undefined, generator.of(buffers), generator.of(buffers)]
  const caches: StateCache[] = []
  try {
    for (const receiveBuffer of sizes) {
      const cache = await StateCache.start(netlink, { receiveBuffer })
      const which = receiveBuffer === undefined ? 'default' : 'small'
      cache.listen(({ type }) => {
        if (type === 'overrun') figures.overruns[which]++
      })
      caches.push(cache)
    }
    for (let count = 1 + generator.below(4); count > 0; count--) {
      const { changes, run } = generator.of(steps)(namespace, generator)
      await run()
      figures.changes += changes
    }
    for (const [index, cache] of caches.entries())
      await expectTruth(netlink, cache, `round --seed ${seed}, a buffer of ${sizes[index] ?? 'the default size'}`)
    figures.rounds++
  } finally {
    for (const cache of caches) cache.close()
  }
}
