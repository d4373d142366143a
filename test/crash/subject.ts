import { isDeepStrictEqual } from 'node:util'
import { startPlugin } from '../support/plugin.js'
import type { Scene } from './scene.js'
import type { Fault } from './strace.js'

/** How a call ended. */
export type Ending = 'killed' | 'error' | 'success'

/** What there is of the attachment after a call that was disturbed. */
export interface Aftermath {
  readonly ending: Ending
  /** Undefined where it was not disturbed. */
  readonly fault: Fault | undefined
  readonly there: readonly string[]
  /** What there is of a whole one. */
  readonly whole: readonly string[]
}

/** A command that is disturbed. */
interface Subject {
  /** What comes before, undisturbed. */
  prepare(scene: Scene): Promise<void>
  /** @throws where what is there afterwards should not be, whatever DEL makes of it */
  judge(aftermath: Aftermath): void
}

export function expect(what: string, holds: boolean, found: unknown): void {
  if (!holds) throw new Error(`expected ${what}, found ${typeof found === 'string' ? found : JSON.stringify(found)}`)
}

/** Runs the plugin undisturbed; it must succeed. */
export async function succeed(scene: Scene, command: string): Promise<void> {
  const { exitCode, stdout, stderr } = await startPlugin(scene.call(command))
  expect(`an undisturbed ${command} to succeed`, exitCode === 0, stdout + stderr)
}

export const expectNothing = (when: string, there: readonly string[]) =>
  expect(`nothing of the attachment ${when}`, there.length === 0, there)

const expectWhole = ({ there, whole }: Aftermath) =>
  expect(`a whole attachment: ${JSON.stringify(whole)}`, isDeepStrictEqual(there, whole), there)

/** What an attachment has, each of which goes by itself; of a device the addresses and routes are a part. */
const belongings = { reservation: /^reservation/, table: /^table/, device: /^(device|address|route)/ }

/**
 * Returns the names of what is there. Each must be there as a whole.
 * The reservation is the exception if the plugin was killed: host-local ends with it and releases one family after the other.
 */
function presentOf({ ending, there, whole }: Aftermath): string[] {
  return Object.entries(belongings).flatMap(([name, pattern]) => {
    const [found, expected] = [there, whole].map((list) => list.filter((each) => pattern.test(each)))
    if (found?.length === 0) return []
    const isAsItWas = isDeepStrictEqual(found, expected) || (name === 'reservation' && ending === 'killed')
    expect(`the ${name} as it was or not at all`, isAsItWas, found)
    return [name]
  })
}

/** The commands, and what is right after each. */
export const subjects = {
  ADD: {
    async prepare() {},
    judge(aftermath) {
      const { ending, fault, there } = aftermath
      if (ending === 'success') expectWhole(aftermath)
      if (ending === 'error') expectNothing('after an error', there)
      // Killed, a reservation or a table may wait for DEL; a device is there as it should be, or not at all. SIGTERM ends the
      // process only before anything is made, or when all is done and told.
      const isHalf = fault === 'SIGTERM' ? there.length > 0 : there.some((each) => each.startsWith('device'))
      if (ending === 'killed' && isHalf) expectWhole(aftermath)
    },
  },
  DEL: {
    prepare: (scene) => succeed(scene, 'ADD'),
    judge(aftermath) {
      const { ending, fault, there } = aftermath
      const present = presentOf(aftermath)
      if (ending === 'success') expectNothing('after success', there)
      // What fails keeps nothing else from going, except where it comes before anything is removed.
      if (ending === 'error')
        expect(
          'at most one belonging, or a whole attachment',
          present.length <= 1 || isDeepStrictEqual(there, aftermath.whole),
          there,
        )
      // It ends the process only before anything is removed, or when all is done.
      if (ending === 'killed' && fault === 'SIGTERM' && there.length > 0) expectWhole(aftermath)
    },
  },
} as const satisfies Readonly<Record<string, Subject>>
export type Command = keyof typeof subjects
