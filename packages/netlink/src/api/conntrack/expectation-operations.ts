import { calledBy } from '../../connection/caller.js'
import { none } from '../../connection/flags.js'
import type { TimeoutOptions, WaitOptions } from '../../connection/options.js'
import {
  type ctnetlink,
  type ExpectMessage,
  type ExpectStatsCpuMessage,
  expectStatsCpuMessage,
} from '../../netfilter/index.js'
import { bind } from '../run/bind.js'
import { ifThere } from '../run/link-lookup.js'
import { type Operation, requestOf } from '../run/operation.js'
import { Runner } from '../run/runner.js'
import { shortText, U16 } from '../values/accepted.js'
import { familyNumber } from '../values/ip-text.js'
import { checkKeys, constructorOf, defined, withMessage } from '../values/objects.js'
import { type EventSource, EventStream, type EventStreamOptions } from '../watch/event-stream.js'
import { describeConntrack } from './describe.js'
import { encodeExpectation, encodeExpectationKey, toExpectation } from './expectation-convert.js'
import type {
  Expectation,
  ExpectationCpuStats,
  ExpectationEvent,
  ExpectationFilter,
  ExpectationKey,
  NewExpectation,
} from './expectation-types.js'
import { changeCt, dumpCt, readCt } from './requests.js'
import { encodeProtocolTuple } from './tuple.js'
import { type CtConnection, eventType } from './watch.js'

/** Requests about expected connections. Methods that end with `Sync` block the thread. */
export interface ExpectationRequests {
  /** Lists expectations, like `conntrack -L expect`. The kernel compares the family and the master. */
  list(filter?: ExpectationFilter, options?: WaitOptions): Promise<Expectation[]>
  /** Lists expectations. Synchronous form of {@link ExpectationRequests.list}. */
  listSync(filter?: ExpectationFilter, options?: TimeoutOptions): Expectation[]
  /** Returns the expectation with this tuple, like `conntrack -G expect`; `undefined` if there is none. */
  get(key: ExpectationKey, options?: WaitOptions): Promise<Expectation | undefined>
  /** Returns the expectation with this tuple. Synchronous form of {@link ExpectationRequests.get}. */
  getSync(key: ExpectationKey, options?: TimeoutOptions): Expectation | undefined
  /**
   * Creates an expectation, like `conntrack -I expect`.
   * @throws {NetlinkError} `ENOENT` if there is no connection `master`, `EOPNOTSUPP` if it has no helper
   */
  create(expectation: NewExpectation, options?: WaitOptions): Promise<void>
  /** Creates an expectation. Synchronous form of {@link ExpectationRequests.create}. */
  createSync(expectation: NewExpectation, options?: TimeoutOptions): void
  /** Deletes an expectation, like `conntrack -D expect`. @throws {NetlinkError} `ENOENT` if there is none */
  delete(key: ExpectationKey, options?: WaitOptions): Promise<void>
  /** Deletes an expectation. Synchronous form of {@link ExpectationRequests.delete}. */
  deleteSync(key: ExpectationKey, options?: TimeoutOptions): void
  /** Returns counters of each CPU. */
  stats(options?: WaitOptions): Promise<ExpectationCpuStats[]>
  /** Returns counters of each CPU. Synchronous form of {@link ExpectationRequests.stats}. */
  statsSync(options?: TimeoutOptions): ExpectationCpuStats[]
}

/** Operations on expected connections: `nl.conntrack.expectations`. */
export interface ExpectationOperations extends ExpectationRequests {
  /**
   * Returns the expectations that are created and end, for `for await`, like `conntrack -E expect`.
   * @throws {TypeError} for a wrong option. Other errors are those of the loop.
   */
  watch(options?: EventStreamOptions): EventStream<ExpectationEvent>
}

const filterKeys = { family: 1, master: 1, zone: U16, helper: shortText(15) } satisfies Record<
  keyof ExpectationFilter,
  unknown
>

/** Lists the expectations that match the filter. */
function* list(filter: ExpectationFilter = {}): Operation<Expectation[]> {
  checkKeys('filter', filter, filterKeys)
  const { family, zone, helper } = filter
  const master = filter.master && encodeProtocolTuple('master', filter.master)
  const number = family === undefined ? master && familyNumber(master.family) : familyNumber(family)
  const attrs = defined({ master: master?.encoded, zone: zone || undefined })
  const request = dumpCt('IPCTNL_MSG_EXP_GET', { family: number ?? 0, attrs })
  // The kernel refuses to list the expectations of a connection that does not exist.
  const messages = (yield* ifThere(request, 'ENOENT')) ?? []
  return messages
    .map(toExpectation)
    .filter(
      (each) =>
        (family === undefined || each.family === family) &&
        (zone === undefined || each.zone === zone) &&
        (helper === undefined || each.helper === helper),
    )
}

/** Returns an expectation; undefined if there is none. */
function* get(key: ExpectationKey): Operation<Expectation | undefined> {
  const [message] = (yield* ifThere(readCt('IPCTNL_MSG_EXP_GET', encodeExpectationKey(key)), 'ENOENT')) ?? []
  return message && toExpectation(message)
}

function* create(expectation: NewExpectation): Operation<void> {
  yield* changeCt('IPCTNL_MSG_EXP_NEW', encodeExpectation(expectation), { create: true, excl: true })
}

function* remove(key: ExpectationKey): Operation<void> {
  yield* changeCt('IPCTNL_MSG_EXP_DELETE', encodeExpectationKey(key))
}

const CpuStatsObject = constructorOf<ExpectationCpuStats, ExpectStatsCpuMessage>(function ({ resId, attrs }) {
  this.cpu = resId
  this.new = attrs.new ?? 0
  this.create = attrs.create ?? 0
  this.delete = attrs.delete ?? 0
})

function* stats(): Operation<ExpectationCpuStats[]> {
  // The kernel answers with the number of another message (`ctnetlink_exp_stat_fill_info`).
  const request = requestOf('dump', 'IPCTNL_MSG_EXP_GET_STATS_CPU', {}, none, expectStatsCpuMessage)
  const messages = (yield request) as ExpectStatsCpuMessage[]
  return messages.map((message) => withMessage(new CpuStatsObject(message), message))
}

const changesOf = (connection: () => CtConnection): EventSource<typeof ctnetlink.messages, ExpectationEvent> => ({
  open: (options) =>
    connection().monitor(['CONNTRACK_EXP_NEW', 'CONNTRACK_EXP_UPDATE', 'CONNTRACK_EXP_DESTROY'], options),
  start: async () => {},
  async *events(monitor) {
    for await (const each of monitor) {
      const type = each.type === 'overrun' || each.type === 'unreadable' ? 'overrun' : eventType(each, 'EXP')
      if (type === 'overrun') yield { type }
      else if (type !== undefined && 'message' in each)
        yield { type, object: toExpectation(each.message as ExpectMessage) }
    }
  },
})

/** Creates the operations. */
export function expectationOperations(connection: () => CtConnection): ExpectationOperations {
  const requests = bind<ExpectationRequests>(new Runner(connection, 'expectation', describeConntrack), {
    list: { arguments: 1, run: list },
    get: { arguments: 1, run: get },
    create: { arguments: 1, run: create },
    delete: { arguments: 1, run: remove },
    stats: { arguments: 0, run: stats },
  })
  const watch: ExpectationOperations['watch'] = (options = {}) =>
    calledBy(watch, () => EventStream.from(changesOf(connection), options))
  return { ...requests, watch }
}
