import { isDeepStrictEqual } from 'node:util'
import { startPlugin } from '../support/plugin.js'
import type { Scene } from './scene.js'
import type { Fault } from './strace.js'

/** End of a call. */
export type Ending = 'killed' | 'error' | 'success'

/** State of the attachment after a call with a fault. */
export interface Aftermath {
  readonly ending: Ending
  /** Undefined if there was no fault. */
  readonly fault: Fault | undefined
  readonly present: readonly string[]
  /** State of a complete attachment. */
  readonly whole: readonly string[]
}

/** A command to test with faults. */
interface Subject {
  /** Runs the preceding commands, without faults. */
  prepare(scene: Scene): Promise<void>
  /** @throws if the state after the call is wrong, even if DEL cleans it up */
  judge(aftermath: Aftermath): void
}

export function expect(what: string, holds: boolean, found: unknown): void {
  if (!holds) throw new Error(`expected ${what}, found ${typeof found === 'string' ? found : JSON.stringify(found)}`)
}

/** Runs the plugin without a fault. @throws if it fails */
export async function succeed(scene: Scene, command: string): Promise<void> {
  const { exitCode, stdout, stderr } = await startPlugin(scene.call(command))
  expect(`an ${command} without a fault to succeed`, exitCode === 0, stdout + stderr)
}

export const expectNothing = (when: string, present: readonly string[]) =>
  expect(`nothing of the attachment ${when}`, present.length === 0, present)

const expectWhole = ({ present, whole }: Aftermath) =>
  expect(`a complete attachment: ${JSON.stringify(whole)}`, isDeepStrictEqual(present, whole), present)

/** Parts of an attachment that are removed independently. Addresses and routes belong to the device. */
const parts = {
  reservation: /^reservation/,
  table: /^table/,
  hook: /^hook/,
  ifb: /^ifb/,
  device: /^(device|address|route)/,
}

/**
 * Returns the names of the parts that exist. Each must be complete.
 * The reservation is the exception if the plugin was killed: host-local dies with it, and releases one family after the other.
 */
function presentOf({ ending, present, whole }: Aftermath): string[] {
  return Object.entries(parts).flatMap(([name, pattern]) => {
    const [found, expected] = [present, whole].map((list) => list.filter((each) => pattern.test(each)))
    if (found?.length === 0) return []
    const isAsItWas = isDeepStrictEqual(found, expected) || (name === 'reservation' && ending === 'killed')
    expect(`the ${name} complete or absent`, isAsItWas, found)
    return [name]
  })
}

/** The commands, each with its check. */
export const subjects = {
  ADD: {
    async prepare() {},
    judge(aftermath) {
      const { ending, fault, present } = aftermath
      if (ending === 'success') expectWhole(aftermath)
      if (ending === 'error') expectNothing('after an error', present)
      // After a kill, a reservation, a table, an ifb or a hook can be left for DEL. A device is complete or absent. SIGTERM ends the process only
      // before it creates anything, or after it has printed the result.
      const isHalf = fault === 'SIGTERM' ? present.length > 0 : present.some((each) => each.startsWith('device'))
      if (ending === 'killed' && isHalf) expectWhole(aftermath)
    },
  },
  DEL: {
    prepare: (scene) => succeed(scene, 'ADD'),
    judge(aftermath) {
      const { ending, fault, present } = aftermath
      const names = presentOf(aftermath)
      if (ending === 'success') expectNothing('after success', present)
      // A failed step does not stop the removal of the other parts, unless it fails before anything is removed.
      if (ending === 'error')
        expect(
          'at most one part, or a complete attachment',
          names.length <= 1 || isDeepStrictEqual(present, aftermath.whole),
          present,
        )
      // SIGTERM ends the process only before anything is removed, or after everything is.
      if (ending === 'killed' && fault === 'SIGTERM' && present.length > 0) expectWhole(aftermath)
    },
  },
} as const satisfies Readonly<Record<string, Subject>>
export type Command = keyof typeof subjects
