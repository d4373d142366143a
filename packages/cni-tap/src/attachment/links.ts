import { Connection, type ConnectionOptions, DumpInterruptedError, type LinkMessage } from '@netloom/netlink'
import { type BridgeAttrs, RTEXT_FILTER } from '@netloom/netlink/route'
import { attemptAll, CniError, ErrorCode, errnoCode, kernelCall, throwFirst } from '../cni/error.js'

/** Opens a connection to the namespace. @throws {CniError} 8 or 11 */
export function openConnection(netns: number, options: ConnectionOptions = {}): Connection {
  const open = () => Connection.open({ ...options, netns })
  return kernelCall('failed to open a netlink socket', open, ErrorCode.invalidNetns)
}

/** Finds the device with this name or alternative name. */
function findLink(nl: Connection, name: string): LinkMessage | undefined {
  try {
    return nl.requestSync('RTM_GETLINK', { attrs: { ifname: name, extMask: RTEXT_FILTER.SKIP_STATS } })[0]
  } catch (error) {
    if (errnoCode(error) === 'ENODEV') return undefined
    return kernelCall(`failed to look up ${JSON.stringify(name)}`, () => {
      throw error
    })
  }
}

/** Finds the device with this name. The kernel also finds devices by an alternative name. */
export function findNamed(nl: Connection, name: string): LinkMessage | undefined {
  const link = findLink(nl, name)
  return link?.attrs.ifname === name ? link : undefined
}

/**
 * Options of a connection that lists devices. If devices are created and deleted all the time, no list is consistent, and further attempts
 * only take time.
 */
export const listing: ConnectionOptions = { dumpAttempts: 2 }

/**
 * Lists the tun and tap devices of the namespace. The kernel leaves out the others. A device may be missing from a list that was
 * interrupted.
 */
export function listTuns(nl: Connection, where: string): readonly LinkMessage[] {
  // With a filter, the kernel allocates enough space for links of all sizes.
  const attrs = { extMask: RTEXT_FILTER.SKIP_STATS, linkinfo: { kind: 'tun' } } as const
  const links = kernelCall(`failed to list the devices of ${where}`, () => {
    try {
      return nl.dumpSync('RTM_GETLINK', { attrs })
    } catch (error) {
      if (error instanceof DumpInterruptedError) return error.received as readonly LinkMessage[]
      throw error
    }
  })
  return links.filter((link) => link.attrs.linkinfo?.kind === 'tun')
}

/** A bridge in the namespace. */
export interface Bridge {
  readonly index: number
  readonly mtu: number
  readonly mac: string | undefined
  readonly data: BridgeAttrs | undefined
}

/**
 * Finds a bridge by its name.
 * @throws {CniError} 7 if there is none
 */
export function findBridge(nl: Connection, name: string): Bridge {
  const link = findLink(nl, name)
  const invalid = (fact: string) =>
    new CniError(ErrorCode.invalidConfig, `invalid bridge ${JSON.stringify(name)}: ${fact}`)
  if (link === undefined) throw invalid('no such device in the network namespace')
  const { linkinfo, mtu = 0, address: mac } = link.attrs
  if (linkinfo?.kind === 'bridge') return { index: link.index, mtu, mac, data: linkinfo.data }
  throw invalid(`expected a bridge, found ${linkinfo?.kind ?? 'a device of no kind'}`)
}

/**
 * Deletes devices. The kernel needs about 20 ms for one device, and the same time for a whole group.
 * @throws {CniError} 101 for the first one that the kernel does not delete, after the attempt to delete all
 */
export function deleteLinks(nl: Connection, links: readonly LinkMessage[]): void {
  if (links.length > 1 && deletesAsGroup(nl, links)) return
  throwFirst(attemptAll(links.map((link) => () => deleteLink(nl, link))))
}

/** Returns false if the kernel refused a request. */
function deletesAsGroup(nl: Connection, links: readonly LinkMessage[]): boolean {
  // Random, so that no other device is in this group.
  const group = 1 + Math.floor(Math.random() * 0x7fff_fffe)
  try {
    for (const { index } of links) nl.requestSync('RTM_NEWLINK', { index, attrs: { group } })
    nl.requestSync('RTM_DELLINK', { attrs: { group } })
    return true
  } catch (error) {
    if (errnoCode(error) === undefined) throw error
    return false
  }
}

/** Deletes a device. It is no error if the device no longer exists. */
export function deleteLink(nl: Connection, link: LinkMessage): void {
  kernelCall(`failed to delete ${JSON.stringify(link.attrs.ifname)}`, () => {
    try {
      nl.requestSync('RTM_DELLINK', { index: link.index })
    } catch (error) {
      if (errnoCode(error) !== 'ENODEV') throw error
    }
  })
}
