import { setTimeout } from 'node:timers/promises'
import { type Operation, runOperation, runOperationSync } from '../api/run/operation.js'
import { ArgumentError, show } from '../codec/error.js'
import { atCaller, calledBy } from '../connection/caller.js'
import { noOptions, type TimeoutOptions, validateOptions, type WaitOptions } from '../connection/options.js'
import { NetlinkError } from '../message/index.js'
import type { NetnsDescriptor } from '../socket/transport.js'
import { appliedOf, appliedSyncOf } from './applied.js'
import { applyRules, applySyncRules, checkAppliable } from './apply-options.js'
import { type Built, build } from './build.js'
import type { Confirmation } from './confirmation.js'
import { checkDesired } from './desired.js'
import { NotSettledError, PlanStaleError } from './errors.js'
import { failed, failedLate } from './failure.js'
import { NetnsLock, relocked } from './netns-lock.js'
import { type Applier, type PlanContext, PlannedState } from './plan.js'
import { type DoneStep, type Failure, runSteps, type StepHooks } from './run-steps.js'
import { PAUSE, settled } from './settle.js'
import type { Applied, AppliedSync, ApplyOptions, ApplyOptionsSync, Desired, Plan, PlanCheck, Step } from './types.js'
import { reportUnwatched, throwUnwatched } from './unwatched.js'

type Context = Omit<PlanContext, 'state'>

/** Plans the way to a desired state. @throws {TypeError} for mistakes in it, all at once */
export async function plan(context: Context, desired: Desired, options: WaitOptions = noOptions): Promise<Plan> {
  const full = { ...context, state: checkDesired(desired) }
  if (context.openNetns) reportUnwatched(context.openNetns)
  return planned(await runOperation(() => context.connection, build(full.state), options), full)
}

/** Plans the way to a desired state, blocking the thread: {@link plan}. */
export function planSync(context: Context, desired: Desired, options: TimeoutOptions = noOptions): Plan {
  const full = { ...context, state: checkDesired(desired) }
  if (context.openNetns) reportUnwatched(context.openNetns)
  return planned(
    runOperationSync(() => context.connection, build(full.state), options),
    full,
  )
}

const planned = (built: Built, context: PlanContext): PlannedState => new PlannedState(built, context, applier)

const applier: Applier = {
  async apply(planToApply, options = {}) {
    try {
      return await apply(planToApply, validateOptions(options, applyRules))
    } catch (error) {
      throw atCaller(error, PlannedState.prototype.apply)
    }
  },
  applySync: (planToApply, options = {}) =>
    calledBy(PlannedState.prototype.applySync, () => applySync(planToApply, validateOptions(options, applySyncRules))),
}

/** Returns the steps without what changes by itself: lifetimes run down. */
const comparable = (steps: readonly Step[]) =>
  JSON.stringify(steps, (key, value) =>
    key === 'changes'
      ? (value as Step['changes']).map((each) => (/lifetime$|^expires$/i.test(each.key) ? { key: each.key } : each))
      : typeof value === 'bigint'
        ? `${value}n`
        : value,
  )

/** Builds the plan again from the present state. @throws {PlanStaleError} if it differs */
function* rebuild(previous: Plan, context: PlanContext): Operation<Built> {
  const built = yield* build(context.state)
  const isSame =
    comparable(built.steps) === comparable(previous.steps) && built.conflicts.length === previous.conflicts.length
  if (!isSame) throw new PlanStaleError(planned(built, context))
  return built
}

function applySync(previous: PlannedState, options: ApplyOptionsSync): AppliedSync {
  checkAppliable(previous, options)
  const context = PlannedState.contextOf(previous)
  const run = <T>(operation: Operation<T>) => runOperationSync(() => context.connection, operation, noOptions)
  const end = previous.begin()
  let lock: NetnsLock | undefined
  try {
    if (mustLock(previous, context)) lock = NetnsLock.acquireSync(context.openNetns)
    if (lock) throwUnwatched(lock)
    const built = run(rebuild(previous, context))
    const done: DoneStep[] = []
    const failure = run(runSteps(built, done, { before() {}, record() {}, amend() {} }))
    if (failure) throw run(failed(failure, done, options.onFailure !== 'stop'))
    const applied = appliedSyncOf(context, done)
    const after = run(build(context.state))
    if (after.steps.length > 0 || after.conflicts.length > 0)
      throw new NotSettledError(planned(after, context), applied, [])
    return applied
  } finally {
    lock?.release()
    end()
  }
}

async function apply(previous: PlannedState, options: ApplyOptions): Promise<Applied> {
  checkAppliable(previous, options)
  options.signal?.throwIfAborted()
  const context = PlannedState.contextOf(previous)
  const end = previous.begin()
  let lock: NetnsLock | undefined
  try {
    if (mustLock(previous, context)) lock = await NetnsLock.acquire(context.openNetns)
    if (lock) throwUnwatched(lock)
    return await applyLocked(previous, context, lock, options)
  } finally {
    lock?.release()
    end()
  }
}

type LockedContext = PlanContext & { readonly openNetns: () => NetnsDescriptor }

/** True if the steps of a plan change a namespace of the kernel. */
const mustLock = ({ steps }: Plan, context: PlanContext): context is LockedContext =>
  steps.length > 0 && context.openNetns !== undefined

async function applyLocked(
  previous: PlannedState,
  context: PlanContext,
  lock: NetnsLock | undefined,
  options: ApplyOptions,
): Promise<Applied> {
  const { onFailure = 'undo', settle = SETTLE, checks = [], confirmWithin } = options
  const run = <T>(operation: Operation<T>) => runOperation(() => context.connection, operation, noOptions)
  const built = await run(rebuild(previous, context))
  const confirmation =
    confirmWithin === undefined || built.steps.length === 0
      ? undefined
      : await confirmationOf(context, lock, confirmWithin)
  const done: DoneStep[] = []
  const fail = async (failure: Failure) => {
    if (confirmation && !(await confirmation.undoing())) return failedLate(failure, done, await confirmation.taken())
    const error = await run(failed(failure, done, onFailure === 'undo'))
    await confirmation?.end()
    return error
  }
  const deadline = performance.now() + settle
  const hooks = hooksOf(confirmation, options)
  let failure = await run(runSteps(built, done, hooks))
  while (failure && isWithoutCarrier(failure) && performance.now() < deadline) {
    await setTimeout(PAUSE)
    failure = await run(runSteps(built, done, hooks))
  }
  if (failure) throw await fail(failure)
  try {
    await confirmation?.applied()
  } catch (cause) {
    throw await fail({ step: undefined, cause, partly: undefined })
  }
  const applied = appliedOf(context, done, confirmation)
  await settled(context, applied, settle, planned)
  try {
    for (const check of checks) await passes(check)
  } catch (cause) {
    // If the other process was killed meanwhile, nothing has the lock.
    const again = confirmation && context.openNetns && relocked(context.openNetns)
    try {
      throw await fail({ step: undefined, cause, partly: undefined })
    } finally {
      again?.release()
    }
  }
  return applied
}

/** True for a next hop, or the active port of a bond, whose link has no carrier yet: a link gets it some time after it was set up. */
const isWithoutCarrier = ({ step, cause }: Failure) =>
  cause instanceof NetlinkError &&
  ((cause.code === 'ENETDOWN' && step?.object === 'nexthop') ||
    (cause.code === 'EINVAL' && step?.changes.length === 1 && step.changes[0]?.key === 'data.activeSlave'))

/** Default of `settle`. */
const SETTLE = 5000

const hooksOf = (confirmation: Confirmation | undefined, { signal, onStep }: ApplyOptions): StepHooks => ({
  before: () => signal?.throwIfAborted(),
  record: (done) => confirmation?.record(done),
  amend: (done) => confirmation?.record(done, true),
  after: (step) => onStep?.(step),
})

/** Starts the process that undoes the steps unless they are confirmed. */
async function confirmationOf(
  { openNetns }: PlanContext,
  lock: NetnsLock | undefined,
  confirmWithin: number,
): Promise<Confirmation> {
  if (openNetns === undefined || lock === undefined)
    throw new ArgumentError('expected no confirmWithin with socketFactory, as another process cannot use it, got it')
  const { Confirmation: Started } = await import('./confirmation.js')
  return Started.start(openNetns, lock, confirmWithin)
}

async function passes(check: PlanCheck): Promise<void> {
  const result = await check()
  if (result === false) throw new ArgumentError(`expected ${check.name || 'the check'} to pass, got ${show(result)}`)
}
