import type { TimeoutOptions, WaitOptions } from '../../connection/options.js'
import { bind } from '../run/bind.js'
import type { Ensured } from '../run/ensure.js'
import type { Read, ReadOptions, ReadOptionsSync } from '../run/names.js'
import type { AnyConnection } from '../run/operation.js'
import { Runner } from '../run/runner.js'
import { describeRule } from '../values/describe.js'
import { get, list } from './read.js'
import type { NamedRule, NewRule, Rule, RuleFilter } from './types.js'
import { add, ensureRule, flush, remove, replace } from './write.js'

/** Operations on the rules that select routing tables: `nl.rule`. Those that end with `Sync` block the thread until the kernel has answered. */
export interface RuleOperations {
  /**
   * Lists rules in the order in which the kernel applies them, like `ip rule list`; those of IPv4 first.
   * @param filter restricts the list; by default the rules of IPv4 and IPv6 are listed
   */
  list<N extends boolean = false>(filter?: RuleFilter, options?: ReadOptions<N>): Promise<Read<N, Rule, NamedRule>[]>

  /** Lists rules, like `ip rule list`. Synchronous form of {@link RuleOperations.list}. */
  listSync<N extends boolean = false>(filter?: RuleFilter, options?: ReadOptionsSync<N>): Read<N, Rule, NamedRule>[]

  /**
   * Returns the first rule that has all given properties, like `ip rule list` with a selector; `undefined` if there is none.
   * @throws {TypeError} if the selector has no property that distinguishes rules
   */
  get<N extends boolean = false>(
    selector: NewRule,
    options?: ReadOptions<N>,
  ): Promise<Read<N, Rule, NamedRule> | undefined>

  /** Returns the first rule that has all given properties. Synchronous form of {@link RuleOperations.get}. */
  getSync<N extends boolean = false>(
    selector: NewRule,
    options?: ReadOptionsSync<N>,
  ): Read<N, Rule, NamedRule> | undefined

  /**
   * Adds a rule, like `ip rule add`. Without `table`, it looks up the table `main`.
   * @throws {NetlinkError} `EEXIST` if there is an equal rule
   */
  add(rule: NewRule, options?: WaitOptions): Promise<void>

  /** Adds a rule, like `ip rule add`. Synchronous form of {@link RuleOperations.add}. */
  addSync(rule: NewRule, options?: TimeoutOptions): void

  /**
   * Adds a rule, or replaces the one with this priority, selectors and `protocol`. The kernel cannot replace a rule: the new one
   * is added, then the old one is deleted, so this is not atomic. The old rule is in effect until it is deleted. Only if they
   * differ in `goto` or the absence of `realms`, which the kernel does not compare, the old rule is deleted first.
   * @param rule `priority` is required
   * @throws {AmbiguousError} if several rules have the key, and none is like `rule`
   */
  replace(rule: NewRule, options?: WaitOptions): Promise<void>

  /** Adds a rule, or replaces the one with its key; not atomic. Synchronous form of {@link RuleOperations.replace}. */
  replaceSync(rule: NewRule, options?: TimeoutOptions): void

  /**
   * Deletes the first rule that has all given properties, like `ip rule delete`. For a rule that was read, deletes this one or none.
   * @throws {TypeError} if the selector has no property that distinguishes rules
   * @throws {NetlinkError} `ENOENT` if there is no such rule
   * @throws {AmbiguousError} if the kernel would delete another rule, because it has the same properties and more
   */
  delete(selector: NewRule, options?: WaitOptions): Promise<void>

  /** Deletes the first rule that has all given properties, like `ip rule delete`. Synchronous form of {@link RuleOperations.delete}. */
  deleteSync(selector: NewRule, options?: TimeoutOptions): void

  /**
   * Deletes all rules that the filter selects, like `ip rule flush`. The rules of the kernel (`protocol` is `kernel`: the tables
   * local, main and default) are kept, unless the filter has `protocol: 'kernel'`.
   * @returns the deleted rules
   * @throws {TypeError} for a filter without a property
   */
  flush(filter: RuleFilter, options?: WaitOptions): Promise<Rule[]>

  /** Deletes all rules that the filter selects, like `ip rule flush`. Synchronous form of {@link RuleOperations.flush}. */
  flushSync(filter: RuleFilter, options?: TimeoutOptions): Rule[]

  /**
   * Adds a rule if there is none like it. With `priority`, a rule of the same priority, selectors and `protocol` that differs in
   * what it does (table, `goto`, `realms`, …) is replaced: see {@link RuleOperations.replace}. Without `priority`, it is another
   * rule, which is left alone; the kernel puts the new one before it. Properties that are left out must have their defaults.
   * @param rule the spec. Without `protocol`, rules of the kernel are not changed
   * @returns the changes
   * @throws {AmbiguousError} if several rules have the key, and none matches
   */
  ensure(rule: NewRule, options?: WaitOptions): Promise<Ensured>

  /** Adds a rule if there is none like it, or replaces the one with its key. Synchronous form of {@link RuleOperations.ensure}. */
  ensureSync(rule: NewRule, options?: TimeoutOptions): Ensured
}

/** Creates the operations on one connection. */
export const ruleOperations = (connection: AnyConnection) =>
  bind<RuleOperations>(new Runner(() => connection, 'rule', describeRule), {
    list: { arguments: 1, run: list, reads: true },
    get: { arguments: 1, run: get, reads: true },
    add: { arguments: 1, run: add },
    replace: { arguments: 1, run: replace },
    delete: { arguments: 1, run: remove },
    flush: { arguments: 1, run: flush },
    ensure: { arguments: 1, run: ensureRule },
  })
