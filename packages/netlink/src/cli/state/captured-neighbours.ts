import type { Link } from '../../api/link/types.js'
import type { Neighbour } from '../../api/neighbour/types.js'
import type { Netlink } from '../../netlink.js'

/** The address of a vxlan's entry for all addresses without an entry of their own. */
const EVERY_ADDRESS = '00:00:00:00:00:00'

/** True for an entry of a bridge that it has neither learned nor added for the address of a port or its own. */
function isOfBridge({ dev, master, lladdr, state, flags }: Neighbour, links: ReadonlyMap<number, Link>): boolean {
  const isLocal = [dev, master].some((index) => links.get(index ?? 0)?.address === lladdr)
  const isLasting = state.includes('PERMANENT') || state.includes('NOARP')
  return master !== undefined && isLasting && !isLocal && !flags.includes('EXT_LEARNED')
}

/** True for an entry of a vxlan that it has neither learned nor added for its remote. */
function isOfVxlan({ dev, dst, lladdr, state }: Neighbour, links: ReadonlyMap<number, Link>): boolean {
  const link = links.get(dev)
  if (link?.kind !== 'vxlan' || !state.includes('PERMANENT')) return false
  const { group, group6 } = link.data ?? {}
  return lladdr !== EVERY_ADDRESS || (dst !== group && dst !== group6)
}

/** Returns an entry of a bridge with the flag of its database in place of the bridge, of which the link may become a port later. */
const withDatabase = ({ master, ...entry }: Neighbour): Partial<Neighbour> => ({
  ...entry,
  flags: [entry.dev === master ? 'SELF' : 'MASTER', ...entry.flags],
})

/** Returns the neighbours, proxies and FDB entries of a state: those that the kernel has not added by itself. */
export async function capturedNeighbours(nl: Netlink, list: readonly Link[]): Promise<Partial<Neighbour>[]> {
  const links = new Map(list.map((link) => [link.index, link]))
  const [own, proxies, entries] = [
    await nl.neighbour.list(),
    await nl.neighbour.list({ proxy: true }),
    await nl.neighbour.list({ family: 'bridge' }),
  ]
  const withoutState = ({ state: _, ...rest }: Neighbour) => rest
  return [
    ...own.filter(({ state }) => state.includes('PERMANENT')).map(withoutState),
    ...proxies.map(withoutState),
    ...entries.filter((each) => isOfBridge(each, links)).map(withDatabase),
    ...entries.filter((each) => isOfVxlan(each, links)),
  ]
}
