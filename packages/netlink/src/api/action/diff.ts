import type { TcActions } from '../../route/index.js'

type Options = Readonly<Record<string, unknown>>

/** The parts of an action that a request chooses. */
export interface WrittenAction {
  readonly kind: string
  readonly options: Options
  readonly cookie?: Uint8Array | undefined
  /** TCA_ACT_HW_STATS_* */
  readonly hwStats?: number | undefined
}

/** Returns an action as a request has it: without its counters, times and number. */
export function actionAsWritten({ kind = '', options, cookie, hwStats }: TcActions[number][1]): WrittenAction {
  const { tm: _, ...own } = (options ?? {}) as Options
  return { kind, options: withoutNumbers(own), cookie, hwStats: hwStats?.value }
}

/** Returns the options of an action without its number, and the number of filters that use it. */
function withoutNumbers(options: Options): Options {
  const entries = Object.entries(options).map(([key, value]) => {
    if (!['parms', 'parmsEx', 'tbf'].includes(key)) return [key, value]
    const { index: _, refcnt: __, bindcnt: ___, ...parms } = value as Options
    return [key, parms]
  })
  return Object.fromEntries(entries)
}

interface PoliceParms {
  readonly rate: object
  readonly peakrate: object
  readonly mtu: number
}

/** Returns a rate without the cells of its table, which the kernel does not report. */
const withoutCells = (rate: object) => ({ ...rate, cellLog: undefined, cellAlign: undefined })

/** Returns the options of a police as the kernel reports them: without tables, and without an MTU that it chooses. */
function asReported({ rate: _, peakrate: __, tbf, ...options }: Options): Options {
  const { rate, peakrate, mtu, ...parms } = tbf as PoliceParms
  const rates = { rate: withoutCells(rate), peakrate: withoutCells(peakrate) }
  return { ...options, tbf: { ...parms, ...rates, mtu: mtu || undefined } }
}

/** Returns a wanted action as the kernel reports it. */
export const actionAsReported = (action: WrittenAction): WrittenAction =>
  action.kind === 'police' && action.options.tbf ? { ...action, options: asReported(action.options) } : action
