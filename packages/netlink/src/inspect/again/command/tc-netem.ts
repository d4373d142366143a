import { Members } from '../members.js'
import { type Compute, type Numbers, unless } from './tc-compute.js'
import { nanoseconds, percent, rate, ticksToTime } from './tc-rates.js'

/** `struct tc_netem_qopt` and the attributes after it. */
export const netem: Compute = (options) => {
  const header = options.take.bind(options) as (key: string) => number
  const attrs = new Members(options.take('attrs'))
  const [latency, limit, loss, gap] = [header('latency'), header('limit'), header('loss'), header('gap')]
  const [duplicate, jitter] = [header('duplicate'), header('jitter')]
  const delay64 = (attrs.take('latency64') as bigint | undefined) ?? ticksToTime(latency)
  const jitter64 = (attrs.take('jitter64') as bigint | undefined) ?? ticksToTime(jitter)
  // The kernel takes the attribute if there are both.
  if ((latency !== 0 && ticksToTime(latency) !== delay64) || (jitter !== 0 && ticksToTime(jitter) !== jitter64))
    return undefined
  const corr = (attrs.take('corr') ?? {}) as Numbers
  const { delayCorr = 0, lossCorr = 0, dupCorr = 0 } = corr
  const correlation = (value: number) => (value === 0 ? [] : [percent(value)])
  if (delay64 === undefined ? jitter64 !== undefined || delayCorr !== 0 : jitter64 === undefined && delayCorr !== 0)
    return undefined
  if ((loss === 0 && lossCorr !== 0) || (duplicate === 0 && dupCorr !== 0)) return undefined
  const reorder = attrs.take('reorder') as Numbers | undefined
  const corrupt = attrs.take('corrupt') as Numbers | undefined
  if ((gap !== 0) !== (reorder !== undefined)) return undefined
  const {
    rate: bytesPerSecond,
    packetOverhead = 0,
    cellSize = 0,
    cellOverhead = 0,
  } = (attrs.take('rate') ?? {}) as Numbers
  const wide = attrs.take('rate64') as bigint | undefined
  const words = [
    ...unless(undefined, 'limit', limit),
    ...(delay64 === undefined
      ? []
      : ['delay', nanoseconds(delay64), ...(jitter64 === undefined ? [] : [nanoseconds(jitter64)])]),
    ...correlation(delayCorr),
    ...(loss === 0 ? [] : ['loss', 'random', percent(loss), ...correlation(lossCorr)]),
    ...(duplicate === 0 ? [] : ['duplicate', percent(duplicate), ...correlation(dupCorr)]),
    ...(corrupt === undefined
      ? []
      : ['corrupt', percent(corrupt.probability ?? 0), ...correlation(corrupt.correlation ?? 0)]),
    ...(reorder === undefined
      ? []
      : ['reorder', percent(reorder.probability ?? 0), ...correlation(reorder.correlation ?? 0), 'gap', String(gap)]),
    ...(bytesPerSecond === undefined
      ? []
      : ['rate', rate(wide ?? bytesPerSecond), ...[packetOverhead, cellSize, cellOverhead].map(String)]),
    ...(attrs.number('ecn') === 1 ? ['ecn'] : []),
  ]
  return { words, lost: [...options.left, ...attrs.left.map((key) => `attrs.${key}`)] }
}
