import { ApplyError, type Desired, Netlink, type Plan, PlanRefusedError, type Undone } from '@netloom/netlink'
import * as assert from 'uvu/assert'
import { type Fault, type Injector, injectorOf } from '../support/injected.js'
import { inScratch } from '../support/netns.js'
import { stateNow } from '../support/plan.js'
import { addForeign } from './foreign.js'
import type { PlanCase } from './generate.js'

/** Figures of the cases that were checked. */
export interface Figures {
  cases: number
  steps: number
  faults: number
  /** Plans that cannot be applied, because of conflicts. */
  conflicts: number
  /** Plans with a step that the kernel refused. */
  refused: number
}

export const noFigures = (): Figures => ({ cases: 0, steps: 0, faults: 0, conflicts: 0, refused: 0 })

/** Milliseconds to wait for a state: the kernel reports carriers and adds addresses later. */
const PATIENCE = 2500
const PAUSE = 10

const pause = (milliseconds: number) => new Promise((resolve) => setTimeout(resolve, milliseconds))

/** Lines of a state that another one lacks. */
const missing = (lines: readonly string[], from: readonly string[]) => {
  const others = new Map<string, number>()
  for (const line of from) others.set(line, (others.get(line) ?? 0) + 1)
  return lines.filter((line) => {
    const count = others.get(line) ?? 0
    others.set(line, count - 1)
    return count <= 0
  })
}

/** Returns the members of an object with their paths. */
function* leaves(value: unknown, path: string): Generator<string> {
  if (typeof value !== 'object' || value === null) yield `${path}=${JSON.stringify(value)}`
  else for (const [key, member] of Object.entries(value)) yield* leaves(member, `${path}.${key}`)
}

const parts = (line: string) => {
  const [, object = '', json = ''] = /^(\w+) (.*)$/.exec(line) ?? []
  return [...leaves(JSON.parse(json), object)]
}

/** Returns the differences of two states: objects of one only, and the members in which two similar objects differ. */
function differences(lost: readonly string[], more: readonly string[]): string[] {
  const rest = [...more]
  const lines = lost.map((line) => {
    const own = parts(line)
    const near = rest
      .map((each) => [parts(each), each] as const)
      .filter(([members]) => missing(own, members).length <= 4 && missing(members, own).length <= 4)
      .sort(([one], [other]) => missing(own, one).length - missing(own, other).length)[0]
    if (near === undefined) return `- ${line}`
    rest.splice(rest.indexOf(near[1]), 1)
    const name = own.find((each) => /ifname|dst|address/.test(each)) ?? ''
    return `~ ${name}: ${missing(own, near[0]).join(' ')} → ${missing(near[0], own).join(' ')}`
  })
  return [...lines, ...rest.map((line) => `+ ${line}`)]
}

/** True for what the kernel adds to a link with its first carrier, and leaves: a link-local address (IFA_PROTO 3) with its routes. */
const isLinkLocal = (line: string) =>
  /^(address .*"address":"fe80:.*"proto":3|route .*"protocol":2.*"dst":"fe80:)/.test(line)

/** Waits until a namespace has a state. @throws an error with the differences */
export async function hasState(
  what: string,
  nl: Netlink,
  wanted: readonly string[],
  patience: number = PATIENCE,
): Promise<void> {
  const deadline = performance.now() + patience
  for (;;) {
    const state = stateNow(nl)
    const lost = missing(wanted, state)
    const more = missing(state, wanted).filter((line) => !isLinkLocal(line))
    if (lost.length === 0 && more.length === 0) return
    if (performance.now() > deadline)
      throw new Error([`${what}\nexpected the state before, got`, ...differences(lost, more)].join('\n'))
    await pause(PAUSE)
  }
}

/** Returns the state of a namespace when it has stopped changing. */
async function settledState(nl: Netlink): Promise<string[]> {
  let last = stateNow(nl)
  for (let same = 0; same < 3; ) {
    await pause(PAUSE)
    const state = stateNow(nl)
    same = missing(state, last).length + missing(last, state).length === 0 ? same + 1 : 0
    last = state
  }
  return last
}

/** True for an object whose detection of duplicates, or whose link's carrier, is still to be expected. */
const isSettling = (nl: Netlink, hasLinkLocal: boolean) =>
  nl.link
    .listSync()
    .some(
      ({ flags, operstate }) =>
        flags.includes('UP') && flags.includes('LOWER_UP') && operstate !== 'UP' && operstate !== 'UNKNOWN',
    ) ||
  nl.address.listSync({ family: 'inet6' }).some(({ flags }) => flags.includes('TENTATIVE')) ||
  (hasLinkLocal &&
    nl.link
      .listSync({ up: true })
      .some(
        ({ index, type, flags }) =>
          type === 'ether' &&
          flags.includes('LOWER_UP') &&
          !nl.address.listSync({ family: 'inet6', dev: index }).some(({ address }) => address.startsWith('fe80:')),
      ))

/** Returns the state of a namespace when carriers and addresses have settled. */
export async function stableState(nl: Netlink, hasLinkLocal: boolean): Promise<string[]> {
  const deadline = performance.now() + PATIENCE
  while (isSettling(nl, hasLinkLocal) && performance.now() < deadline) await pause(PAUSE)
  return settledState(nl)
}

async function errorOf(promise: Promise<unknown>): Promise<unknown> {
  try {
    await promise
    return undefined
  } catch (error) {
    return error
  }
}

const options = { allowLossy: true, settle: 3000 }

const leftOf = ({ left }: Undone) =>
  left.map(
    ({ step: { id, verb, object, key }, errors }) =>
      `${id} ${verb} ${object} ${key}: ${errors.map(({ message }) => message)}`,
  )

/** Returns the number of the request that was refused. A next hop whose link has no carrier is requested again and again. */
function firstRefusal({ refused }: Injector, { cause }: ApplyError): number {
  let number = refused.get(cause) ?? refused.get((cause as Error).cause) ?? 0
  const numbers = new Set(refused.values())
  while (numbers.has(number - 1)) number--
  return number
}

/** Applies a plan whose check fails at the end. Checks that it is undone. Returns the numbers of its requests. */
async function isUndone(
  nl: Netlink,
  injector: Injector,
  desired: Desired,
  before: readonly string[],
  fault?: { readonly number: number; readonly fault: Fault },
): Promise<{ readonly plan: Plan; readonly count: number; readonly error: ApplyError }> {
  const plan = await nl.plan(desired)
  const from = injector.changes
  let last: number | undefined
  const enough = () => {
    last = injector.changes
    return false
  }
  if (fault) injector.fail(from + fault.number, fault.fault)
  const error = (await errorOf(plan.apply({ ...options, settle: 300, checks: [enough] }))) as ApplyError
  const place = `${fault ? `request ${fault.number} ${fault.fault}: ` : ''}${error}\n${plan}`
  if (!(error instanceof ApplyError)) throw error
  assert.equal(leftOf(error), [], place)
  await hasState(place, nl, before)
  return { plan, count: (last ?? firstRefusal(injector, error)) - from, error }
}

/** Checks the plan of one case in a namespace that is in the state before. */
async function checkPlan(nl: Netlink, injector: Injector, { desired, hasLinkLocal }: PlanCase, figures: Figures) {
  const before = await stableState(nl, hasLinkLocal)
  const from = injector.changes
  const plan = await nl.plan(desired)
  assert.is(injector.changes, from, 'a plan changes nothing')
  await hasState('after planning', nl, before)
  if (plan.conflicts.length > 0) {
    figures.conflicts++
    const error = await errorOf(plan.apply(options))
    assert.is((error as { code?: string }).code, 'ERR_NETLINK_PLAN_REFUSED', String(error))
    return hasState('after a refused plan', nl, before)
  }
  figures.steps += plan.steps.length
  const { count, error } = await isUndone(nl, injector, desired, before)
  if (error.step !== undefined) figures.refused++
  for (const fault of ['refused', 'lost'] as const)
    for (let number = 1; number <= count; number++) {
      figures.faults++
      await isUndone(nl, injector, desired, before, { number, fault })
    }
  if (error.step === undefined) await reaches(nl, desired, before)
}

/** Checks that nothing remains to do after a plan, and that it can be undone. */
async function reaches(nl: Netlink, desired: Desired, before: readonly string[]): Promise<void> {
  const plan = await nl.plan(desired)
  const applied = await plan.apply(options)
  const again = await nl.plan(desired)
  assert.ok(again.isEmpty, `expected no second plan after\n${plan}\ngot\n${again}`)
  assert.equal(leftOf(await applied.undo()), [], `undo() of\n${plan}`)
  await hasState(`after undo() of\n${plan}`, nl, before)
}

/** Calls a function with a namespace in the state before. Returns undefined if that state is a contradiction. */
export const inCase = <T>(
  { hasLinkLocal, before }: PlanCase,
  figures: Figures,
  use: (nl: Netlink, injector: Injector, path: string) => Promise<T>,
): Promise<T | undefined> =>
  inScratch(async (namespace) => {
    const values = `echo 0 > accept_dad; echo ${hasLinkLocal ? 0 : 1} > addr_gen_mode`
    namespace.exec('sh', ['-c', `cd /proc/sys/net/ipv6/conf/default; ${values}`])
    using nl = Netlink.open({ netns: namespace.path })
    nl.link.setSync('lo', { up: true })
    using injector = injectorOf(nl)
    figures.cases++
    // What the kernel accepts of it is the state before.
    const error = await errorOf((await nl.plan(before)).apply({ ...options, onFailure: 'stop' }))
    if (error instanceof PlanRefusedError) {
      figures.conflicts++
      return undefined
    }
    if (error !== undefined && !(error instanceof ApplyError)) throw error
    return await use(nl, injector, namespace.path)
  })

/** Checks a case in its own namespace. @throws if a property does not hold */
export async function checkCase(planned: PlanCase, figures: Figures): Promise<void> {
  await inCase(planned, figures, (nl, injector) => checkPlan(nl, injector, planned, figures))
}

/** Checks that a plan and its undo leave 1,000 objects of other programs as they are. @throws if one has changed */
export async function checkForeignCase(planned: PlanCase, figures: Figures): Promise<void> {
  await inCase(planned, figures, async (nl) => {
    const own = await stableState(nl, planned.hasLinkLocal)
    addForeign(nl)
    const before = await stableState(nl, planned.hasLinkLocal)
    const foreign = missing(before, own)
    assert.ok(foreign.length > 1000)
    const error = await errorOf(isUndone(nl, injectorOf(nl), planned.desired, before))
    if (error instanceof PlanRefusedError) return
    if (error !== undefined) throw error
    await errorOf((await nl.plan(planned.desired)).apply({ ...options, onFailure: 'stop' }))
    assert.equal(missing(foreign, await stableState(nl, planned.hasLinkLocal)), [])
  })
}
