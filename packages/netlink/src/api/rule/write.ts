import { NetlinkError } from '../../message/index.js'
import { FR_ACT, RT_TABLE, RTPROT, type RuleMessage, ruleMessage } from '../../route/index.js'
import { type Ensured, ensure, type FoundMessage, type Target } from '../run/ensure.js'
import { checkFlush, flushed } from '../run/flush.js'
import type { KnownObjects, KnownTarget } from '../run/known.js'
import { ifThere } from '../run/link-lookup.js'
import { change, type Operation, undo } from '../run/operation.js'
import { Rollback } from '../run/rollback.js'
import { AmbiguousError, refusal, requestForFirst } from '../run/selection.js'
import { describeRule } from '../values/describe.js'
import { normalize } from '../values/normalize.js'
import { requireKeys } from '../values/objects.js'
import { toRule } from './decode.js'
import { compareRule, doesSame, hasKey, isOwn } from './diff.js'
import { encodeRule } from './encode.js'
import { filterKeys, filterOf, rulesOf, rulesWith } from './read.js'
import { checkSelects, deletionOf, isTaken, selectorOf } from './selection.js'
import type { NewRule, Rule, RuleFilter } from './types.js'

/** The mask of all bits. The kernel has no default for it, unlike for the other masks. */
const ALL_OF_FLOWLABEL = 0xfffff

/** Returns the message of a rule to add, with the defaults of `ip rule`. @throws {TypeError} */
const encodeNewRule = (rule: NewRule): RuleMessage => withDefaults(rule, encodeRule(rule))

/** Adds the defaults of `ip rule` to the message of a rule, in the form in which the kernel reports it. */
const withDefaults = (rule: NewRule, encoded: RuleMessage): RuleMessage =>
  addDefaults(rule, normalize(ruleMessage, encoded))

/** Adds the defaults of `ip rule` to the message of a rule. */
function addDefaults(rule: NewRule, message: RuleMessage): RuleMessage {
  const action = message.action || (rule.goto === undefined ? FR_ACT.TO_TBL : FR_ACT.GOTO)
  // Without a table the kernel would use the first empty one for IPv4, and refuse IPv6.
  const isDefault = action === FR_ACT.TO_TBL && message.attrs.table === undefined && message.attrs.l3mdev === undefined
  const attrs = {
    ...(message.attrs.flowlabel !== undefined && { flowlabelMask: ALL_OF_FLOWLABEL }),
    ...message.attrs,
    ...(isDefault && { table: RT_TABLE.MAIN }),
  }
  return { ...message, action, attrs }
}

const adding = { create: true, excl: true }

/** Adds a rule. */
export function* add(rule: NewRule): Operation<void> {
  yield* change('RTM_NEWRULE', encodeNewRule(rule), adding)
}

/** Returns the request that deletes the first rule for which a condition is true. @throws {AmbiguousError} */
const deletionOfFirst = (listed: readonly RuleMessage[], isWanted: (message: RuleMessage) => boolean) =>
  requestForFirst({ object: 'rule', listed, isWanted, request: deletionOf, matches: isTaken, toObject: toRule })

/** Deletes the first rule that has all given properties. */
export function* remove(selector: NewRule): Operation<void> {
  const { family, isWanted } = selectorOf(selector)
  const message = deletionOfFirst(yield* rulesOf(family), isWanted)
  if (message === undefined) throw refusal({ request: 'RTM_DELRULE', code: 'ENOENT', explanation: 'no such rule' })
  yield* change('RTM_DELRULE', message)
}

/** The rule that a spec refers to, and the list in which it was found. */
interface Found {
  readonly found: RuleMessage
  readonly listed: readonly RuleMessage[]
  /** True if it matches the whole spec. */
  readonly isSame?: boolean
}

/**
 * Finds the rule with the key of a spec: one that matches the whole spec, or else the one with the same protocol, to replace it.
 * @throws {AmbiguousError} if several could be replaced
 */
function* findTarget(spec: NewRule, request: RuleMessage): Operation<Found | undefined> {
  // Those of other priorities are never replaced or deleted in place of a rule.
  const listed = yield* rulesWith(request.family, request.attrs.priority)
  const selecting = listed.filter((each) => hasKey(request, each))
  const own = selecting.filter((each) => isOwn(request, each))
  const match = (spec.protocol === undefined ? selecting : own).find((each) => doesSame(request, each))
  if (match !== undefined) return { found: match, listed, isSame: true }
  // Without a priority a rule that differs is another one: the new rule gets its own priority.
  const [found, ...more] = spec.priority === undefined ? [] : own
  if (more.length === 0) return found && { found, listed }
  const reason = `expected one rule of priority ${spec.priority} with these selectors to change, got ${own.length}`
  throw new AmbiguousError('rule', reason, own.map(toRule))
}

/**
 * Replaces a rule. The kernel has no request for it. It appends a rule to those of the same priority, so the old one stays in
 * effect until it is deleted. The kernel regards rules as equal if they differ only in `goto`, or if one lacks `realms`. Then the
 * old rule is deleted first.
 */
function* put(request: RuleMessage, { found, listed }: Found): Operation<void> {
  const deletion = change('RTM_DELRULE', deletionOfFirst(listed, (message) => message === found) as RuleMessage)
  const addition = () => change('RTM_NEWRULE', request, adding)
  const rollback = new Rollback()
  if (yield* isAdded(addition())) {
    const reversal = deletionOf(request)
    // If the kernel would delete the old rule instead, the new one stays.
    if (!isTaken(reversal, found)) rollback.add(undo('RTM_DELRULE', reversal))
    yield* rollback.during(ifThere(deletion, 'ENOENT'))
  } else {
    yield* deletion
    rollback.add(undo('RTM_NEWRULE', encodeNewRule(toRule(found) as NewRule), adding))
    yield* rollback.during(addition())
  }
}

/** Runs an addition. Returns false if the kernel regards the rule as equal to an existing one. */
function* isAdded(addition: Operation<unknown>): Operation<boolean> {
  try {
    yield* addition
    return true
  } catch (error) {
    if (error instanceof NetlinkError && error.code === 'EEXIST') return false
    throw error
  }
}

/** Adds a rule, or replaces the one with the same priority, selectors and protocol. */
export function* replace(rule: NewRule): Operation<void> {
  const request = encodeNewRule(rule)
  requireKeys('rule', rule, 'priority')
  const target = yield* findTarget(rule, request)
  if (target === undefined) yield* change('RTM_NEWRULE', request, adding)
  else if (!doesSame(request, target.found)) yield* put(request, target)
}

/** Adds a rule, or replaces the one with its key if it differs from the spec. */
export function* ensureRule(rule: NewRule): Operation<Ensured> {
  return yield* ensure(ruleTarget(rule))
}

/** Returns the target of a spec. @throws {TypeError} for a wrong option */
export function ruleTarget(rule: NewRule): Target<FoundMessage<RuleMessage>> {
  const encoded = encodeRule(rule)
  checkSelects(encoded)
  const request = withDefaults(rule, encoded)
  let target: Found | undefined
  function* find(): Operation<FoundMessage<RuleMessage> | undefined> {
    target = yield* findTarget(rule, request)
    return target && { message: target.found }
  }
  return {
    object: 'rule',
    message: request,
    describe: () => describeRule(rule),
    find,
    create: () => change('RTM_NEWRULE', request, adding),
    isClearlySame: ({ message }) => target?.isSame === true && target.found === message,
    compare: ({ message }) => compareRule(rule, request, message),
    update: () => put(request, target as Found),
  }
}

/** Returns the rule of a spec if that is clear without a request: see {@link ruleTarget}, which finds the same one. @throws {TypeError} */
export function knownRule(rule: NewRule, known: KnownObjects): KnownTarget<RuleMessage> | undefined {
  const { priority, protocol } = rule
  if (priority === undefined) return undefined
  const encoded = encodeRule(rule)
  checkSelects(encoded)
  const message = addDefaults(rule, encoded)
  const rules = known.rules(message.family, priority)
  if (rules === undefined) return undefined
  let isTaken = false
  for (const each of rules) {
    if (!hasKey(message, each)) continue
    if ((protocol === undefined || isOwn(message, each)) && doesSame(message, each)) return { message, found: each }
    isTaken = true
  }
  return isTaken ? undefined : { message, found: undefined }
}

/** Deletes the rules that a filter selects. Those of the kernel are kept, unless the filter names their protocol. */
export function* flush(filter: RuleFilter): Operation<Rule[]> {
  const { families, fits } = filterOf(filter)
  checkFlush(filter, filterKeys)
  const isKept = (message: RuleMessage) => filter.protocol === undefined && message.attrs.protocol === RTPROT.KERNEL
  const deleted: Rule[] = []
  for (const family of families) {
    const listed = yield* rulesOf(family)
    const targets = listed.filter((message) => fits(message) && !isKept(message))
    for (const target of targets) {
      const deletion = deletionOfFirst(listed, (message) => message === target) as RuleMessage
      if (yield* flushed(change('RTM_DELRULE', deletion))) deleted.push(toRule(target))
      listed.splice(listed.indexOf(target), 1)
    }
  }
  return deleted
}
