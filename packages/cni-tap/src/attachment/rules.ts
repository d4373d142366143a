import type { Connection } from '@netloom/netlink'
import { FR_ACT } from '@netloom/netlink/route'
import { errnoCode, kernelCall } from '../cni/error.js'
import type { Family } from '../cni/prefix.js'
import type { Link } from './links.js'

/**
 * Returns a function that returns the tables which the rules of an address family look up for packets of the device. Other
 * conditions of the rules are ignored. The rules of a family are listed only once.
 */
export function tablesInUse(nl: Connection, link: Link): (family: Family) => ReadonlySet<number> {
  const known = new Map<Family, ReadonlySet<number>>()
  return (family) => {
    const tables = known.get(family) ?? new Set(listTables(nl, family, vrfTableOf(link)))
    known.set(family, tables)
    return tables
  }
}

/** Returns the routing table of the VRF to which the device belongs, if any. */
function vrfTableOf({ attrs }: Link): number | undefined {
  return attrs.linkinfo?.slaveKind === 'vrf' ? attrs.linkinfo.slaveData?.table : undefined
}

function listTables(nl: Connection, family: Family, vrfTable: number | undefined): number[] {
  const rules = kernelCall('failed to list rules', () => {
    try {
      return nl.dumpSync('RTM_GETRULE', { family })
    } catch (error) {
      // The kernel has no CONFIG_IP_MULTIPLE_TABLES.
      if (errnoCode(error) === 'EOPNOTSUPP') return []
      throw error
    }
  })
  return rules
    .filter(({ action }) => action === FR_ACT.TO_TBL)
    .flatMap(({ table, attrs }) => (attrs.l3mdev ? vrfTable : (attrs.table ?? table)) ?? [])
}
