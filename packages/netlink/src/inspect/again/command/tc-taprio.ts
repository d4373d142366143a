import { TC_FP, TC_TAPRIO_CMD } from '../../../route/index.js'
import { type Bag, Members } from '../members.js'
import { type Compute, type Computed, type Numbers, nothingLost } from './tc-compute.js'
import { clockWord, queueWords } from './tc-queues.js'
import type { Word } from './words.js'

const commands: Readonly<Record<number, string>> = {
  [TC_TAPRIO_CMD.SET_GATES]: 'S',
  [TC_TAPRIO_CMD.SET_AND_HOLD]: 'H',
  [TC_TAPRIO_CMD.SET_AND_RELEASE]: 'R',
}

/** Returns the words of the schedule; undefined if an entry has none. */
function scheduleWords(entries: readonly Numbers[], isSent: boolean): Word[] | undefined {
  const words = entries.map(({ index, cmd = 0, gateMask, interval, ...others }) => {
    const command = commands[cmd]
    // The kernel numbers the entries, tc does not.
    if (command === undefined || gateMask === undefined || interval === undefined) return undefined
    if ((isSent && index !== undefined) || Object.keys(others).length > 0) return undefined
    return ['sched-entry', command, gateMask.toString(16).padStart(2, '0'), String(interval)]
  })
  return words.includes(undefined) ? undefined : (words as Word[][]).flat()
}

/** Returns the words of an option of the traffic classes, of which tc writes those from 0; undefined for others. */
function classWords(
  classes: readonly Numbers[],
  key: string,
  word: string,
  format: (value: number) => string | undefined,
): Word[] | undefined {
  const values = classes.map((each) => each[key])
  const known = values.filter((value) => value !== undefined)
  const words = known.map(format)
  if (classes.some(({ index }, at) => index !== at) || values.slice(0, known.length).includes(undefined))
    return undefined
  if (words.includes(undefined)) return undefined
  return words.length === 0 ? [] : [word, ...(words as string[])]
}

const preemption: Readonly<Record<number, string>> = { [TC_FP.EXPRESS]: 'E', [TC_FP.PREEMPTIBLE]: 'P' }

/** TCA_TAPRIO_ATTR_* */
export const taprio: Compute = (options, { isSent }): Computed | undefined => {
  const map = options.take('priomap') as Bag | undefined
  const queues = map === undefined ? [] : queueWords(new Members(map))
  const { entry = [] } = (options.take('schedEntryList') ?? {}) as { entry?: readonly Numbers[] }
  const schedule = scheduleWords(entry, isSent)
  const classes = (options.take('tcEntry') ?? []) as readonly Numbers[]
  const sizes = classWords(classes, 'maxSdu', 'max-sdu', String)
  const preempted = classWords(classes, 'fp', 'fp', (value) => preemption[value])
  const clock = options.number('schedClockid')
  const clockName = clock === undefined ? undefined : clockWord(clock)
  if (queues === undefined || schedule === undefined || sizes === undefined || preempted === undefined) return undefined
  // tc leaves out what is zero.
  const number = (key: string, word: string, radix = 10): Word[] => {
    const value = options.peek(key)
    if ((typeof value !== 'number' && typeof value !== 'bigint') || (isSent && Number(value) === 0)) return []
    options.take(key)
    return [word, `${radix === 16 ? '0x' : ''}${value.toString(radix)}`]
  }
  if (isSent && map !== undefined && map.hw !== 0) return undefined
  if (clock !== undefined && clock !== -1 && clockName === undefined) return undefined
  return nothingLost(
    [
      ...[...queues, ...number('schedBaseTime', 'base-time')],
      ...[...number('schedCycleTime', 'cycle-time'), ...number('schedCycleTimeExtension', 'cycle-time-extension')],
      ...[...schedule, ...(clockName === undefined ? [] : ['clockid', clockName])],
      ...[...number('flags', 'flags', 16), ...number('txtimeDelay', 'txtime-delay')],
      ...[...sizes, ...preempted],
    ],
    options,
  )
}
