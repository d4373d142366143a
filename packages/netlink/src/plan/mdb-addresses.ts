import { AF } from '../codec/index.js'
import { contains, familyOf } from '../ip/index.js'
import { MDB, type MdbSetRequest } from '../route/index.js'

/** A member of an entry that the kernel refuses, and the rest of a message. */
export interface RefusedMember {
  readonly key: string
  readonly message: string
}

/**
 * Returns what the kernel refuses in the addresses of an entry of a multicast database: `rtnl_validate_mdb_entry`, and for bridges
 * `br_mdb_config_init`. In a vxlan the group 0.0.0.0 stands for all others.
 */
export function refusedInMdb({ attrs }: MdbSetRequest, isBridge: boolean): RefusedMember[] {
  const { setEntry, setEntryAttrs: { source, srcList } = {} } = attrs
  if (setEntry === undefined) return []
  const group = String(setEntry.addr.u)
  const expected = expectedGroup(group, isBridge)
  const sources = (srcList?.entry ?? []).map(({ address }, at) => [`sources[${at}]`, address] as const)
  const multicast = [['source', source] as const, ...sources].filter(([, address]) => address && isMulticast(address))
  return [
    ...(expected ? [{ key: 'group', message: `expected ${expected}, got ${group}` }] : []),
    ...multicast.map(([key, address]) => ({
      key,
      message: `expected an address that is not multicast, got ${address}`,
    })),
    ...(isBridge && isMac(group) && setEntry.state !== MDB.PERMANENT
      ? [{ key: 'state', message: 'expected permanent, which the kernel requires for a group of link-layer addresses' }]
      : []),
  ]
}

/** Returns the group that the kernel expects in place of this one; undefined if it accepts it. */
function expectedGroup(group: string, isBridge: boolean): string | undefined {
  if (isMac(group)) return isMulticastMac(group) ? undefined : 'a multicast address'
  if (group === '0.0.0.0') return isBridge ? 'a multicast address' : undefined
  if (familyOf(group) === AF.INET6) return group === 'ff02::1' ? 'another group than that of all nodes' : undefined
  if (!isMulticast(group)) return 'a multicast address'
  return contains(LOCAL, group) ? 'a group outside of 224.0.0.0/24' : undefined
}

const isMac = (group: string) => /^[0-9a-f]{2}(:[0-9a-f]{2}){5}$/.test(group)

/** True for an address with the group bit, the lowest of the first byte. */
const isMulticastMac = (mac: string) => (Number.parseInt(mac.slice(0, 2), 16) & 1) === 1

const MULTICAST = {
  [AF.INET]: { address: '224.0.0.0', length: 4 },
  [AF.INET6]: { address: 'ff00::', length: 8 },
} as const

/** The groups of one link, which the kernel always floods. */
const LOCAL = { address: '224.0.0.0', length: 24 } as const

const isMulticast = (address: string) => contains(MULTICAST[familyOf(address)], address)
