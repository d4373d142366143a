import { execFileSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import * as assert from 'uvu/assert'
import { median } from '../../support/bench.js'
import { inScratch, type Namespace } from '../../support/netns.js'
import { atMost, printRows } from '../../support/rounds.js'
import { goProgram, reportMissing } from '../connection/peers.js'
import { addObjects } from './scene.js'

// The same work with `Netlink`, with raw messages of a `Connection`, and with vishvananda/netlink (Go). Each contender does each row
// in a new process, three times. The last pass counts: the code is warm. CPU time includes garbage collection in other threads.

const ROUNDS = 3

/** The rows: the number of objects, and the most CPU time that `Netlink` may take, relative to Go. */
const rows = {
  routes: { name: '100,000 routes listed', count: 100_000, most: 0.65 },
  links: { name: '1,000 links listed', count: 1_000, most: 0.85 },
  addresses: { name: '5,000 addresses listed', count: 5_000, most: 1.8 },
  neighbours: { name: '1,000 neighbours listed', count: 1_000, most: 2.2 },
  lookups: { name: '3,000 routes looked up', count: 3_000, most: 1.05 },
  adds: { name: '5,000 routes added', count: 5_000, most: 1.1 },
  deletes: { name: '5,000 routes deleted', count: 5_000, most: 1.1 },
  byName: { name: '3,000 links by name', count: 3_000, most: 1.05 },
} as const
type RowKey = keyof typeof rows

/** First list of links in a process, relative to Go: 0.35 of what `Netlink` took when this was written. */
const COLD_MOST = 3.2

const ASYNC_MOST = 1.2
const BYTES_MOST = 340

const go = "vishvananda's netlink (Go)"
const contenders = { go, sync: 'Netlink, sync', async: 'Netlink, async', raw: 'raw messages, sync' } as const
type ContenderKey = keyof typeof contenders

interface Cost {
  /** CPU and wall time, in milliseconds. */
  readonly cpu: number
  readonly ms: number
}

interface Report {
  readonly first: Cost
  readonly last: Cost
  /** Bytes that each object of the result keeps. */
  readonly kept: number
  readonly count: number
  readonly sample: string
}

const worker = fileURLToPath(new URL('worker.mjs', import.meta.url))
const operations = goProgram('operations')

function runProcess(contender: ContenderKey, row: RowKey, namespace: Namespace): Report {
  const output =
    contender === 'go'
      ? namespace.exec(operations ?? '', [row])
      : execFileSync(process.execPath, ['--expose-gc', worker, contender, row, namespace.path], { encoding: 'utf8' })
  return JSON.parse(output)
}

const present = (Object.keys(contenders) as ContenderKey[]).filter((key) => key !== 'go' || operations)

type Reports = Partial<Record<ContenderKey, Report[]>>

/** Runs the contenders in turns, so that a noisy moment affects all of them. Checks that all find the same objects. */
function measure(row: RowKey, namespace: Namespace): Reports {
  const reports: Reports = {}
  for (let round = 0; round < ROUNDS; round++)
    for (const key of present) {
      const report = runProcess(key, row, namespace)
      const [first = report] = reports.raw ?? reports.sync ?? reports.go ?? []
      assert.ok(report.count >= rows[row].count, `${row}, ${contenders[key]}: ${report.count} objects`)
      assert.equal([report.count, report.sample], [first.count, first.sample], `${row}, ${contenders[key]}`)
      reports[key] = [...(reports[key] ?? []), report]
    }
  return reports
}

/** Returns the median of the ratios of all rounds, because the machine's load may change between rounds. */
function ratio(reports: Reports, of: ContenderKey, against: ContenderKey, pass: 'first' | 'last'): number | undefined {
  const others = reports[against]
  if (!others) return undefined
  return median(
    (reports[of] ?? []).map((report, round) => report[pass].cpu / (others[round]?.[pass].cpu ?? Number.NaN)),
  )
}

/** Returns the requirements on a contender with their measured values. */
function judged(row: RowKey, key: ContenderKey, reports: Reports, pass: 'first' | 'last') {
  const most = pass === 'first' ? COLD_MOST : rows[row].most
  const overGo = key === 'sync' ? ratio(reports, key, 'go', pass) : undefined
  const overSync = key === 'async' && pass === 'last' ? ratio(reports, key, 'sync', pass) : undefined
  return [
    ...(overGo === undefined ? [] : [atMost('× the CPU time of Go', overGo, most)]),
    ...(overSync === undefined ? [] : [atMost('× the CPU time of the synchronous form', overSync, ASYNC_MOST)]),
  ]
}

function print(row: RowKey, reports: Reports, pass: 'first' | 'last'): void {
  const group = pass === 'first' ? `${rows[row].name}, cold: the first list of a process` : rows[row].name
  const printed = present.map((key) => {
    const of = (member: keyof Cost) => median((reports[key] ?? []).map((report) => report[pass][member]))
    const [cpu, ms, overGo] = [of('cpu'), of('ms'), ratio(reports, key, 'go', pass)]
    const relative = overGo === undefined || key === 'go' ? '' : `, ${overGo.toFixed(2)} × the CPU time of Go`
    const text = `CPU ${cpu.toFixed(1)} ms, wall ${ms.toFixed(1)} ms${relative}`
    return { group, name: contenders[key], text, cpu, ms, verdicts: judged(row, key, reports, pass) }
  })
  printRows(`${group}, medians of ${ROUNDS} processes`, printed)
}

function printKept(reports: Reports): void {
  const group = 'bytes kept per route'
  const printed = present.map((key) => {
    const kept = median((reports[key] ?? []).map((report) => report.kept))
    const verdicts = key === 'sync' ? [atMost('bytes', kept, BYTES_MOST)] : []
    return { group, name: contenders[key], text: `${kept.toFixed(0)} bytes`, verdicts }
  })
  printRows(group, printed)
}

if (!operations) reportMissing(go)
await inScratch((namespace) => {
  addObjects(namespace)
  for (const row of Object.keys(rows) as RowKey[]) {
    const reports = measure(row, namespace)
    print(row, reports, 'last')
    if (row === 'links') print(row, reports, 'first')
    if (row === 'routes') printKept(reports)
  }
})
