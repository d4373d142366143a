import { type Connection, NetlinkError } from '@netloom/netlink'
import { isLeftOut, isSystemQdisc, leftOut } from './left-out.js'

type RouteRequest = Parameters<Connection['requestSync']>[0]
type Options = Parameters<Connection['requestSync']>[2]

/** What a case asks: a request, or a dump. */
export type TableStep =
  | readonly [name: RouteRequest, message?: object, options?: Options]
  | { readonly dump: RouteRequest; readonly filter?: object }

/** Requests in order, in a namespace of their own. */
export interface Case {
  readonly name: string
  readonly steps: readonly TableStep[]
}

type Bag = Record<string, unknown>

/** What came of a step, as JSON has it. */
export interface Outcome {
  readonly replies?: readonly unknown[]
  readonly error?: Bag
  /** What the groups were told because of it, sorted. */
  readonly events: readonly unknown[]
}

/** Waits until all was told that a step brings; `told` gives how much that is so far. */
export type Settle = (step: number, told: () => number) => Promise<void>

const groups = ['LINK', 'IPV4_IFADDR', 'IPV4_ROUTE', 'IPV6_IFADDR', 'IPV6_ROUTE', 'NEIGH'] as const

/** As JSON has it, keys in order. */
function plain(value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return value
  if (Array.isArray(value)) return value.map(plain)
  const entries = Object.entries(value).filter(([, each]) => each !== undefined)
  return Object.fromEntries(entries.sort(([a], [b]) => (a < b ? -1 : 1)).map(([key, each]) => [key, plain(each)]))
}

/** A message without what is not compared. */
function compared(message: unknown): unknown {
  const { attrs, ...header } = message as { attrs: Bag }
  const [, object] =
    (
      [
        ['ifindex', 'neighbour'],
        ['action', 'rule'],
        ['dstLen', 'route'],
        ['prefixlen', 'address'],
        ['change', 'link'],
      ] as const
    ).find(([member]) => member in header) ?? []
  if (object === undefined) throw new Error(`expected a message of the table, got ${Object.keys(header)}`)
  const kept: Bag = Object.fromEntries(
    Object.entries(attrs).filter(([key]) => !Object.hasOwn(leftOut[object], key) && !key.startsWith('?')),
  )
  if (isSystemQdisc(kept.qdisc)) kept.qdisc = 'default'
  const { linkinfo } = kept as { linkinfo?: Bag }
  if (linkinfo) kept.linkinfo = { kind: linkinfo.kind, slaveKind: linkinfo.slaveKind }
  return plain({ ...header, attrs: kept })
}

const sorted = (values: readonly unknown[]) =>
  values.toSorted((one, other) => (JSON.stringify(one) < JSON.stringify(other) ? -1 : 1))

function perform(netlink: Connection, step: TableStep): Omit<Outcome, 'events'> {
  try {
    if (!('dump' in step)) {
      const [name, message = {}, options] = step
      return { replies: netlink.requestSync(name, message as never, options).map(compared) }
    }
    const replies = netlink.dumpSync(step.dump, (step.filter ?? {}) as never)
    const told = replies.filter((each) => !isLeftOut(each)).map(compared)
    return { replies: step.dump === 'RTM_GETNEIGH' ? sorted(told) : told }
  } catch (error) {
    if (!(error instanceof NetlinkError)) throw error
    const { code, kernelMessage, attribute, missing } = error
    return { error: plain({ code, kernelMessage, attribute, missing }) as Bag }
  }
}

/** Plays a case. */
export async function play(netlink: Connection, { steps }: Case, settle: Settle): Promise<Outcome[]> {
  using monitor = netlink.monitor(groups)
  let told: unknown[] = []
  const hear = async () => {
    for await (const event of monitor) {
      if (!('message' in event)) throw new Error(`expected messages, got ${event.type}`)
      const { type, flags, message } = event
      if (!isLeftOut(message)) told.push({ type, flags, message: compared(message) })
    }
  }
  const hearing = hear()
  const outcomes: Outcome[] = []
  for (const [place, step] of steps.entries()) {
    const outcome = perform(netlink, step)
    await settle(place, () => told.length)
    outcomes.push({ ...outcome, events: sorted(told) })
    told = []
  }
  monitor.close()
  await hearing
  return outcomes
}

/** What a step asked, and what is different about its outcome; undefined where nothing is. */
export function difference(
  { name, steps }: Case,
  got: readonly Outcome[],
  wanted: readonly Outcome[],
): string | undefined {
  for (const [place, step] of steps.entries()) {
    const [one, other] = [got[place], wanted[place]]
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
    const [had, should] = [lines(one), lines(other)]
    const less = should.filter((line) => !had.includes(line)).map((line) => `  - ${line}`)
    const more = had.filter((line) => !should.includes(line)).map((line) => `  + ${line}`)
    const order =
      less.length + more.length === 0
        ? [...should.map((line) => `  - ${line}`), ...had.map((line) => `  + ${line}`)]
        : []
    return [`${name}, step ${place + 1}: ${JSON.stringify(step)}`, ...less, ...more, ...order].join('\n')
  }
  return undefined
}
