import { Connection, type ConnectionOptions, DumpInterruptedError } from '@netloom/netlink'
import { type Infer, message, picked } from '@netloom/netlink/codec'
import { afSpecAttrs, type BridgeAttrs, ifinfomsg, inet6Attrs, linkAttrs, RTEXT_FILTER } from '@netloom/netlink/route'
import { attemptAll, CniError, ErrorCode, errnoCode, kernelCall, throwFirst } from '../cni/error.js'

/** The attributes of a device that the plugin reads. Decoding all takes several times as long. */
const link = message(
  'link',
  ifinfomsg,
  picked(linkAttrs, {
    ...{ ifname: true, ifalias: true, address: true, mtu: true, txqlen: true, master: true, linkinfo: true },
    afSpec: picked(afSpecAttrs, { inet6: picked(inet6Attrs, { conf: true }) }),
  }),
)

/** A device. */
export type Link = Infer<typeof link>

/** Opens a connection to the namespace. @throws {CniError} 8 if it cannot be entered, 11 if the failure may be temporary */
export function openConnection(netns: number, options: ConnectionOptions = {}): Connection {
  const open = () => Connection.open({ ...options, netns })
  return kernelCall('failed to open a netlink socket', open, ErrorCode.invalidNetns)
}

/** Finds the device with this index, or with this name or alternative name. */
function findLink(nl: Connection, key: number | string): Link | undefined {
  const extMask = RTEXT_FILTER.SKIP_STATS
  const request = typeof key === 'number' ? { index: key, attrs: { extMask } } : { attrs: { ifname: key, extMask } }
  try {
    return nl.requestSync('RTM_GETLINK', request, undefined, link)[0]
  } catch (error) {
    if (errnoCode(error) === 'ENODEV') return undefined
    return kernelCall(`failed to look up ${JSON.stringify(key)}`, () => {
      throw error
    })
  }
}

/** Returns the name and the index of a device, for messages: `"br0" (index 25)`. Without the name if the device no longer exists. */
export function describeIndex(nl: Connection, index: number): string {
  const name = findLink(nl, index)?.attrs.ifname
  return name === undefined ? `index ${index}` : `${JSON.stringify(name)} (index ${index})`
}

/** Finds the device with exactly this name. The kernel also matches alternative names, so this compares the result. */
export function findNamed(nl: Connection, name: string): Link | undefined {
  const link = findLink(nl, name)
  return link?.attrs.ifname === name ? link : undefined
}

/**
 * Options of connections that list devices. If devices are created and deleted all the time, no list is consistent, and more
 * attempts only take time.
 */
export const listing: ConnectionOptions = { dumpAttempts: 2 }

/** Lists the tun and tap devices in the namespace. */
export const listTuns = (nl: Connection, where: string) => listKind(nl, 'tun', where)

/**
 * Lists the devices of a kind in the namespace. The kernel filters them. If changes interrupt the dump, a device may be
 * missing.
 */
export function listKind(nl: Connection, kind: 'tun' | 'ifb', where: string): readonly Link[] {
  // With a filter, the kernel allocates enough space for links of all sizes.
  const attrs = { extMask: RTEXT_FILTER.SKIP_STATS, linkinfo: { kind } } as const
  const links = kernelCall(`failed to list the devices of ${where}`, () => {
    try {
      return nl.dumpSync('RTM_GETLINK', { attrs }, undefined, link)
    } catch (error) {
      if (error instanceof DumpInterruptedError) return error.received as readonly Link[]
      throw error
    }
  })
  return links.filter((link) => link.attrs.linkinfo?.kind === kind)
}

/** A bridge in the namespace. */
export interface Bridge {
  readonly index: number
  readonly mtu: number
  readonly mac: string | undefined
  readonly data: BridgeAttrs | undefined
}

/** Finds a bridge by its name. @throws {CniError} 7 if there is none */
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
 * Deletes devices as a group: the kernel needs some 20 ms for one device or for a whole group. Tries to delete all.
 * @throws {CniError} 101 for the first device that the kernel does not delete
 */
export function deleteLinks(nl: Connection, links: readonly Link[]): void {
  if (links.length > 1 && deletesAsGroup(nl, links)) return
  throwFirst(attemptAll(links.map((link) => () => deleteLink(nl, link))))
}

/** Returns false if the kernel refuses a request. */
function deletesAsGroup(nl: Connection, links: readonly Link[]): boolean {
  // A random group number, so that the group contains no other device.
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

/** Deletes a device. If it does not exist any more, does nothing. */
export function deleteLink(nl: Connection, link: Link): void {
  kernelCall(`failed to delete ${JSON.stringify(link.attrs.ifname)}`, () => {
    try {
      nl.requestSync('RTM_DELLINK', { index: link.index })
    } catch (error) {
      if (errnoCode(error) !== 'ENODEV') throw error
    }
  })
}
