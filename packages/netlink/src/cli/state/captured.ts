import { globalVlanOptions } from '../../api/bridge-global-vlan/encode.js'
import type { BridgeMdbEntry } from '../../api/bridge-mdb/types.js'
import { asNewLink } from '../../api/link/copy.js'
import { indexKeys, readOnlyKeys, slaveIndexKeys } from '../../api/link/data.js'
import type { AnyNewLink, Link } from '../../api/link/types.js'
import type { Nexthop } from '../../api/nexthop/types.js'
import { NetlinkError } from '../../message/index.js'
import type { Netlink } from '../../netlink.js'
import { isCreatable } from '../../plan/link-facts.js'
import { capturedNeighbours } from './captured-neighbours.js'

type Members = Readonly<Record<string, unknown>>

/** Members of links that a state contains. The kernel chooses the others, and their defaults differ between kernels. */
const linkMembers = [
  'name',
  'kind',
  'link',
  'master',
  'address',
  'up',
  'mtu',
  'txqlen',
  'alias',
  'altNames',
  'group',
] as const

/** Returns the data that a request sets. An attribute without a declaration may be one that the kernel only reports. */
function dataOf(kind: string | undefined, data: object = {}): Members {
  const readOnly = (kind !== undefined && Object.hasOwn(readOnlyKeys, kind) && readOnlyKeys[kind]) || []
  return Object.fromEntries(Object.entries(data).filter(([key]) => !readOnly.includes(key) && !key.startsWith('?')))
}

/** Returns data with names of links in place of their indexes. 0 is no link. */
function withNames(data: object, keys: readonly string[], nameOf: (index: number) => string): Members {
  const isIndex = (key: string, value: unknown) => keys.includes(key) && typeof value === 'number' && value !== 0
  return Object.fromEntries(
    Object.entries(data).map(([key, value]) => [key, isIndex(key, value) ? nameOf(Number(value)) : value]),
  )
}

/** Flags with a default that differs between kinds. The others are only captured if they are on. */
const variableFlags: readonly string[] = ['MULTICAST', 'NOARP']

/** Returns the flags of a state. A program that captures packets sets PROMISC for a time. */
const flagsOf = (flags: Members): Members =>
  Object.fromEntries(
    Object.entries(flags).filter(([flag, isOn]) => flag !== 'PROMISC' && (isOn || variableFlags.includes(flag))),
  )

/** Returns the options of a port, and its flags. */
function settingsOf({ flags, slaveKind, slaveData }: Members, nameOf: (index: number) => string): Members {
  const kind = slaveKind as string | undefined
  const port = { slaveKind: kind, slaveData: withNames((slaveData ?? {}) as object, slaveIndexKeys(kind), nameOf) }
  return { flags: flagsOf(flags as Members), ...(kind !== undefined && port) }
}

const isLoopback = (link: Link) => link.flags.includes('LOOPBACK')

/** Returns a link of a state. */
function linkOf(link: Link, nameOf: (index: number) => string): Members {
  const wanted = asNewLink(link as AnyNewLink & Link) as unknown as Members
  const own = Object.fromEntries(linkMembers.flatMap((key) => (wanted[key] === undefined ? [] : [[key, wanted[key]]])))
  for (const key of ['link', 'master']) if (typeof own[key] === 'number') own[key] = nameOf(own[key])
  if (isLoopback(link) || !isCreatable(link.kind)) {
    // A card keeps its address. The kind of a link that no request creates would be a conflict on another machine.
    const { kind: _, address: __, link: ___, ...settings } = own
    return { ...settings, ...settingsOf(wanted, nameOf) }
  }
  const { index } = (wanted.peer ?? {}) as { readonly index?: number }
  const data = withNames(dataOf(link.kind, wanted.data as object | undefined), indexKeys(link.kind), nameOf)
  return {
    ...own,
    ...settingsOf(wanted, nameOf),
    ...(Object.keys(data).length > 0 && { data }),
    ...(index !== undefined && { peer: { name: nameOf(index) } }),
  }
}

/** Returns an object without the members that say what is the default. */
function without(object: object, defaults: Readonly<Record<string, unknown>>): Members {
  const isDefault = (key: string, value: unknown) =>
    value === undefined ||
    (Array.isArray(value) && value.length === 0) ||
    (Object.hasOwn(defaults, key) && defaults[key] === value)
  return Object.fromEntries(Object.entries(object).filter(([key, value]) => !isDefault(key, value)))
}

/** Returns an object with names of links in place of their indexes. */
function named(object: Members, nameOf: (index: number) => string): Members {
  const result: Record<string, unknown> = { ...object }
  for (const key of ['dev', 'master', 'via'])
    if (typeof result[key] === 'number' && result[key] !== 0) result[key] = nameOf(result[key])
  if (Array.isArray(result.multipath))
    result.multipath = result.multipath.map((each: Members) => named(without(each, {}), nameOf))
  return result
}

/** True for an object that the kernel has created by itself. */
const isOfKernel = (protocol: unknown) => protocol === 'kernel' || protocol === 'redirect' || protocol === 'ra'

/** Returns what there is as a desired state, without what the kernel adds by itself. */
export async function captured(nl: Netlink): Promise<Readonly<Record<string, readonly Members[]>>> {
  const links = await nl.link.list()
  const names = new Map(links.map(({ index, name }) => [index, name]))
  const nameOf = (index: number) => names.get(index) ?? String(index)
  const [addresses, routes, rules, nexthops, neighbours, qdiscs] = [
    (await nl.address.list()).filter(({ flags, proto }) => flags.includes('PERMANENT') && !isKernelAddress(proto)),
    [...(await nl.route.list()), ...(await ifSupported(() => nl.route.list({ family: 'mpls' })))].filter(
      ({ protocol, table, expires }) => !isOfKernel(protocol) && table !== 'local' && expires === undefined,
    ),
    (await nl.rule.list()).filter(({ protocol }) => !isOfKernel(protocol)),
    await nl.nexthop.list(),
    await capturedNeighbours(nl, links),
    (await nl.qdisc.list()).filter(({ handle }) => handle !== undefined),
  ]
  const [vlans, globalVlans, vnis, entries] = [
    await ifSupported(() => nl.bridge.vlan.list()),
    await ifSupported(() => nl.bridge.globalVlan.list()),
    await ifSupported(() => nl.bridge.vni.list()),
    await ifSupported(() => nl.bridge.mdb.list()),
  ]
  const mdb = entries.filter((entry) => entry.state === 'permanent' && !isOfList(entry, entries))
  const loopback = links.find(isLoopback)?.index
  const forever = Number.POSITIVE_INFINITY
  return {
    links: links.map((link) => linkOf(link, nameOf)),
    // `inetdev_event` of the kernel adds it when the link is set up.
    addresses: addresses
      .filter(({ address, dev }) => address !== '127.0.0.1/8' || dev !== loopback)
      .map(({ flags, family: _, scope: __, label, ...rest }) => {
        const kept = flags.filter((flag) => lasting.has(flag))
        const own = { ...rest, label: label === nameOf(rest.dev) ? undefined : label, flags: kept }
        return named(without(own, { validLifetime: forever, preferredLifetime: forever }), nameOf)
      }),
    nexthops: nexthops.map(({ scope: _, flags, resilient, ...rest }) =>
      named(
        without(
          { ...rest, resilient: resilient && withoutTime(resilient), flags: flags.filter((flag) => flag === 'ONLINK') },
          { protocol: 'unspec' },
        ),
        nameOf,
      ),
    ),
    routes: routes.map(({ flags, ...rest }) =>
      named(
        without(
          { ...rest, flags: flags.filter((flag) => flag === 'ONLINK') },
          { table: 'main', protocol: 'boot', type: 'unicast', pref: 'medium' },
        ),
        nameOf,
      ),
    ),
    rules: rules.map((rule) =>
      named(
        without(rule, { from: 'default', to: 'default', action: 'to_tbl', protocol: 'unspec', invert: false }),
        nameOf,
      ),
    ),
    neighbours: neighbours.map((neighbour) => named(without(neighbour, { protocol: 'unspec' }), nameOf)),
    bridgeVlans: vlans.map(({ mcastGroups: _, ...rest }) => named(without(rest, vlanDefaults), nameOf)),
    bridgeGlobalVlans: globalVlans
      .map((vlan) => named(without(vlan, globalVlanDefaults), nameOf))
      .filter((vlan) => globalVlanOptions.some((key) => vlan[key] !== undefined)),
    bridgeVnis: vnis.map((vni) => named(without(vni, {}), nameOf)),
    bridgeMdb: mdb.map((entry) => named(without(entry, {}), nameOf)),
    qdiscs: qdiscs.map((qdisc) => named(without(qdisc, {}), nameOf)),
  }
}

/** Returns options of a resilient group without the time for which it has not been balanced. */
const withoutTime = ({ unbalancedTime: _, ...rest }: NonNullable<Nexthop['resilient']>) => rest

/** Properties of a VLAN that was added without options. */
const vlanDefaults = {
  ...{ pvid: false, untagged: false, state: 'forwarding', mcastRouter: 'temp_query', mcastMaxGroups: 0 },
  ...{ neighSuppress: false, neighForwardGrat: false },
}

/** Options of a VLAN in its whole bridge that were not changed. */
const globalVlanDefaults = {
  ...{ mcastSnooping: true, mcastQuerier: false, mcastIgmpVersion: 2, mcastMldVersion: 1, mcastLastMemberCnt: 2 },
  ...{ mcastStartupQueryCnt: 2, mcastLastMemberIntvl: 100n, mcastMembershipIntvl: 26000n, mcastQuerierIntvl: 25500n },
  ...{ mcastQueryIntvl: 12500n, mcastQueryResponseIntvl: 1000n, mcastStartupQueryIntvl: 3125n, msti: 0 },
}

/** True for an entry that the kernel has added for a source in the list of another one. */
const isOfList = ({ source, ...one }: BridgeMdbEntry, entries: readonly BridgeMdbEntry[]) =>
  source !== undefined &&
  entries.some(
    (other) =>
      (['master', 'dev', 'group', 'vid', 'dst', 'port', 'vni', 'via'] as const).every(
        (key) => one[key] === other[key],
      ) && other.sources?.includes(source),
  )

/** Returns a list; an empty one if the kernel was built without these objects. */
async function ifSupported<T>(list: () => Promise<T[]>): Promise<T[]> {
  try {
    return await list()
  } catch (error) {
    if (error instanceof NetlinkError && error.code === 'EOPNOTSUPP') return []
    throw error
  }
}

/** Flags of addresses that a request sets. The kernel reports the others. */
const lasting: ReadonlySet<string> = new Set(['NODAD', 'HOMEADDRESS', 'MANAGETEMPADDR', 'NOPREFIXROUTE', 'MCAUTOJOIN'])

/** True for link-local addresses and those of the loopback link, which the kernel adds when a link is set up. */
const isKernelAddress = (proto: unknown) => typeof proto === 'string' && proto.startsWith('kernel_')
