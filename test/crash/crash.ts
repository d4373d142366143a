import { isPlugins, isSameStep, transaction } from './calls.js'
import { type Kind, Scene } from './scene.js'
import type { Fault, SystemCall } from './strace.js'
import type { Command } from './subject.js'
import { attempt, type Baseline, baseline, type Outcome } from './trial.js'

export interface CrashOptions {
  readonly kind: Kind
  readonly command: Command
  readonly faults: readonly Fault[]
  /** Of the trials only every so manieth. */
  readonly every?: number
  /** Whether a trial that met another call, as the runtime made more or less of its own before, is done again. */
  readonly precise: boolean
  /** Only calls in which this occurs. */
  readonly pattern?: string
  tell?(line: string): void
}

/** What all trials came to. */
export interface Report {
  /** By fault and ending. */
  readonly counts: ReadonlyMap<string, number>
  readonly failures: readonly string[]
  /** Trials whose call was not met, as the runtime made others before. */
  readonly missed: readonly string[]
}

interface Trial {
  readonly call: SystemCall
  readonly fault: Fault
}

const tries = 8

const isSignal = (fault: Fault) => fault.startsWith('SIG')

/** Signals may come at any time; only the plugin's own calls fail, as a runtime whose own fail cannot go on. */
const isFor = (fault: Fault, call: SystemCall) => isSignal(fault) || isPlugins(call)

function plan({ calls }: Baseline, { faults, every = 1, pattern = '' }: CrashOptions): Trial[] {
  const steps = transaction(calls).filter(({ text }) => text.includes(pattern))
  const all = steps.flatMap((call) => faults.filter((fault) => isFor(fault, call)).map((fault) => ({ call, fault })))
  return all.filter((_, index) => index % every === 0)
}

const nameOf = ({ call, fault }: Trial) => `${fault} at ${call.name} ${call.nth}: ${call.text}`

/** Whether the call is the one by which the device gets its name: EBUSY says that another has it. */
const namesDevice = ({ text }: SystemCall) => text.includes('TUNSETIFF')

/** What is known of a call only where it is surely the one that was to be met. */
function judgeMet({ call, fault }: Trial, { ending, said }: Outcome): void {
  // Of its own calls a runtime may make more, and not go on when they fail.
  if (ending === 'killed' && !isSignal(fault)) throw new Error('expected an error object, found none')
  const code = fault === 'EBUSY' && namesDevice(call) ? 100 : 11
  if (said !== undefined && said.code !== code)
    throw new Error(`expected code ${code}, found ${said.code}: ${said.msg}`)
}

/** Does to a command, call by call, what can go wrong with it. */
export async function crash(options: CrashOptions): Promise<Report> {
  const counts = new Map<string, number>()
  const failures: string[] = []
  const missed: string[] = []
  let scene = new Scene(options.kind)
  try {
    let undisturbed = await baseline(scene, options.command)
    /** Whether the call was met, sooner or later. */
    async function carryOut(trial: Trial): Promise<boolean> {
      for (let left = tries; left > 0; left--) {
        const outcome = await attempt(scene, undisturbed, trial.call, trial.fault)
        const { ending, said, hit } = outcome
        const key = `${trial.fault}: ${ending}`
        counts.set(key, (counts.get(key) ?? 0) + 1)
        options.tell?.(`${nameOf(trial)}: ${ending} ${said === undefined ? '' : `${said.code}: ${said.msg}`}`)
        const isMet = isSameStep(trial.call, hit)
        if (isMet) judgeMet(trial, outcome)
        if (isMet || !options.precise) return true
      }
      return false
    }
    for (const trial of plan(undisturbed, options)) {
      try {
        if (!(await carryOut(trial))) missed.push(nameOf(trial))
      } catch (error) {
        failures.push(`${nameOf(trial)}\n  ${error instanceof Error ? error.message : error}`)
        // What was left must not be found again.
        scene[Symbol.dispose]()
        scene = new Scene(options.kind)
        undisturbed = await baseline(scene, options.command)
      }
    }
  } finally {
    scene[Symbol.dispose]()
  }
  return { counts, failures, missed }
}
