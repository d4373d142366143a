import { isDeepStrictEqual } from 'node:util'
import { startPlugin } from '../support/plugin.js'
import type { Scene } from './scene.js'
import { type SystemCall, type Traced, trace } from './strace.js'

/** What is done to a call, in strace's words. A killed or failed call is not carried out. */
export const faults = {
  SIGKILL: 'signal=SIGKILL',
  SIGTERM: 'signal=SIGTERM',
  ENOMEM: 'error=ENOMEM',
  EINTR: 'error=EINTR',
  EBUSY: 'error=EBUSY',
} as const
export type Fault = keyof typeof faults

/** How an ADD ended. */
export type Ending = 'killed' | 'error' | 'success'

export interface Outcome {
  readonly ending: Ending
  /** What the error said. */
  readonly said: string
  /** The call that it was done to; undefined where that was not reached. */
  readonly hit: SystemCall | undefined
}

/** An undisturbed ADD: its calls, and what there is of the attachment afterwards. */
export interface Baseline {
  readonly calls: readonly SystemCall[]
  readonly made: readonly string[]
}

function expect(what: string, holds: boolean, found: unknown): void {
  if (!holds) throw new Error(`expected ${what}, found ${typeof found === 'string' ? found : JSON.stringify(found)}`)
}

function expectNothing(when: string, scene: Scene): void {
  const left = scene.ours()
  expect(`nothing of the attachment ${when}`, left.length === 0, left)
}

async function removeAndCheck(scene: Scene): Promise<void> {
  const { exitCode, stdout, stderr } = await startPlugin(scene.call('DEL'))
  expect('one DEL to succeed', exitCode === 0 && stdout === '', stdout + stderr)
  expectNothing('after one DEL', scene)
  expect('devices of others as they were', scene.damage === undefined, scene.damage)
}

export async function baseline(scene: Scene): Promise<Baseline> {
  const { exitCode, calls, stdout } = await trace(scene.call('ADD'), scene.folder)
  expect('an undisturbed ADD to succeed', exitCode === 0, stdout)
  const made = scene.ours()
  await removeAndCheck(scene)
  return { calls, made }
}

function endingOf({ exitCode, signal }: Traced): Ending {
  if (signal !== null) return 'killed'
  return exitCode === 0 ? 'success' : 'error'
}

/** One object in which a runtime finds what it looks for, and nothing else. */
function messageIn({ exitCode, stdout, stderr }: Traced): string {
  expect('exit code 1', exitCode === 1, `${exitCode} ${stderr}`)
  const { cniVersion, code, msg } = JSON.parse(stdout)
  expect('an error object', cniVersion === '1.1.0' && Number.isInteger(code) && typeof msg === 'string', stdout)
  expect('no stack trace', !/^\s+at /m.test(stdout + stderr), stdout + stderr)
  return `${code}: ${msg}`
}

/**
 * Carries out an ADD that meets `fault` at `call`, then a DEL.
 * @throws where anything is left that should not be
 */
export async function attempt(scene: Scene, { made }: Baseline, call: SystemCall, fault: Fault): Promise<Outcome> {
  const inject = ['-e', `trace=${call.name}`, '-e', `inject=${call.name}:${faults[fault]}:when=${call.nth}`]
  const traced = await trace(scene.call('ADD'), scene.folder, inject)
  const ending = endingOf(traced)
  const hit = traced.calls[call.nth - 1]
  const said = ending === 'error' ? messageIn(traced) : ''
  if (ending === 'killed') await scene.settle()
  const there = scene.ours()
  const isWhole = isDeepStrictEqual(there, made)
  if (ending === 'success') expect(`a whole attachment: ${JSON.stringify(made)}`, isWhole, there)
  if (ending === 'error') expectNothing('after an error', scene)
  // Killed, a reservation or a table may wait for DEL; a device is there as it should be, or not at all. SIGTERM ends the
  // process only before anything is made, or when all is done and told.
  const isHalf = fault === 'SIGTERM' ? there.length > 0 : there.some((each) => each.startsWith('device'))
  if (ending === 'killed' && isHalf) expect(`a whole attachment: ${JSON.stringify(made)}`, isWhole, there)
  await removeAndCheck(scene)
  return { ending, said, hit }
}
