import { ownOnly } from '../../codec/own.js'
import type { TimeoutOptions, WaitOptions } from '../../connection/options.js'
import { FR_ACT, RT_TABLE, type RuleMessage } from '../../route/index.js'
import { bind } from '../run/bind.js'
import { type AnyConnection, change, dump, type Operation } from '../run/operation.js'
import { Runner } from '../run/runner.js'
import { refusal, requestForFirst } from '../run/selection.js'
import { U32 } from '../values/accepted.js'
import { describeRule } from '../values/describe.js'
import { familyNumber, type IpFamily } from '../values/ip-text.js'
import { tableNumber } from '../values/names.js'
import { checkKeys } from '../values/objects.js'
import { toRule } from './decode.js'
import { encodeRule } from './encode.js'
import { deletionOf, isTaken, selectorOf, tableOf } from './selection.js'
import type { NewRule, Rule, RuleFilter } from './types.js'

/** Operations on the rules that select routing tables: `nl.rule`. Those that end with `Sync` block the thread until the kernel has answered. */
export interface RuleOperations {
  /**
   * Lists rules in the order in which the kernel applies them, like `ip rule list`; those of IPv4 first.
   * @param filter restricts the list; by default the rules of IPv4 and IPv6 are listed
   */
  list(filter?: RuleFilter, options?: WaitOptions): Promise<Rule[]>

  /** Lists rules, like `ip rule list`. Synchronous form of {@link RuleOperations.list}. */
  listSync(filter?: RuleFilter, options?: TimeoutOptions): Rule[]

  /**
   * Returns the first rule that has all given properties, like `ip rule list` with a selector; `undefined` if there is none.
   * @throws {TypeError} if the selector has no property that distinguishes rules
   */
  get(selector: NewRule, options?: WaitOptions): Promise<Rule | undefined>

  /** Returns the first rule that has all given properties. Synchronous form of {@link RuleOperations.get}. */
  getSync(selector: NewRule, options?: TimeoutOptions): Rule | undefined

  /**
   * Adds a rule, like `ip rule add`. Without `table`, it looks up the table `main`.
   * @throws {NetlinkError} `EEXIST` if there is an equal rule
   */
  add(rule: NewRule, options?: WaitOptions): Promise<void>

  /** Adds a rule, like `ip rule add`. Synchronous form of {@link RuleOperations.add}. */
  addSync(rule: NewRule, options?: TimeoutOptions): void

  /**
   * Deletes the first rule that has all given properties, like `ip rule delete`. For a rule that was read, deletes this one or none.
   * @throws {TypeError} if the selector has no property that distinguishes rules
   * @throws {NetlinkError} `ENOENT` if there is no such rule
   * @throws {AmbiguousError} if the kernel would delete another rule, because it has the same properties and more
   */
  delete(selector: NewRule, options?: WaitOptions): Promise<void>

  /** Deletes the first rule that has all given properties, like `ip rule delete`. Synchronous form of {@link RuleOperations.delete}. */
  deleteSync(selector: NewRule, options?: TimeoutOptions): void
}

/** Creates the operations on one connection. */
export const ruleOperations = (connection: AnyConnection) =>
  bind<RuleOperations>(new Runner(() => connection, 'rule', describeRule), {
    list: { arguments: 1, run: list },
    get: { arguments: 1, run: get },
    add: { arguments: 1, run: add },
    delete: { arguments: 1, run: remove },
  })

const filterKeys = { family: 1, table: 1, priority: U32 } satisfies Record<keyof RuleFilter, unknown>

function* rulesOf(family: IpFamily): Operation<RuleMessage[]> {
  const number = familyNumber(family)
  // The kernel returns the rules of all families if it does not support this one.
  return (yield* dump('RTM_GETRULE', { family: number })).filter((message) => message.family === number)
}

function* list(filter?: RuleFilter): Operation<Rule[]> {
  checkKeys('filter', filter ?? {}, filterKeys)
  const { family, table, priority } = ownOnly(filter ?? {})
  const wanted = table === undefined ? undefined : tableNumber(table)
  const rules: Rule[] = []
  for (const each of family === undefined ? (['inet', 'inet6'] as const) : [family]) {
    for (const message of yield* rulesOf(each)) {
      if (wanted !== undefined && tableOf(message) !== wanted) continue
      if (priority === undefined || (message.attrs.priority ?? 0) === priority) rules.push(toRule(message))
    }
  }
  return rules
}

function* get(selector: NewRule): Operation<Rule | undefined> {
  const { family, isWanted } = selectorOf(selector)
  const found = (yield* rulesOf(family)).find(isWanted)
  return found && toRule(found)
}

/** The mask of all bits. The kernel has no default for it, unlike for the other masks. */
const ALL_OF_FLOWLABEL = 0xfffff

function* add(rule: NewRule): Operation<void> {
  const message = encodeRule(rule)
  const action = message.action || (rule.goto === undefined ? FR_ACT.TO_TBL : FR_ACT.GOTO)
  // Like `ip rule`: without a table the kernel would use the first empty one for IPv4, and refuse IPv6.
  const isDefault = action === FR_ACT.TO_TBL && message.attrs.table === undefined && message.attrs.l3mdev === undefined
  const attrs = {
    ...(message.attrs.flowlabel !== undefined && { flowlabelMask: ALL_OF_FLOWLABEL }),
    ...message.attrs,
    ...(isDefault && { table: RT_TABLE.MAIN }),
  }
  yield* change('RTM_NEWRULE', { ...message, action, attrs }, { create: true, excl: true })
}

function* remove(selector: NewRule): Operation<void> {
  const { family, isWanted } = selectorOf(selector)
  const listed = yield* rulesOf(family)
  const [request, matches, toObject] = [deletionOf, isTaken, toRule]
  const message = requestForFirst({ object: 'rule', listed, isWanted, request, matches, toObject })
  if (message === undefined) throw refusal({ request: 'RTM_DELRULE', code: 'ENOENT', explanation: 'no such rule' })
  yield* change('RTM_DELRULE', message)
}
