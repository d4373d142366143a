import { setTimeout } from 'node:timers/promises'
import { runOperation } from '../api/run/operation.js'
import { AF } from '../codec/index.js'
import { noOptions } from '../connection/options.js'
import { type AddressMessage, IFA_F } from '../route/index.js'
import { type Built, build } from './build.js'
import type { CheckedState } from './desired.js'
import { NotSettledError } from './errors.js'
import type { PlanContext, PlannedState } from './plan.js'
import type { Applied } from './types.js'

/** Milliseconds between two comparisons of the state with the desired one, and between two attempts of a step. */
export const PAUSE = 50

/** Waits until nothing is to do. @throws {NotSettledError} */
export async function settled(
  context: PlanContext,
  applied: Applied,
  settle: number,
  planned: (built: Built, context: PlanContext) => PlannedState,
): Promise<void> {
  const deadline = performance.now() + settle
  for (;;) {
    const built = await runOperation(() => context.connection, build(context.state), noOptions)
    const { waiting: tentative, isFinal } = waitingAddresses(built)
    const waiting = [...waitingLinks(built, context.state), ...tentative]
    if (built.steps.length === 0 && built.conflicts.length === 0 && waiting.length === 0) return
    if (isFinal || performance.now() >= deadline) throw new NotSettledError(planned(built, context), applied, waiting)
    await setTimeout(Math.min(PAUSE, Math.max(1, deadline - performance.now())))
  }
}

/**
 * Returns the desired links that must have a carrier and have none, and those that are down in spite of their carrier: the kernel notices
 * it a little later (`linkwatch_event`). Until then routes through them are dead.
 */
function waitingLinks({ snapshot }: Built, { entries }: CheckedState): string[] {
  const waiting: string[] = []
  for (const { kind, spec, absent, carrier } of entries) {
    if (kind.object !== 'link' || absent || !(carrier || spec.up === true)) continue
    const link = snapshot.named(String(spec.name))
    if (link === undefined) continue
    if (carrier && link.carrier !== true) waiting.push(`${link.name}: no carrier`)
    else if (link.up && link.carrier === true && link.operstate === 'DOWN')
      waiting.push(`${link.name}: operationally down, in spite of its carrier`)
  }
  return waiting
}

/** Returns the desired addresses that are not usable yet. `isFinal` is true if waiting does not help. */
function waitingAddresses({ claimed, snapshot }: Built): { readonly waiting: string[]; readonly isFinal: boolean } {
  const waiting: string[] = []
  let isFinal = false
  for (const message of claimed.keys()) {
    const { family, index, prefixlen, attrs = {}, flags: short } = message as Partial<AddressMessage>
    if (family !== AF.INET6 || prefixlen === undefined || index === undefined) continue
    const flags = attrs.flags ?? short ?? 0
    const link = snapshot.indexed(index)
    const isDuplicate = (flags & IFA_F.DADFAILED) !== 0
    // Detection begins when the link has a carrier.
    if (!isDuplicate && ((flags & IFA_F.TENTATIVE) === 0 || !link?.flags.includes('LOWER_UP'))) continue
    waiting.push(
      `${attrs.address} on ${link?.name}: ${isDuplicate ? 'another host has it' : 'duplicate address detection'}`,
    )
    isFinal ||= isDuplicate
  }
  return { waiting, isFinal }
}
