import { nameOf } from '../../../codec/index.js'
import { CLOCK } from '../../../constants/index.js'
import { Members } from '../members.js'
import { type Compute, type Numbers, nothingLost } from './tc-compute.js'
import { rate } from './tc-rates.js'
import type { Word } from './words.js'

/** Returns the words of `struct tc_mqprio_qopt`, apart from `hw`; undefined if queues belong to no traffic class. */
export function queueWords(options: Members): Word[] | undefined {
  const numTc = options.number('numTc') ?? 0
  const [map, count, offset] = ['prioTcMap', 'count', 'offset'].map((key) => options.take(key) as readonly number[])
  if (map === undefined || count === undefined || offset === undefined || numTc === 0) return undefined
  if ([...count.slice(numTc), ...offset.slice(numTc)].some((one) => one !== 0)) return undefined
  return [
    ...['num_tc', String(numTc), 'map', ...map.map(String)],
    ...['queues', ...count.slice(0, numTc).map((queues, at) => `${queues}@${offset[at]}`)],
  ]
}

/** `struct tc_mqprio_qopt` and the attributes after it. */
export const mqprio: Compute = (options) => {
  const { numTc = 0, hw } = { numTc: options.peek('numTc') as number, hw: options.number('hw') }
  const queues = queueWords(options)
  const attrs = new Members(options.take('attrs'))
  if (queues === undefined) return undefined
  const [mode, shaper] = [attrs.number('mode'), attrs.number('shaper')]
  const rates = (['minRate64', 'maxRate64'] as const).map((key) => {
    const list = (attrs.take(key) as Record<string, readonly bigint[]> | undefined)?.[key]
    return list?.slice(numTc).every((one) => one === 0n) === true && list.length === 16
      ? list.slice(0, numTc)
      : list && null
  })
  if (rates.includes(null)) return undefined
  const [least, most] = rates
  const words = [
    ...[...queues, 'hw', String(hw)],
    ...(mode === undefined ? [] : ['mode', ['dcb', 'channel'][mode] ?? String(mode)]),
    ...(shaper === undefined ? [] : ['shaper', ['dcb', 'bw_rlimit'][shaper] ?? String(shaper)]),
    ...(least ? ['min_rate', ...least.map(rate)] : []),
    ...(most ? ['max_rate', ...most.map(rate)] : []),
  ]
  return { words, lost: [...options.left, ...attrs.left.map((key) => `attrs.${key}`)] }
}

/** Returns the name of a clock that tc knows. */
export function clockWord(clock: number): string | undefined {
  const known: readonly number[] = [CLOCK.REALTIME, CLOCK.MONOTONIC, CLOCK.BOOTTIME, CLOCK.TAI]
  return known.includes(clock) ? nameOf(CLOCK, clock) : undefined
}

/** `struct tc_etf_qopt` */
export const etf: Compute = (options) => {
  const { delta, clockid, flags = 0 } = (options.take('parms') ?? {}) as Numbers
  const clock = clockid === undefined ? undefined : clockWord(clockid)
  if (delta === undefined || clock === undefined || flags > 7) return undefined
  const bits = [
    [1, 'deadline_mode'],
    [2, 'offload'],
    [4, 'skip_sock_check'],
  ] as const
  return nothingLost(
    ['clockid', clock, 'delta', String(delta), ...bits.flatMap(([bit, word]) => ((flags & bit) === 0 ? [] : [word]))],
    options,
  )
}

/** `struct tc_cbs_qopt` */
export const cbs: Compute = (options) => {
  const parms = options.take('parms') as Numbers | undefined
  if (parms === undefined) return undefined
  const words = ['hicredit', 'locredit', 'sendslope', 'idleslope', 'offload'].flatMap((key) => [
    key,
    String(parms[key]),
  ])
  return nothingLost(words, options)
}
