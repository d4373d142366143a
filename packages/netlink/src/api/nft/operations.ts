import { ArgumentError } from '../../codec/error.js'
import { show } from '../../codec/index.js'
import { atCaller, calledBy } from '../../connection/caller.js'
import { noOptions, type TimeoutOptions, type WaitOptions } from '../../connection/options.js'
import { NetlinkError } from '../../message/index.js'
import { nftables } from '../../netfilter/index.js'
import { bind } from '../run/bind.js'
import type { Connections } from '../run/connections.js'
import { Runner } from '../run/runner.js'
import { EventStream, type EventStreamOptions } from '../watch/event-stream.js'
import { commit, readGeneration } from './commit.js'
import { listChains, listElements, listFlowtables, listObjects, listRules, listSets, listTables } from './read.js'
import { NftTransaction } from './transaction.js'
import type {
  NftChain,
  NftElement,
  NftFilter,
  NftFlowtable,
  NftObject,
  NftRule,
  NftRuleFilter,
  NftSet,
  NftSetKey,
  NftTable,
} from './types.js'
import { NftState } from './watch/state.js'
import type { NftTraceEvent, NftWatchEvent } from './watch/types.js'
import { changesOf, tracesOf } from './watch/watch.js'

/** Lists what nftables contains. Methods that end with `Sync` block the thread. */
export interface NftLists {
  /** Lists tables, like `nft list tables`. */
  tables(filter?: Pick<NftFilter, 'family'>, options?: WaitOptions): Promise<NftTable[]>
  /** Lists tables. Synchronous form of {@link NftLists.tables}. */
  tablesSync(filter?: Pick<NftFilter, 'family'>, options?: TimeoutOptions): NftTable[]
  /** Lists chains, like `nft list chains`. */
  chains(filter?: NftFilter, options?: WaitOptions): Promise<NftChain[]>
  /** Lists chains. Synchronous form of {@link NftLists.chains}. */
  chainsSync(filter?: NftFilter, options?: TimeoutOptions): NftChain[]
  /** Lists rules in their order, with nft's text: `nft -a list ruleset`. */
  rules(filter?: NftRuleFilter, options?: WaitOptions): Promise<NftRule[]>
  /** Lists rules in their order. Synchronous form of {@link NftLists.rules}. */
  rulesSync(filter?: NftRuleFilter, options?: TimeoutOptions): NftRule[]
  /** Lists sets and maps, without those that belong to rules: `nft list sets` and `nft list maps`. */
  sets(filter?: NftFilter, options?: WaitOptions): Promise<NftSet[]>
  /** Lists sets and maps. Synchronous form of {@link NftLists.sets}. */
  setsSync(filter?: NftFilter, options?: TimeoutOptions): NftSet[]
  /**
   * Lists the elements of a set or a map, like `nft list set`.
   * @throws {NetlinkError} `ENOENT` if it does not exist
   */
  elements(set: NftSetKey, options?: WaitOptions): Promise<NftElement[]>
  /** Lists the elements of a set or a map. Synchronous form of {@link NftLists.elements}. */
  elementsSync(set: NftSetKey, options?: TimeoutOptions): NftElement[]
  /** Lists counters, quotas, limits and other objects with names, like `nft list counters`. */
  objects(filter?: NftFilter, options?: WaitOptions): Promise<NftObject[]>
  /** Lists objects with names. Synchronous form of {@link NftLists.objects}. */
  objectsSync(filter?: NftFilter, options?: TimeoutOptions): NftObject[]
  /** Lists flow tables, like `nft list flowtables`. */
  flowtables(filter?: NftFilter, options?: WaitOptions): Promise<NftFlowtable[]>
  /** Lists flow tables. Synchronous form of {@link NftLists.flowtables}. */
  flowtablesSync(filter?: NftFilter, options?: TimeoutOptions): NftFlowtable[]
}

/** Operations on nftables: `nl.nft`. */
export interface NftOperations extends NftLists {
  /**
   * Calls `build` with a transaction, and sends the changes that it adds. They take effect at once, in their order, or not at all. If
   * another process changes the ruleset between the call of `build` and the commit, `build` is called again with a new transaction.
   *
   * ```ts
   * await nl.nft.transaction((t) => {
   *   t.addTable({ name: 'filter' })
   *   t.addChain({ table: 'filter', name: 'input', hook: 'input', policy: 'drop' })
   *   t.addRule({ table: 'filter', chain: 'input', rule: [tcp.dport(22), accept()] })
   * })
   * ```
   * @returns what `build` returns
   * @throws {NetlinkError} for the first change that the kernel refuses: `object` is the object, `attribute` the part of the rule
   * @throws {TypeError} for a wrong argument. Nothing was sent.
   */
  transaction<T>(build: (transaction: NftTransaction) => T | Promise<T>, options?: WaitOptions): Promise<T>
  /** Sends changes that take effect at once. `build` must not be asynchronous. Synchronous form of {@link NftOperations.transaction}. */
  transactionSync<T>(build: (transaction: NftTransaction) => T, options?: TimeoutOptions): T
  /**
   * Returns the changes of the ruleset, for `for await`: tables, chains, rules, sets, elements, objects and flow tables, and after those
   * of each transaction its process. Like `nft monitor`.
   *
   * ```ts
   * for await (const event of nl.nft.watch()) {
   *   if (event.type === 'added' && event.kind === 'rule') console.log(event.object.text)
   *   if (event.type === 'generation') console.log('changed by', event.process.name)
   * }
   * ```
   * @throws {TypeError} for a wrong option. Other errors are those of the loop.
   */
  watch(options?: EventStreamOptions): EventStream<NftWatchEvent>
  /**
   * Returns the steps of packets that a rule marked with `meta.nftrace.set(1)`, for `for await`: rule, verdict and headers. Like
   * `nft monitor trace`.
   * @throws {TypeError} for a wrong option. Other errors are those of the loop.
   */
  traces(options?: EventStreamOptions): EventStream<NftTraceEvent>
}

/** Number of times that a transaction is tried. */
const ATTEMPTS = 20

function checkBuild(build: unknown): void {
  if (typeof build !== 'function')
    throw new ArgumentError(`expected a function that adds the changes of the transaction, got ${show(build)}`)
}

/** Creates the operations. */
export function open(connections: Connections): NftOperations {
  const connection = () => connections.protocol(nftables)
  const runner = new Runner(connection, 'object of nftables', describeNft)
  const lists = bind<NftLists>(runner, {
    tables: { arguments: 1, run: listTables },
    chains: { arguments: 1, run: listChains },
    rules: { arguments: 1, run: listRules },
    sets: { arguments: 1, run: listSets },
    elements: { arguments: 1, run: listElements },
    objects: { arguments: 1, run: listObjects },
    flowtables: { arguments: 1, run: listFlowtables },
  })
  const transaction: NftOperations['transaction'] = async (build, options = noOptions) => {
    try {
      checkBuild(build)
      for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
        const generation = await runner.run(readGeneration, [], options)
        const changes = new NftTransaction()
        const result = await build(changes)
        if (await runner.run(() => commit(changes, generation), [], options)) return result
      }
      throw conflict()
    } catch (error) {
      throw atCaller(error, transaction)
    }
  }
  const transactionSync: NftOperations['transactionSync'] = (build, options = noOptions) =>
    calledBy(transactionSync, () => {
      checkBuild(build)
      for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
        const generation = runner.runSync(readGeneration, [], options)
        const changes = new NftTransaction()
        const result = build(changes)
        if (result instanceof Promise)
          throw new ArgumentError(
            'expected a function that returns no promise, because transactionSync cannot wait for it',
          )
        if (runner.runSync(() => commit(changes, generation), [], options)) return result
      }
      throw conflict()
    })
  const read = () => runner.run(NftState.read, [])
  const watch: NftOperations['watch'] = (options = {}) =>
    calledBy(watch, () => EventStream.from(changesOf(connection, read), options))
  const traces: NftOperations['traces'] = (options = {}) =>
    calledBy(traces, () => EventStream.from(tracesOf(connection, read), options))
  return { ...lists, transaction, transactionSync, watch, traces }
}

/** Returns the error for a ruleset that other processes change all the time. */
const conflict = () =>
  new NetlinkError({
    ...{ request: 'NFNL_MSG_BATCH_BEGIN', errno: ERESTART, code: 'ERESTART' },
    explanation: `other processes changed the ruleset during each of ${ATTEMPTS} attempts`,
  })

/** ERESTART, linux/errno.h */
const ERESTART = 85

/** Describes the argument of an operation: `set inet filter blocked`. */
function describeNft(argument: unknown): string {
  if (typeof argument !== 'object' || argument === null) return ''
  const { family, table, name, chain } = argument as Readonly<Record<string, unknown>>
  return [family, table, chain, name].filter((each) => typeof each === 'string').join(' ')
}
