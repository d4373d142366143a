import { setTimeout } from 'node:timers/promises'
import { type AnyConnection, type Operation, runOperation, runOperationSync } from '../api/run/operation.js'
import { ArgumentError, show } from '../codec/error.js'
import { AF } from '../codec/index.js'
import { atCaller, calledBy } from '../connection/caller.js'
import {
  boolean,
  noOptions,
  type OptionRules,
  type TimeoutOptions,
  validateOptions,
  type WaitOptions,
} from '../connection/options.js'
import { NetlinkError } from '../message/index.js'
import { type AddressMessage, IFA_F } from '../route/index.js'
import { type Built, build } from './build.js'
import type { Confirmation, Taken } from './confirmation.js'
import { checkDesired } from './desired.js'
import { ApplyError, ConfirmError, NotSettledError, PlanRefusedError, PlanStaleError } from './errors.js'
import { type Applier, type PlanContext, PlannedState } from './plan.js'
import { type DoneStep, type Failure, runSteps, type StepHooks, undoSteps } from './run-steps.js'
import type {
  Applied,
  AppliedSync,
  ApplyOptions,
  ApplyOptionsSync,
  Desired,
  Plan,
  PlanCheck,
  Step,
  Undone,
} from './types.js'

type Context = Omit<PlanContext, 'state'>

/** Plans the way to a desired state. @throws {TypeError} for mistakes in it, all at once */
export async function plan(context: Context, desired: Desired, options: WaitOptions = noOptions): Promise<Plan> {
  const full = { ...context, state: checkDesired(desired) }
  return planned(await runOperation(context.connection, build(full.state), options), full)
}

/** Plans the way to a desired state, blocking the thread: {@link plan}. */
export function planSync(context: Context, desired: Desired, options: TimeoutOptions = noOptions): Plan {
  const full = { ...context, state: checkDesired(desired) }
  return planned(runOperationSync(context.connection, build(full.state), options), full)
}

const planned = (built: Built, context: PlanContext): PlannedState => new PlannedState(built, context, applier)

const isCheckList = (value: unknown) => Array.isArray(value) && value.every((each) => typeof each === 'function')
const isTime = (value: unknown) => typeof value === 'number' && value >= 0

const syncRules: OptionRules<ApplyOptionsSync> = {
  onFailure: ['undo or stop', (value) => value === 'undo' || value === 'stop'],
  allowLossy: boolean,
}
const rules: OptionRules<ApplyOptions> = {
  ...syncRules,
  settle: ['milliseconds from 0', isTime],
  checks: ['a list of functions', isCheckList],
  // The limit of timers.
  confirmWithin: [
    'milliseconds from 1 to 2147483647',
    (value) => isTime(value) && Number(value) >= 1 && Number(value) <= 0x7fffffff,
  ],
  signal: ['an AbortSignal', (value) => value instanceof AbortSignal],
}

const applier: Applier = {
  async apply(planToApply, options = {}) {
    try {
      return await apply(planToApply, validateOptions(options, rules))
    } catch (error) {
      throw atCaller(error, PlannedState.prototype.apply)
    }
  },
  applySync: (planToApply, options = {}) =>
    calledBy(PlannedState.prototype.applySync, () => applySync(planToApply, validateOptions(options, syncRules))),
}

/** @throws {PlanRefusedError} for a plan that must not be applied with these options */
function checkAppliable({ steps, conflicts }: Plan, { allowLossy = false }: ApplyOptionsSync): void {
  const lossy = allowLossy ? [] : steps.filter(({ undo }) => undo !== 'exact')
  if (conflicts.length > 0 || lossy.length > 0) throw new PlanRefusedError(conflicts, lossy)
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

const stepsOf = (done: readonly DoneStep[]) => done.map(({ step }) => step)

/** Returns the error of steps or checks that failed. */
function* failed(
  { step, cause, partly }: Failure,
  done: readonly DoneStep[],
  mustUndo: boolean,
): Operation<ApplyError> {
  if (!mustUndo)
    return new ApplyError(
      step,
      cause,
      stepsOf(done),
      [],
      done.map((each) => ({ step: each.step, errors: [] })),
    )
  const own = partly === undefined ? [] : (yield* undoSteps([partly])).left
  const { undone, left } = yield* undoSteps(done)
  return new ApplyError(step, cause, stepsOf(done), undone, [...left, ...own])
}

/** Returns the error of a check that fails after the other process has undone the steps, or after they were confirmed. */
function failedLate({ step, cause }: Failure, done: readonly DoneStep[], taken: Taken): ApplyError {
  const steps = stepsOf(done)
  const left = taken === 'undone' ? [] : steps.map((each) => ({ step: each, errors: [] }))
  return new ApplyError(step, cause, steps, taken === 'undone' ? steps : [], left)
}

const nothingUndone: Undone = { undone: [], left: [] }

function applySync(previous: PlannedState, options: ApplyOptionsSync): AppliedSync {
  checkAppliable(previous, options)
  const context = PlannedState.contextOf(previous)
  const run = <T>(operation: Operation<T>) => runOperationSync(context.connection, operation, noOptions)
  const built = run(rebuild(previous, context))
  const done: DoneStep[] = []
  const failure = run(runSteps(built, done, { before() {}, record() {} }))
  if (failure) throw run(failed(failure, done, options.onFailure !== 'stop'))
  let isUndone = false
  const applied: AppliedSync = {
    done: stepsOf(done),
    undoSync() {
      if (isUndone) return nothingUndone
      isUndone = true
      return run(undoSteps(done))
    },
  }
  const after = run(build(context.state))
  if (after.steps.length > 0 || after.conflicts.length > 0)
    throw new NotSettledError(planned(after, context), applied, [])
  return applied
}

async function apply(previous: PlannedState, options: ApplyOptions): Promise<Applied> {
  checkAppliable(previous, options)
  const { signal, onFailure = 'undo', settle = SETTLE, checks = [], confirmWithin } = options
  signal?.throwIfAborted()
  const context = PlannedState.contextOf(previous)
  const run = <T>(operation: Operation<T>) => runOperation(context.connection, operation, noOptions)
  const built = await run(rebuild(previous, context))
  const confirmation =
    confirmWithin === undefined || built.steps.length === 0 ? undefined : await confirmationOf(context, confirmWithin)
  const done: DoneStep[] = []
  const fail = async (failure: Failure) => {
    if (confirmation && !(await confirmation.undoing())) return failedLate(failure, done, await confirmation.taken())
    const error = await run(failed(failure, done, onFailure === 'undo'))
    await confirmation?.end()
    return error
  }
  const deadline = performance.now() + settle
  const hooks = hooksOf(confirmation, signal)
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
  const applied = appliedOf(context.connection, done, confirmation)
  await settled(context, applied, settle)
  try {
    for (const check of checks) await passes(check)
  } catch (cause) {
    throw await fail({ step: undefined, cause, partly: undefined })
  }
  return applied
}

/** True for a next hop whose link has no carrier yet: a link gets it some time after it was set up. */
const isWithoutCarrier = ({ step, cause }: Failure) =>
  cause instanceof NetlinkError && cause.code === 'ENETDOWN' && step?.object === 'nexthop'

/** Default of `settle`. */
const SETTLE = 5000

const hooksOf = (confirmation: Confirmation | undefined, signal: AbortSignal | undefined): StepHooks => ({
  before: () => signal?.throwIfAborted(),
  record: (done) => confirmation?.record(done),
})

/** Starts the process that undoes the steps unless they are confirmed. */
async function confirmationOf({ openNetns }: PlanContext, confirmWithin: number): Promise<Confirmation> {
  if (openNetns === undefined)
    throw new ArgumentError('expected no confirmWithin with socketFactory, as another process cannot use it, got it')
  const { Confirmation: Started } = await import('./confirmation.js')
  return Started.start(openNetns, confirmWithin)
}

function appliedOf(
  connection: AnyConnection,
  done: readonly DoneStep[],
  confirmation: Confirmation | undefined,
): Applied {
  let state: 'waiting' | Taken = 'waiting'
  return {
    done: stepsOf(done),
    ...(confirmation && { journal: confirmation.name }),
    async confirm() {
      if (state === 'undone') throw new ConfirmError('expected steps that are done, but undo() was called before')
      if (state === 'waiting') await confirmation?.confirm()
      state = 'confirmed'
    },
    async undo() {
      if (state !== 'waiting') return nothingUndone
      state = 'undone'
      if (confirmation && !(await confirmation.undoing())) {
        state = await confirmation.taken()
        return nothingUndone
      }
      const result = await runOperation(connection, undoSteps(done), noOptions)
      await confirmation?.end()
      return result
    },
    undoSync() {
      if (confirmation) throw new ArgumentError('expected undo() of steps with confirmWithin, got undoSync()')
      if (state !== 'waiting') return nothingUndone
      state = 'undone'
      return runOperationSync(connection, undoSteps(done), noOptions)
    },
  }
}

async function passes(check: PlanCheck): Promise<void> {
  const result = await check()
  if (result === false) throw new ArgumentError(`expected ${check.name || 'the check'} to pass, got ${show(result)}`)
}

/** Milliseconds between two comparisons of the state with the desired one. */
const PAUSE = 50

/** Waits until nothing is to do. @throws {NotSettledError} */
async function settled(context: PlanContext, applied: Applied, settle: number): Promise<void> {
  const deadline = performance.now() + settle
  for (;;) {
    const built = await runOperation(context.connection, build(context.state), noOptions)
    const { waiting, isFinal } = waitingFor(built)
    if (built.steps.length === 0 && built.conflicts.length === 0 && waiting.length === 0) return
    if (isFinal || performance.now() >= deadline) throw new NotSettledError(planned(built, context), applied, waiting)
    await setTimeout(Math.min(PAUSE, Math.max(1, deadline - performance.now())))
  }
}

/** Returns the desired addresses that are not usable yet. `isFinal` is true if waiting does not help. */
function waitingFor({ claimed, snapshot }: Built): { readonly waiting: string[]; readonly isFinal: boolean } {
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
