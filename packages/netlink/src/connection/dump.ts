import { printable } from '../codec/index.js'
import { DumpInterruptedError, NetlinkError, NLM_F_DUMP, type Protocol } from '../message/index.js'
import { type Asked, type Asking, ask, isTruncated } from './ask.js'
import type { Patience } from './channel.js'
import { oneByOne, type Stream } from './one-by-one.js'
import type { Pool, Slot } from './pool.js'
import { expectWell, run, runSync, type Steps } from './steps.js'

/** What is to be dumped, by whom and how. */
export interface DumpPlan extends Asking, Patience {
  readonly pool: Pool
  readonly name: string
  readonly filter: unknown
  /** NLM_F_* to send next to those of a dump. */
  readonly flags: number
  /** How often it is tried in all. */
  readonly attempts: number
}

/** To what is no get, NLM_F_DUMP means something else: to a delete, NLM_F_NONREC and NLM_F_BULK. */
export function expectGet(protocol: Protocol, name: string): void {
  if (!protocol.byName(name).isGet) throw new TypeError(`expected a get to dump, got '${printable(name)}'`)
}

function begin(plan: DumpPlan, slot: Slot): Asked {
  const asked = ask(plan, slot.channel, {
    name: plan.name,
    value: plan.filter,
    flags: NLM_F_DUMP | plan.flags,
    dump: true,
  })
  slot.busy = true
  return asked
}

/** Looks at how a dump ended. @throws as it ended */
function finish({ pending }: Asked, slot: Slot): void {
  // A refusal is an end too; of all else, more may be to come.
  slot.busy = pending.error !== undefined && !(pending.error instanceof NetlinkError)
  expectWell(pending)
}

function* attempts(plan: DumpPlan, slot: Slot): Steps<unknown[]> {
  for (let interruptions = 0; ; ) {
    const asked = begin(plan, slot)
    yield asked
    if (isTruncated(asked.pending.error)) {
      slot.renew()
      continue
    }
    finish(asked, slot)
    const { exchange } = asked
    if (!exchange.interrupted) return exchange.take()
    interruptions++
    if (interruptions >= plan.attempts) throw new DumpInterruptedError(plan.name, interruptions, exchange.take())
  }
}

/** All that there is, as it was at one moment. */
export function collectSync(plan: DumpPlan): unknown[] {
  const slot = plan.pool.takeSync()
  try {
    return runSync(attempts(plan, slot), plan.timeout)
  } finally {
    slot.give()
  }
}

/** As {@link collectSync}; others run meanwhile. */
export async function collect(plan: DumpPlan): Promise<unknown[]> {
  const slot = await plan.pool.take(plan.signal)
  try {
    return await run(attempts(plan, slot), plan)
  } finally {
    slot.give()
  }
}

/** What a stream ends with: what it has told may have gaps and repeats, and cannot be taken back. */
function finishStream(plan: DumpPlan, asked: Asked, slot: Slot): void {
  finish(asked, slot)
  if (asked.exchange.interrupted) throw new DumpInterruptedError(plan.name, 1, [])
}

/** One after the other, as they come. */
export function* streamSync(plan: DumpPlan): Generator<unknown, void, undefined> {
  const slot = plan.pool.takeSync()
  try {
    const asked = begin(plan, slot)
    for (;;) {
      yield* asked.exchange.take()
      if (asked.pending.done) break
      slot.channel.stepSync(asked.pending, plan.timeout)
    }
    finishStream(plan, asked, slot)
  } finally {
    slot.give()
  }
}

/** As {@link streamSync}; others run meanwhile. */
export const stream = (plan: DumpPlan): Stream<unknown> => oneByOne(datagrams(plan))

/** What a dump tells, a datagram at a time. */
async function* datagrams(plan: DumpPlan): AsyncGenerator<unknown[], void, undefined> {
  plan.signal?.throwIfAborted()
  // Whoever reads may dump meanwhile: were this one of those that others wait for, that could wait for ever.
  const slot = plan.pool.takeSync()
  try {
    const asked = begin(plan, slot)
    for (;;) {
      yield asked.exchange.take()
      if (asked.pending.done) break
      // What has come is told before more is taken, which would have to be kept.
      await slot.channel.step(asked.pending, plan, 1)
    }
    plan.signal?.throwIfAborted()
    finishStream(plan, asked, slot)
  } finally {
    slot.give()
  }
}
