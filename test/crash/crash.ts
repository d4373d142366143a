import { isPlugins, isSameStep, transaction } from './calls.js'
import { type Kind, Scene } from './scene.js'
import type { Fault, SystemCall } from './strace.js'
import type { Command } from './subject.js'
import { attempt, type Baseline, baseline, type Outcome } from './trial.js'

export interface CrashOptions {
  readonly kind: Kind
  readonly command: Command
  readonly faults: readonly Fault[]
  /** Runs only every n-th trial. */
  readonly every?: number
  /** If true, repeats a trial that hit a different call. The runtime's own calls shift the count. */
  readonly precise: boolean
  /** Runs only trials of calls whose text contains this. */
  readonly pattern?: string
  report?(line: string): void
}

/** Results of all trials. */
export interface Report {
  /** Number of trials by fault and ending. */
  readonly counts: ReadonlyMap<string, number>
  readonly failures: readonly string[]
  /** Trials that never hit their call. The runtime's own calls shift the count. */
  readonly missed: readonly string[]
}

interface Trial {
  readonly call: SystemCall
  readonly fault: Fault
}

const tries = 8

const isSignal = (fault: Fault) => fault.startsWith('SIG')

/**
 * True if the fault makes sense for the call. Signals can arrive at any call. Only the plugin's own calls fail: a runtime cannot
 * survive all failures of its own.
 */
const isFor = (fault: Fault, call: SystemCall) => isSignal(fault) || isPlugins(call)

function plan({ calls }: Baseline, { faults, every = 1, pattern = '' }: CrashOptions): Trial[] {
  const steps = transaction(calls).filter(({ text }) => text.includes(pattern))
  const all = steps.flatMap((call) => faults.filter((fault) => isFor(fault, call)).map((fault) => ({ call, fault })))
  return all.filter((_, index) => index % every === 0)
}

const nameOf = ({ call, fault }: Trial) => `${fault} at ${call.name} ${call.nth}: ${call.text}`

/** True if the call gives the device its name. There, EBUSY means that the name is taken. */
const namesDevice = ({ text }: SystemCall) => text.includes('TUNSETIFF')

/** Checks an outcome that depends on which call was hit. Only for trials that hit their call. */
function judgeMet({ call, fault }: Trial, { ending, error }: Outcome): void {
  // A runtime can abort when one of its own calls fails.
  if (ending === 'killed' && !isSignal(fault)) throw new Error('expected an error object, found none')
  const code = fault === 'EBUSY' && namesDevice(call) ? 100 : 11
  if (error !== undefined && error.code !== code)
    throw new Error(`expected code ${code}, found ${error.code}: ${error.msg}`)
}

/** Runs a command once for each system call and fault, and checks each result. */
export async function crash(options: CrashOptions): Promise<Report> {
  const counts = new Map<string, number>()
  const failures: string[] = []
  const missed: string[] = []
  let scene = new Scene(options.kind)
  try {
    let undisturbed = await baseline(scene, options.command)
    /** Repeats the trial until it hits its call. Returns false if it never does. */
    async function carryOut(trial: Trial): Promise<boolean> {
      for (let left = tries; left > 0; left--) {
        const outcome = await attempt(scene, undisturbed, trial.call, trial.fault)
        const { ending, error, hit } = outcome
        const key = `${trial.fault}: ${ending}`
        options.report?.(`${nameOf(trial)}: ${ending} ${error === undefined ? '' : `${error.code}: ${error.msg}`}`)
        const isMet = isSameStep(trial.call, hit)
        if (isMet) judgeMet(trial, outcome)
        if (!isMet && options.precise) continue
        counts.set(key, (counts.get(key) ?? 0) + 1)
        return true
      }
      return false
    }
    for (const trial of plan(undisturbed, options)) {
      try {
        if (!(await carryOut(trial))) missed.push(nameOf(trial))
      } catch (error) {
        failures.push(`${nameOf(trial)}\n  ${error instanceof Error ? error.message : error}`)
        // A new scene, so that the leftovers of this trial do not fail the next one.
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
