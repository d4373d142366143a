import { type Connection, NetlinkError } from '@netloom/netlink'
import { isNotCompared, isSystemQdisc, notCompared } from './not-compared.js'

type RouteRequest = Parameters<Connection['requestSync']>[0]
type Options = Parameters<Connection['requestSync']>[2]

/** A request of a step. */
type Request = readonly [name: RouteRequest, message?: object, options?: Options]

/** A change of the kernel's clock or settings, which has no reply. */
export type OtherStep =
  /** Seconds that pass for the mock, and for the kernel (default: the same). Requests `first` are sent before. */
  | { readonly wait: number; readonly kernel?: number; readonly first?: readonly Request[] }
  /** Seconds for which the kernel's neighbours on these links are reachable. The mock has the usual 30 on average. */
  | { readonly reachable: number; readonly links: readonly string[] }

/** One step of a case: a request, a dump, or something that is not sent. */
export type TableStep = Request | { readonly dump: RouteRequest; readonly filter?: object } | OtherStep

/** Requests in order, in their own namespace. */
export interface Case {
  readonly name: string
  readonly steps: readonly TableStep[]
}

type Fields = Record<string, unknown>

/** Result of a step, as plain JSON. */
export interface Outcome {
  readonly replies?: readonly unknown[]
  readonly error?: Fields
  /** The notifications of the step, sorted. */
  readonly events: readonly unknown[]
}

/** Performs a step that is not sent. */
export type Other = (step: OtherStep) => Promise<void> | void

/** Waits until all notifications of a step have arrived. `count` returns how many have arrived so far. */
export type Settle = (step: number, count: () => number) => Promise<void>

const groups = [
  ...([
    'LINK',
    'IPV4_IFADDR',
    'IPV4_ROUTE',
    'IPV6_IFADDR',
    'IPV6_ROUTE',
    'NEIGH',
    'IPV4_RULE',
    'IPV6_RULE',
    'NEXTHOP',
    'TC',
  ] as const),
] as const

/** Converts a value to plain JSON with sorted keys. */
function plain(value: unknown): unknown {
  if (typeof value === 'bigint') return String(value)
  if (typeof value !== 'object' || value === null) return value
  if (Array.isArray(value)) return value.map(plain)
  const entries = Object.entries(value).filter(([, each]) => each !== undefined)
  return Object.fromEntries(entries.sort(([a], [b]) => (a < b ? -1 : 1)).map(([key, each]) => [key, plain(each)]))
}

/** Returns the data of a link kind that is compared. */
function dataOf({ kind, data }: Fields): unknown {
  if (kind !== 'bridge' && kind !== 'macvlan') return undefined
  return Object.fromEntries(
    Object.entries(data as Fields).filter(([key]) => !Object.hasOwn(notCompared.data, key) && !key.startsWith('?')),
  )
}

interface Lifetime {
  readonly prefered: number
  readonly valid: number
}

/** Returns what is left of a lifetime: nothing, some seconds, or no limit. */
const lifetimeOf = ({ prefered, valid }: Lifetime) =>
  [prefered, valid].map((each) => (each === 0xffffffff ? 'forever' : each === 0 ? 'none' : 'some'))

interface Handles {
  readonly handle: number
}

/** Returns the handle of a qdisc. The kernel chooses handles from 8000: on, with one counter for all namespaces. */
const handlesOf = ({ handle }: Handles) => ({ handle: handle >= 0x80000000 && handle < 0xffff0000 ? 'chosen' : handle })

/** Removes the parts of a message that are not compared. */
function comparable(message: unknown): unknown {
  const { attrs, ...header } = message as { attrs: Fields }
  const [, object] =
    (
      [
        ['parent', 'qdisc'],
        ['ifindex', 'neighbour'],
        ['action', 'rule'],
        ['dstLen', 'route'],
        ['prefixlen', 'address'],
        ['change', 'link'],
        ['protocol', 'nexthop'],
      ] as const
    ).find(([member]) => member in header) ?? []
  if (object === undefined) throw new Error(`expected a message of the table, got ${Object.keys(header)}`)
  const kept: Fields = Object.fromEntries(
    Object.entries(attrs).filter(([key]) => !Object.hasOwn(notCompared[object], key) && !key.startsWith('?')),
  )
  if (isSystemQdisc(kept.qdisc)) kept.qdisc = 'default'
  const { linkinfo } = kept as { linkinfo?: Fields }
  if (linkinfo)
    kept.linkinfo = { kind: linkinfo.kind, slaveKind: linkinfo.slaveKind, data: linkinfo.data && dataOf(linkinfo) }
  if (object === 'address') kept.cacheinfo = lifetimeOf(attrs.cacheinfo as Lifetime)
  if (object === 'qdisc') return plain({ ...header, ...handlesOf(header as unknown as Handles), attrs: kept })
  return plain({ ...header, attrs: kept })
}

const sorted = (values: readonly unknown[]) =>
  values.toSorted((one, other) => (JSON.stringify(one) < JSON.stringify(other) ? -1 : 1))

/** True for a step that is not sent. */
export const isOther = (step: TableStep): step is OtherStep => 'wait' in step || 'reachable' in step

function perform(netlink: Connection, step: Exclude<TableStep, OtherStep>): Omit<Outcome, 'events'> {
  try {
    if (!('dump' in step)) {
      const [name, message = {}, options] = step
      return { replies: netlink.requestSync(name, message as never, options).map(comparable) }
    }
    const replies = netlink.dumpSync(step.dump, (step.filter ?? {}) as never)
    const messages = replies.filter((each) => !isNotCompared(each)).map(comparable)
    return { replies: step.dump === 'RTM_GETNEIGH' ? sorted(messages) : messages }
  } catch (error) {
    if (!(error instanceof NetlinkError)) throw error
    const { code, kernelMessage, attribute, missing } = error
    return { error: plain({ code, kernelMessage, attribute, missing }) as Fields }
  }
}

/** Runs a case and returns the outcome of each step. */
export async function play(netlink: Connection, { steps }: Case, settle: Settle, other: Other): Promise<Outcome[]> {
  using monitor = netlink.monitor(groups)
  let received: unknown[] = []
  const receive = async () => {
    for await (const event of monitor) {
      if (!('message' in event)) throw new Error(`expected messages, got ${event.type}`)
      const { type, flags, message } = event
      if (!isNotCompared(message)) received.push({ type, flags, message: comparable(message) })
    }
  }
  const receiving = receive()
  const outcomes: Outcome[] = []
  for (const [index, step] of steps.entries()) {
    const outcome = isOther(step) ? {} : perform(netlink, step)
    if (isOther(step)) {
      for (const [name, message = {}, options] of 'first' in step ? (step.first ?? []) : [])
        netlink.requestSync(name, message as never, options)
      await other(step)
    }
    await settle(index, () => received.length)
    outcomes.push({ ...outcome, events: sorted(received) })
    received = []
  }
  monitor.close()
  await receiving
  return outcomes
}

/** Describes the first step whose outcome differs. Returns undefined if there is none. */
export function difference(
  { name, steps }: Case,
  got: readonly Outcome[],
  expected: readonly Outcome[],
): string | undefined {
  for (const [index, step] of steps.entries()) {
    const [one, other] = [got[index], expected[index]]
    if (JSON.stringify(one) === JSON.stringify(other)) continue
    const lines = (outcome: Outcome | undefined) => {
      const { replies = [], error, events = [] } = outcome ?? {}
      const all = [
        ...replies.map((each) => ['=', each]),
        ...(error ? [['!', error]] : []),
        ...events.map((each) => ['~', each]),
      ]
      return all.map(([sign, each]) => `${sign} ${JSON.stringify(each)}`)
    }
    const [actual, wanted] = [lines(one), lines(other)]
    const missing = wanted.filter((line) => !actual.includes(line)).map((line) => `  - ${line}`)
    const extra = actual.filter((line) => !wanted.includes(line)).map((line) => `  + ${line}`)
    const order =
      missing.length + extra.length === 0
        ? [...wanted.map((line) => `  - ${line}`), ...actual.map((line) => `  + ${line}`)]
        : []
    return [`${name}, step ${index + 1}: ${JSON.stringify(step)}`, ...missing, ...extra, ...order].join('\n')
  }
  return undefined
}
