import { AF, type Connection } from '@netloom/netlink'
import { NTF } from '@netloom/netlink/route'
import { attemptAll, CniError, ErrorCode, errnoCode, kernelCall, throwFirst } from '../cni/error.js'
import type { Bridge } from './links.js'
import { openNetfilter, transact } from './nftables.js'
import { type Checked, chain, expressionsFor, family, tableOf } from './spoof-table.js'

export { tableOf } from './spoof-table.js'
export { spoofCheckDifferences } from './spoof-table-check.js'

/**
 * Implements `macspoofchk`: drops frames from the device whose source address is not the device's address. Each attachment has
 * its own nftables table in the container's namespace, so that it can be created and deleted as a whole.
 */

/** Creates the table. Replaces a table that a killed ADD has left. */
function replaceTable(netns: number, table: string, checked: Checked): void {
  const named = { family, attrs: { name: table } }
  const made = { create: true }
  transact(netns, (batch) => {
    batch.add('NFT_MSG_NEWTABLE', named, made)
    batch.add('NFT_MSG_DELTABLE', named)
    batch.add('NFT_MSG_NEWTABLE', named, made)
    batch.add('NFT_MSG_NEWCHAIN', { family, attrs: { table, ...chain } }, made)
    const expressions = { elem: expressionsFor(checked) }
    batch.add('NFT_MSG_NEWRULE', { family, attrs: { table, chain: chain.name, expressions } }, made)
  })
}

/** Creates the table. Call it before the device is set up, so that no frame passes unchecked. */
export function addSpoofCheck(netns: number, nl: Connection, table: string, checked: Checked): void {
  kernelCall('failed to make the port reachable by its own address', () => forgetOwnAddress(nl, checked))
  kernelCall('failed to check for spoofed addresses', () => replaceTable(netns, table, checked))
}

/**
 * Sets the current MAC address of the bridge permanently. Otherwise the bridge would use the lowest address of its ports. That
 * could be the address of the device, which the guest has, and the guest would receive the bridge's frames. A bridge without
 * ports has no address, and gets a random one.
 * @throws {CniError} 7 if the address that is configured for the device is the bridge's
 */
export function pinAddress(nl: Connection, { index, mac = noAddress }: Bridge, configured: string | undefined): void {
  if (mac === configured) {
    const fact = 'it is the address of the bridge, and macspoofchk would keep frames to it from the bridge'
    throw new CniError(ErrorCode.invalidConfig, `invalid mac ${JSON.stringify(configured)}: ${fact}`)
  }
  const address = mac === noAddress ? randomAddress() : mac
  kernelCall('failed to set the address of the bridge', () =>
    nl.requestSync('RTM_NEWLINK', { index, attrs: { address } }),
  )
}

const noAddress = '00:00:00:00:00:00'

/** Returns a random, locally administered unicast address. */
function randomAddress(): string {
  const bytes = Array.from({ length: 6 }, (_, at) => (at === 0 ? 0x02 : Math.floor(Math.random() * 256)))
  return bytes.map((byte) => byte.toString(16).padStart(2, '0')).join(':')
}

/**
 * Removes the device's MAC address from the local FDB entries of the bridge. A bridge delivers frames for a port's own address
 * locally. Here the guest behind the port has this address, so the bridge must learn it like any other.
 */
function forgetOwnAddress(nl: Connection, { index: ifindex, mac }: Checked): void {
  nl.requestSync('RTM_DELNEIGH', { family: AF.BRIDGE, ifindex, flags: NTF.MASTER, attrs: { lladdr: mac } })
}

/** Removes tables. Continues after failures. See {@link removeSpoofCheck}. */
export function removeSpoofChecks(netns: number, tables: readonly string[], note: (text: string) => void): void {
  if (tables.length === 0) return
  try {
    // One transaction for all, because each transaction takes the kernel some milliseconds.
    transact(netns, (batch) => {
      for (const name of tables) batch.add('NFT_MSG_DELTABLE', { family, attrs: { name } })
    })
  } catch (error) {
    if (errnoCode(error) === undefined) throw error
    throwFirst(attemptAll(tables.map((table) => () => removeSpoofCheck(netns, table, note))))
  }
}

/**
 * Removes a table, if it exists. A table that a process in the pod owns (NFT_TABLE_F_OWNER) is not the plugin's and cannot be
 * removed. It is left with a note, so that a pod cannot make DEL and GC fail.
 */
export function removeSpoofCheck(netns: number, table: string, note: (text: string) => void): void {
  kernelCall('failed to remove the check for spoofed addresses', () => {
    try {
      transact(netns, (batch) => batch.add('NFT_MSG_DELTABLE', { family, attrs: { name: table } }))
    } catch (error) {
      const code = errnoCode(error)
      if (code === 'ENOENT') return
      if (code !== 'EPERM' || !isOwned(netns, table)) throw error
      note(`table bridge ${JSON.stringify(table)} was left alone: another process owns it`)
    }
  })
}

/** True if the table belongs to the socket of a process, and is removed with it. */
function isOwned(netns: number, table: string): boolean {
  using nl = openNetfilter(netns)
  return nl
    .dumpSync('NFT_MSG_GETTABLE', { family })
    .some(({ attrs }) => attrs.name === table && attrs.owner !== undefined)
}

/** Returns the aliases of a network's attachments that have a table. */
export function spoofChecksOf(netns: number, prefix: string): string[] {
  const tables = kernelCall('failed to list tables', () => {
    using nl = openNetfilter(netns)
    return nl.dumpSync('NFT_MSG_GETTABLE', { family })
  })
  return tables.map(({ attrs }) => attrs.name ?? '').filter((name) => name.startsWith(tableOf(prefix)))
}
