import { execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import * as assert from 'uvu/assert'
import { inScratch, type Namespace } from '../../support/netns.js'
import { atMost, type Bar, type Contender, compare, printRows, type Row } from '../../support/rounds.js'
import { type Child, contending, type Report, startChild } from './child.js'
import { goProgram, pyroute2, reportMissing } from './peers.js'
import { addInBatches, addUplink, destination, device, gateway, routeLines } from './routes.js'

// Dumps 500,000 IPv4 routes to objects: with this library, with others, and without decoding. Each runs in its own process.

const COUNT = 500_000
const MEBIBYTE = 1024 * 1024

/** One dump with pyroute2 takes as long as all other contenders together in all rounds. */
const PYROUTE2_ROUNDS = 2

/** Size of RTA_DST, RTA_GATEWAY, RTA_OIF and RTA_TABLE after the two headers. */
const ROUTE_BYTES = 16 + 12 + 4 * 8

const sampled = Array.from({ length: 10 }, (_, index) => destination(index * 55_555))

function addRoutes(namespace: Namespace): void {
  addUplink(namespace)
  addInBatches(namespace, routeLines(COUNT))
}

/** Returns a check that a contender found all routes, including the sampled ones. */
function checkerOf(namespace: Namespace): (name: string, report: Report) => void {
  const [{ ifindex }] = namespace.ip('link', 'show', device)
  const sample = sampled.map((to) => `${to}/32 via ${gateway} dev ${ifindex}`).sort()
  return (name, { count, sample: found }) => {
    // One more: the route to the network of the device's address.
    assert.is(count, COUNT + 1, `${name}: routes of the main table`)
    assert.equal([...found].sort(), sample, name)
  }
}

const worker = fileURLToPath(new URL('dump-worker.ts', import.meta.url))
const streamProgram = fileURLToPath(new URL('stream.mjs', import.meta.url))

const startOurs = (method: string, { path }: Namespace): Child =>
  startChild(process.execPath, ['--expose-gc', '--import', 'tsx', worker, method, path, sampled.join()])

const startIn = (namespace: Namespace, program: string, args: readonly string[]): Child =>
  startChild('ip', ['netns', 'exec', namespace.name, program, ...args])

/**
 * Measures `ip` as a whole process, including its start. Its output is discarded: by the kernel (`ignore`), or by this process,
 * which reads it through a pipe as a program that uses the output would (`pipe`).
 */
function ipRoute(namespace: Namespace, stdout: 'pipe' | 'ignore'): Contender {
  const args = ['-n', namespace.name, '-4', 'route', 'show']
  return {
    name: stdout === 'pipe' ? ip.pipe : ip.ignore,
    async round() {
      const start = performance.now()
      const child = spawn('ip', args, { stdio: ['ignore', stdout, 'inherit'] })
      child.stdout?.resume()
      const [code] = await once(child, 'close')
      assert.is(code, 0, 'ip route show')
      return performance.now() - start
    },
  }
}

/** Checks that `ip` shows the same routes. */
function checkIpRoute(namespace: Namespace, check: (name: string, report: Report) => void): void {
  const options = { encoding: 'utf8', maxBuffer: 256 * MEBIBYTE } as const
  const lines = execFileSync('ip', ['-n', namespace.name, '-4', 'route', 'show'], options).trimEnd().split('\n')
  const [{ ifindex }] = namespace.ip('link', 'show', device)
  const sample = sampled.filter((to) => lines.includes(`${to} via ${gateway} dev ${device} `))
  check('ip', { ms: 0, count: lines.length, sample: sample.map((to) => `${to}/32 via ${gateway} dev ${ifindex}`) })
}

const bare = 'bare receive, nothing decoded'
const ours = { dumpSync: 'dumpSync()', dump: 'dump().toArray()', streamSync: 'streamSync()', stream: 'stream()' }
const ip = { ignore: 'ip route show >/dev/null, a process', pipe: 'ip route show, read through a pipe' }
const [go, python] = ["vishvananda's RouteList (Go)", "pyroute2's get_routes (Python)"]

const bars: readonly Bar[] = [ours.dumpSync, ours.dump, ours.streamSync, ours.stream].flatMap((of): Bar[] => [
  { of, against: bare, timeAtMost: 1.8 },
  { of, against: go, rateAtLeast: 1.2 },
  { of, against: ip.pipe, rateAtLeast: 1.5 },
  { of, against: ip.ignore, rateAtLeast: 1.5 },
  { of, against: python, rateAtLeast: 50 },
])

/** Measures the peak memory of a program of a few lines that iterates over all routes. */
function peakOf(method: 'streamSync' | 'stream', { path }: Namespace): Row {
  const output = execFileSync(process.execPath, [streamProgram, method, path], { encoding: 'utf8' })
  const { count, peak } = JSON.parse(output)
  // The count includes the routes of the local table.
  assert.ok(count > COUNT, `${method}: expected all routes, got ${count}`)
  const mebibytes = peak / MEBIBYTE
  const verdicts = [atMost('MiB', mebibytes, 120)]
  return { group: 'peak memory', name: ours[method], text: `${mebibytes.toFixed(1)} MiB`, verdicts }
}

function* peers(namespace: Namespace): Generator<readonly [name: string, child: Child, rounds?: number]> {
  const list = goProgram('routelist')
  if (list) yield [go, startIn(namespace, list, [sampled.join()])]
  else reportMissing(go)
  const [interpreter, program] = pyroute2() ?? []
  if (interpreter && program)
    yield [python, startIn(namespace, interpreter, [program, sampled.join()]), PYROUTE2_ROUNDS]
  else reportMissing(python)
}

await inScratch(async (namespace) => {
  addRoutes(namespace)
  const check = checkerOf(namespace)
  checkIpRoute(namespace, check)
  const receiving = startOurs('bare', namespace)
  const children: (readonly [name: string, child: Child, rounds?: number])[] = [
    ...Object.entries(ours).map(([method, name]) => [name, startOurs(method, namespace)] as const),
    ...peers(namespace),
  ]
  try {
    const contenders = children.map(([name, child, rounds]) => contending(name, child, check, rounds))
    const received = contending(bare, receiving, (name, { count }) =>
      assert.ok(count > COUNT * ROUTE_BYTES, `${name}: expected all routes, got ${count} bytes`),
    )
    await compare(
      { name: `${COUNT.toLocaleString('en')} IPv4 routes, dumped`, units: [COUNT, 'routes'] },
      [received, ...contenders, ipRoute(namespace, 'pipe'), ipRoute(namespace, 'ignore')],
      bars,
    )
  } finally {
    for (const child of [receiving, ...children.map(([, child]) => child)]) child[Symbol.dispose]()
  }

  printRows(`${COUNT.toLocaleString('en')} IPv4 routes streamed one by one: peak memory of the whole process`, [
    peakOf('streamSync', namespace),
    peakOf('stream', namespace),
  ])
})
