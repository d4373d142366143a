import type { QdiscMessage } from '../../route/index.js'
import { type Comparison, covers } from '../values/compare.js'
import { lastingOptions, reportedOptions } from './encode.js'

/** Times, by kind, that the kernel stores in its own units, and the largest difference of what it reports in microseconds. */
const codel = { target: 2, interval: 2, ceThreshold: 2 } // 1024 ns: CODEL_SHIFT, net/codel.h
const pie = { target: 1, tupdate: 10_000 } // 64 ns: PSCHED_SHIFT; jiffies
const coarse: Readonly<Record<string, Readonly<Record<string, number>>>> = { codel, fq_codel: codel, pie, fq_pie: pie }

/** True if an option has the desired value, or the nearest one that the kernel can store. */
function isOption(tolerance: number | undefined, wanted: unknown, actual: unknown): boolean {
  if (tolerance === undefined || typeof wanted !== 'number' || typeof actual !== 'number') return covers(wanted, actual)
  return Math.abs(wanted - actual) <= tolerance
}

/** Compares the options of a request with a qdisc of the same kind. What the kernel does not report is not compared. */
export function compareQdisc(request: QdiscMessage, found: QdiscMessage): Comparison[] {
  const { kind = '', ingressBlock, egressBlock, stab } = request.attrs
  const actual = reportedOptions(found)
  const tolerances = Object.hasOwn(coarse, kind) ? coarse[kind] : undefined
  return [
    ...Object.entries(lastingOptions(request)).map(([key, wanted]) => ({
      ...{ key: `options.${key}`, wanted, actual: actual[key] },
      matches: actual[key] === undefined || isOption(tolerances?.[key], wanted, actual[key]),
    })),
    { key: 'stab', wanted: stab?.base, actual: found.attrs.stab?.base },
    { key: 'ingressBlock', wanted: ingressBlock, actual: found.attrs.ingressBlock },
    { key: 'egressBlock', wanted: egressBlock, actual: found.attrs.egressBlock },
  ]
}
