import { Netlink } from '@netloom/netlink'
import * as assert from 'uvu/assert'
import type { CookbookRow, CookbookSection } from './cookbook.js'
import { complaint, inScratch, type Namespace, skipped } from './netns.js'

/** Title of the section of docs/cookbook.md about MPLS. */
export const mplsTitle = 'MPLS'

/** An object of `ip -j`. */
type Json = Readonly<Record<string, unknown>>

/** Parses `10.0.0.2 dev eth0 lladdr 02:00:00:00:00:02 PERMANENT`: `ip neigh get` prints no JSON before 6.6. */
function neighbourOf(text: string): Json {
  if (text.startsWith('[')) return (JSON.parse(text) as Json[])[0] as Json
  const [dst, ...words] = text.split(' ')
  return { dst, dev: words[1], lladdr: words[3] }
}

/** Runs a command in a namespace, and returns what it prints as JSON; an empty list if it prints nothing. */
function run(namespace: Namespace, command: string): Json[] {
  const [program = '', ...args] = command.split(' ')
  const printed = namespace.exec(program, ['-j', '-d', ...args], { stdio: ['ignore', 'pipe', 'pipe'] }).trim()
  // A change may print a text: `Flushed 2 nexthops`.
  if (printed === '' || !isRead({ command })) return []
  if (/ neigh get /.test(command)) return [neighbourOf(printed)]
  // The labels of a route have the key of its destination.
  const labels = /("encap":"mpls",)"dst":/g
  const json = JSON.parse(printed.replace(labels, '$1"labels":')) as Json | Json[]
  return Array.isArray(json) ? json.filter((each) => Object.keys(each).length > 0) : [json]
}

/** Members that differ between twins: random addresses and what is derived from them, states that settle later, times and ages. */
const volatile = new Set([
  ...['address', 'permaddr', 'root_id', 'bridge_id', 'designated_bridge', 'designated_root', 'link_netnsid'],
  ...['operstate', 'valid_life_time', 'used', 'confirmed', 'updated', 'refcnt', 'probes', 'age', 'flags', 'state'],
  ...[
    'hello_timer',
    'gc_timer',
    'tcn_timer',
    'topology_change_timer',
    'forward_delay_timer',
    'message_age_timer',
    'hold_timer',
  ],
  ...['config_pending', 'topology_change_ack', 'no', 'id_value'],
])
/** The flags of a link that the kernel sets when it notices a carrier. */
const carrierFlags = ['LOWER_UP', 'NO-CARRIER', 'RUNNING', 'linkdown', 'dead']

/** Returns the value without what differs between twins. Flags of links are kept, apart from those of the carrier. */
function lasting(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(lasting)
  if (typeof value !== 'object' || value === null) return value
  const members = Object.entries(value).flatMap(([key, member]) => {
    if (key === 'flags' && Array.isArray(member)) return [[key, member.filter((flag) => !carrierFlags.includes(flag))]]
    if (key === 'state' && String(member) === 'PERMANENT') return [[key, member]]
    return volatile.has(key) ? [] : [[key, lasting(member)]]
  })
  return Object.fromEntries(members)
}

/** True for what the kernel creates from the random addresses of links: link-local addresses and multicast. */
const isDerived = (text: unknown) => typeof text === 'string' && /^(fe80|ff|33:33|01:)/.test(text)

const without = (list: readonly Json[], ...keys: readonly string[]) =>
  list.filter((each) => !keys.some((key) => isDerived(each[key])))

/** Addresses that the commands set. Others are random. */
const isOurs = (mac: unknown) =>
  typeof mac === 'string' && (mac.startsWith('02:00:00:00:00') || mac === '00:00:00:00:00:00')

/** Returns the state of a namespace, as iproute2 prints it. `more` are further commands whose results belong to it. */
function stateOf(namespace: Namespace, more: readonly string[]): Readonly<Record<string, unknown>> {
  const dump = (command: string) => run(namespace, command)
  const links = dump('ip link show')
  const addresses = dump('ip address show').map(({ ifname, addr_info }) => ({
    ifname,
    addresses: without(addr_info as Json[], 'local').map(({ local, ...rest }) => ({ own: local, ...rest })),
  }))
  const neighbours = [...dump('ip neigh show nud all'), ...dump('ip neigh show proxy')]
  const state = {
    links,
    ours: links.map(({ address }) => (isOurs(address) ? address : undefined)),
    addresses,
    routes: without([...dump('ip route show table all'), ...dump('ip -6 route show table all')], 'dst'),
    // A proxy of all links outlives its namespace: a new namespace may inherit it.
    neighbours: without(neighbours, 'dst')
      .filter(({ dev }) => dev !== undefined)
      .map((each) => ({ ...each, nud: each.state })),
    rules: [...dump('ip rule show'), ...dump('ip -6 rule show')],
    nexthops: dump('ip nexthop show'),
    ports: dump('bridge link show'),
    mdb: dump('bridge mdb show').flatMap(({ mdb }) => without((mdb ?? []) as Json[], 'grp')),
    vnis: dump('bridge vni show'),
    fdb: dump('bridge fdb show')
      .filter(({ mac }) => isOurs(mac))
      .map((each) => ({ ...each, kind: each.state })),
    ...Object.fromEntries(more.map((command) => [command, dump(command)])),
  }
  return lasting(state) as typeof state
}

/** Returns the objects that are only in one of two states. */
function differences(called: ReturnType<typeof stateOf>, commanded: ReturnType<typeof stateOf>): object {
  const onlyIn = (list: Json[], others: readonly Json[]) => {
    const texts = others.map((each) => JSON.stringify(each))
    return list.filter((each) => !texts.includes(JSON.stringify(each)) && !isCollected(each, others))
  }
  const parts = Object.keys(called).map((part) => {
    const [one, other] = [called[part] as Json[], commanded[part] as Json[]]
    const only = [
      ...onlyIn(one, other).map((each) => `call: ${JSON.stringify(each)}`),
      ...onlyIn(other, one).map((each) => `command: ${JSON.stringify(each)}`),
    ]
    return [part, only] as const
  })
  return Object.fromEntries(parts.filter(([, only]) => only.length > 0))
}

/**
 * True for a neighbour that the twin does not have, and that the kernel may have removed there: it collects neighbours of all
 * namespaces together, which other tests fill (`neigh_forced_gc`).
 */
function isCollected(neighbour: Json, others: readonly Json[]): boolean {
  const isCollectable = /NOARP|STALE/.test(String(neighbour?.nud))
  if (!isCollectable || others.some(({ dst }) => dst === neighbour.dst)) return false
  skipped(`neighbour ${neighbour.dst}: the kernel has collected it in one of the namespaces`)
  return true
}

/** An object that a call returned. */
type Read = Readonly<Record<string, unknown>>

const own = (text: unknown) => String(text).split('/')[0]
/** Returns a destination as `ip` prints it: a host without its prefix length. */
const network = (text: unknown) => String(text).replace(/^(.*:.*)\/128$|^(.*\..*)\/32$/, '$1$2')

/** Identity of an object of each kind: in the JSON of a command and as a call returns it. */
const identities: Readonly<
  Record<string, { json: (each: Json) => unknown; read: (each: Read, names: ReadonlyMap<unknown, string>) => unknown }>
> = {
  link: { json: ({ ifname }) => ifname, read: ({ name }) => name },
  address: {
    json: ({ local, prefixlen }) => `${local} ${prefixlen}`,
    read: ({ address, peer }) => `${own(address)} ${String(peer ?? address).split('/')[1]}`,
  },
  route: {
    json: ({ dst, dev, metric }) => `${network(dst)} ${dev} ${metric}`,
    read: ({ dst, dev, metric }, names) => `${network(dst)} ${names.get(dev)} ${metric}`,
  },
  neighbour: {
    json: ({ dst, lladdr, mac, vlan, ifname, dev }) => `${dst} ${lladdr ?? mac} ${vlan} ${ifname ?? dev ?? ''}`,
    read: ({ dst, lladdr, vlan, dev }, names) => `${dst} ${lladdr} ${vlan} ${names.get(dev)}`,
  },
  rule: {
    json: ({ priority, table }) => `${priority} ${table}`,
    read: ({ priority, table }) => `${priority} ${table}`,
  },
  nexthop: { json: ({ id }) => id, read: ({ id }) => id },
  'bridge.vni': {
    json: ({ vni, vniEnd, group, remote }) => `${vni} ${vniEnd} ${group ?? remote}`,
    read: ({ vni, vniEnd, group }) => `${vni} ${vniEnd} ${group}`,
  },
  'bridge.mdb': {
    json: ({ dev, port, grp, src, filter_mode }) => `${dev} ${port} ${grp} ${src} ${filter_mode}`,
    read: ({ master, dev, group, source, mode }, names) =>
      `${names.get(master)} ${names.get(dev)} ${group} ${source} ${mode}`,
  },
}

/** Members of printed objects that contain the objects of calls. */
const listsOf: Readonly<Record<string, string>> = { address: 'addr_info', 'bridge.vni': 'vnis', 'bridge.mdb': 'mdb' }

/** Compares what a command printed with what a call returned. */
function compareRead(
  { command, call }: CookbookRow,
  printed: readonly Json[],
  returned: unknown,
  names: ReadonlyMap<unknown, string>,
): void {
  const kind = /^nl\.(bridge\.\w+|\w+)/.exec(call)?.[1] ?? ''
  const { json, read } = identities[kind] as (typeof identities)[string]
  const objects = (Array.isArray(returned) ? returned : returned === undefined ? [] : [returned]) as Read[]
  const texts = (list: readonly unknown[]) =>
    list
      .map(String)
      .filter((text) => !/(^| )(fe80|ff|33:33|01:)/.test(text))
      .sort()
  // With a filter, `ip address` prints empty objects for what it leaves out.
  const inner = listsOf[kind]
  const flat =
    inner === undefined
      ? printed
      : printed
          .flatMap((each) => each[inner] as Json[])
          .filter(({ local }) => kind !== 'address' || local !== undefined)
  // A command without `dev` prints the link, one with it does not.
  const dev = / (?:dev|brport) (\S+)/.exec(command)?.[1]
  const complete = flat.map((each) =>
    dev === undefined || each.dev !== undefined || each.ifname !== undefined ? each : { ...each, dev },
  )
  assert.ok(objects.length > 0, `${call} returns objects`)
  // Random addresses of links differ.
  const comparable = (list: readonly string[]) =>
    list.map((text) => text.replace(/\b(?!02:00|00:00)([0-9a-f]{2}:){5}[0-9a-f]{2}\b/, 'random'))
  assert.equal(
    comparable(texts(objects.map((each) => read(each, names)))),
    comparable(texts(complete.map(json))),
    command,
  )
}

/** True for a row that changes nothing. */
const isRead = ({ command }: Pick<CookbookRow, 'command'>) => / (show|get)\b/.test(command)

const isUnknownKind = (error: unknown) => /Unknown device type/.test(complaint(error))

/** Runs a command and its call in twin namespaces, and compares their results. */
async function runRow(row: CookbookRow, commands: Namespace, nl: Netlink): Promise<void> {
  const call = new Function('nl', `return ${row.call}`) as (own: Netlink) => Promise<unknown>
  let printed: Json[]
  try {
    printed = run(commands, row.command)
  } catch (error) {
    if (!isUnknownKind(error)) throw new Error(`${row.command}: ${complaint(error)}`)
    const refused = await call(nl).then(
      () => undefined,
      (reason: unknown) => reason,
    )
    assert.ok(isUnknownKind(refused), `${row.call}: expected the same refusal, got ${refused}`)
    skipped(`${row.command}: the kernel does not have this kind of link`)
    return
  }
  const returned = await call(nl)
  if (!isRead(row)) return
  const names = new Map((await nl.link.list()).map(({ index, name }) => [index, name] as const))
  compareRead(row, printed, returned, names)
}

/** Options of {@link runIpCookbook}. */
interface CookbookOptions {
  /** Is called with each namespace. */
  prepare?(namespace: Namespace): void
  /** Commands whose results are compared too. */
  readonly more?: readonly string[]
}

/** Runs a section of docs/cookbook.md: its commands of ip and bridge in one namespace, and its calls in a twin. Compares both after each row. */
export const runIpCookbook = (
  { rows, lines }: Omit<CookbookSection, 'title'>,
  { prepare, more = [] }: CookbookOptions = {},
): Promise<void> =>
  inScratch((commands) =>
    inScratch(async (calls) => {
      assert.is(rows.length, lines, 'every line of the table is a command and a call')
      for (const each of [commands, calls]) prepare?.(each)
      using nl = Netlink.open({ netns: calls.path })
      for (const row of rows) {
        await runRow(row, commands, nl)
        if (isRead(row)) continue
        assert.equal(differences(stateOf(calls, more), stateOf(commands, more)), {}, `${row.command}\n${row.call}`)
      }
    }),
  )
