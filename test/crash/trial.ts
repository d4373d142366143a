import type { Scene } from './scene.js'
import { type Fault, faults, type SystemCall, type Traced, trace } from './strace.js'
import { type Command, type Ending, expect, expectNothing, subjects, succeed } from './subject.js'

export interface Outcome {
  readonly ending: Ending
  /** What the error said. */
  readonly said: Told | undefined
  /** The call that it was done to; undefined where that was not reached. */
  readonly hit: SystemCall | undefined
}

/** Of an error object. */
interface Told {
  readonly code: number
  readonly msg: string
}

/** An undisturbed call of the command: its system calls, and what there is of a whole attachment. */
export interface Baseline {
  readonly command: Command
  readonly calls: readonly SystemCall[]
  readonly whole: readonly string[]
}

/** One more DEL, with which everything must be gone. */
async function removeAndCheck(scene: Scene): Promise<void> {
  await succeed(scene, 'DEL')
  expectNothing('after one more DEL', scene.ours())
  expect('devices of others as they were', scene.damage === undefined, scene.damage)
}

export async function baseline(scene: Scene, command: Command): Promise<Baseline> {
  await succeed(scene, 'ADD')
  const whole = scene.ours()
  await removeAndCheck(scene)
  const subject = subjects[command]
  await subject.prepare(scene)
  const traced = await trace(scene.call(command), scene.folder)
  const ending = endingOf(traced)
  expect(`an undisturbed ${command} to succeed`, ending === 'success', traced.stdout)
  subject.judge({ ending, fault: undefined, there: scene.ours(), whole })
  await removeAndCheck(scene)
  return { command, calls: traced.calls, whole }
}

function endingOf({ exitCode, signal }: Traced): Ending {
  if (signal !== null) return 'killed'
  return exitCode === 0 ? 'success' : 'error'
}

/** One object in which a runtime finds what it looks for, and nothing else. */
function toldIn({ exitCode, stdout, stderr }: Traced): Told {
  expect('exit code 1', exitCode === 1, `${exitCode} ${stderr}`)
  const { cniVersion, code, msg } = JSON.parse(stdout)
  expect('an error object', cniVersion === '1.1.0' && Number.isInteger(code) && typeof msg === 'string', stdout)
  expect('no stack trace', !/^\s+at /m.test(stdout + stderr), stdout + stderr)
  return { code, msg }
}

/**
 * Carries out the command with `fault` at `call`, then a DEL.
 * @throws where anything is left that should not be
 */
export async function attempt(scene: Scene, undisturbed: Baseline, call: SystemCall, fault: Fault): Promise<Outcome> {
  const { command, whole } = undisturbed
  const subject = subjects[command]
  await subject.prepare(scene)
  const inject = ['-e', `trace=${call.name}`, '-e', `inject=${call.name}:${faults[fault]}:when=${call.nth}`]
  const traced = await trace(scene.call(command), scene.folder, inject)
  const ending = endingOf(traced)
  const said = ending === 'error' ? toldIn(traced) : undefined
  if (ending === 'killed') await scene.settle()
  subject.judge({ ending, fault, there: scene.ours(), whole })
  await removeAndCheck(scene)
  return { ending, said, hit: traced.calls[call.nth - 1] }
}
