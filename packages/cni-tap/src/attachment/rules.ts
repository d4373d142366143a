import { Connection, creates, FR_ACT, gets, type LinkMessage, protocol, ruleMessage } from '@netloom/netlink'
import { errnoCode, kernelCall } from '../cni/error.js'
import type { Family } from '../cni/prefix.js'

/** The messages that list rules: the executable's connections know only the basic messages of rtnetlink. */
const rules = protocol('NETLINK_ROUTE', 0, {
  RTM_NEWRULE: creates(32, ruleMessage),
  RTM_GETRULE: gets(34, ruleMessage),
})

/**
 * Returns a function that returns the tables that the rules of a family look up for packets of the device, whatever else such a rule
 * selects. It lists the rules of a family at most once.
 */
export function tablesInUse(netns: number, link: LinkMessage): (family: Family) => ReadonlySet<number> {
  const known = new Map<Family, ReadonlySet<number>>()
  return (family) => {
    const tables = known.get(family) ?? new Set(listTables(netns, family, vrfTableOf(link)))
    known.set(family, tables)
    return tables
  }
}

/** Returns the table of the VRF that the device belongs to. */
function vrfTableOf({ attrs }: LinkMessage): number | undefined {
  return attrs.linkinfo?.slaveKind === 'vrf' ? attrs.linkinfo.slaveData?.table : undefined
}

function listTables(netns: number, family: Family, vrfTable: number | undefined): number[] {
  const found = kernelCall('failed to list rules', () => {
    const nl = Connection.openProtocol(rules, { netns })
    try {
      return nl.dumpSync('RTM_GETRULE', { family })
    } catch (error) {
      // A kernel without CONFIG_IP_MULTIPLE_TABLES.
      if (errnoCode(error) === 'EOPNOTSUPP') return []
      throw error
    } finally {
      nl.close()
    }
  })
  return found
    .filter(({ action }) => action === FR_ACT.TO_TBL)
    .flatMap(({ table, attrs }) => (attrs.l3mdev ? vrfTable : (attrs.table ?? table)) ?? [])
}
