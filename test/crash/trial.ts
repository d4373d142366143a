import type { Scene } from './scene.js'
import { type Fault, faults, type SystemCall, type Traced, trace } from './strace.js'
import { type Command, type Ending, expect, expectNothing, subjects, succeed } from './subject.js'

export interface Outcome {
  readonly ending: Ending
  /** Error object that the plugin printed. */
  readonly error: ErrorObject | undefined
  /** The call that the fault was injected into. Undefined if the process ended before. */
  readonly hit: SystemCall | undefined
}

/** Fields of a CNI error object. */
interface ErrorObject {
  readonly code: number
  readonly msg: string
}

/** Result of a command without faults: its system calls, and the state of a complete attachment. */
export interface Baseline {
  readonly command: Command
  readonly calls: readonly SystemCall[]
  readonly whole: readonly string[]
}

/** Calls DEL once more and checks that nothing is left. */
async function removeAndCheck(scene: Scene): Promise<void> {
  await succeed(scene, 'DEL')
  expectNothing('after one more DEL', scene.ours())
  expect('unchanged foreign devices', scene.damage === undefined, scene.damage)
}

export async function baseline(scene: Scene, command: Command): Promise<Baseline> {
  await succeed(scene, 'ADD')
  const whole = scene.ours()
  await removeAndCheck(scene)
  const subject = subjects[command]
  await subject.prepare(scene)
  const traced = await trace(scene.call(command), scene.folder)
  const ending = endingOf(traced)
  expect(`${command} without a fault to succeed`, ending === 'success', traced.stdout)
  subject.judge({ ending, fault: undefined, present: scene.ours(), whole })
  await removeAndCheck(scene)
  return { command, calls: traced.calls, whole }
}

function endingOf({ exitCode, signal }: Traced): Ending {
  if (signal !== null) return 'killed'
  return exitCode === 0 ? 'success' : 'error'
}

/** Parses the output of a failed call. Expects one error object and nothing else. */
function parseError({ exitCode, stdout, stderr }: Traced): ErrorObject {
  expect('exit code 1', exitCode === 1, `${exitCode} ${stderr}`)
  const { cniVersion, code, msg } = JSON.parse(stdout)
  expect('an error object', cniVersion === '1.1.0' && Number.isInteger(code) && typeof msg === 'string', stdout)
  expect('no stack trace', !/^\s+at /m.test(stdout + stderr), stdout + stderr)
  return { code, msg }
}

/**
 * Runs the command with `fault` at `call`, then DEL.
 * @throws if anything is left over
 */
export async function attempt(scene: Scene, undisturbed: Baseline, call: SystemCall, fault: Fault): Promise<Outcome> {
  const { command, whole } = undisturbed
  const subject = subjects[command]
  await subject.prepare(scene)
  const inject = ['-e', `trace=${call.name}`, '-e', `inject=${call.name}:${faults[fault]}:when=${call.nth}`]
  const traced = await trace(scene.call(command), scene.folder, inject)
  const ending = endingOf(traced)
  const error = ending === 'error' ? parseError(traced) : undefined
  if (ending === 'killed') await scene.settle()
  subject.judge({ ending, fault, present: scene.ours(), whole })
  await removeAndCheck(scene)
  return { ending, error, hit: traced.calls[call.nth - 1] }
}
