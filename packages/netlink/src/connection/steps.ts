import { setImmediate as nextTurn } from 'node:timers/promises'
import type { Channel, Patience } from './channel.js'
import type { Pending } from './engine.js'

/** Something that must have come before it goes on, and where it comes. */
export interface Step {
  readonly channel: Channel
  readonly pending: Pending
}

/** What is done with the kernel, step by step. Said once, it runs synchronously and asynchronously. */
export type Steps<T> = Generator<Step, T, void>

/** Runs steps, waiting in the thread. */
export function runSync<T>(steps: Steps<T>, timeout: number): T {
  for (;;) {
    const step = steps.next()
    if (step.done) return step.value
    const { channel, pending } = step.value
    while (!pending.done) channel.stepSync(pending, timeout)
  }
}

/** Runs steps; others run meanwhile. */
export async function run<T>(steps: Steps<T>, patience: Patience): Promise<T> {
  for (let isFirst = true; ; isFirst = false) {
    // A step is mostly done at once: between two of them others get their turn, and a signal its chance.
    if (!isFirst) await nextTurn()
    patience.signal?.throwIfAborted()
    const step = steps.next()
    if (step.done) return step.value
    const { channel, pending } = step.value
    while (!pending.done) await channel.step(pending, patience)
  }
}

/** Throws what something ended with. */
export function expectWell({ error }: Pending): void {
  if (error !== undefined) throw error
}
