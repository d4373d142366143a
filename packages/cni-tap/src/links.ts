import { type BridgeAttrs, Connection, type LinkMessage, RTEXT_FILTER } from '@netloom/netlink'
import { CniError, ErrorCode, errnoCode, kernelCall } from './error.js'

/** A connection to the namespace, for the caller to close. */
export function openConnection(netns: number): Connection {
  return kernelCall('failed to open a netlink socket', () => Connection.open({ netns }), ErrorCode.invalidNetns)
}

/** Calls `action` with a connection to the namespace. */
export function withConnection<T>(netns: number, action: (nl: Connection) => T): T {
  const nl = openConnection(netns)
  try {
    return action(nl)
  } finally {
    nl.close()
  }
}

/** The device of that name, or with that alternative name. */
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

/** The device that is really called so: the kernel also finds a device by an alternative name. */
export function findNamed(nl: Connection, name: string): LinkMessage | undefined {
  const link = findLink(nl, name)
  return link?.attrs.ifname === name ? link : undefined
}

/** A bridge that was found: its index, and what it is like. */
export interface Bridge {
  readonly index: number
  readonly data: BridgeAttrs | undefined
}

/**
 * The bridge `name`.
 * @throws {CniError} 7 where there is none
 */
export function findBridge(nl: Connection, name: string): Bridge {
  const link = findLink(nl, name)
  const invalid = (fact: string) =>
    new CniError(ErrorCode.invalidConfig, `invalid bridge ${JSON.stringify(name)}: ${fact}`)
  if (link === undefined) throw invalid('no such device in the network namespace')
  const { linkinfo } = link.attrs
  if (linkinfo?.kind === 'bridge') return { index: link.index, data: linkinfo.data }
  throw invalid(`expected a bridge, found ${linkinfo?.kind ?? 'a device of no kind'}`)
}

/** Deletes a device; that it is gone meanwhile is no error. */
export function deleteLink(nl: Connection, link: LinkMessage): void {
  kernelCall(`failed to delete ${JSON.stringify(link.attrs.ifname)}`, () => {
    try {
      nl.requestSync('RTM_DELLINK', { index: link.index })
    } catch (error) {
      if (errnoCode(error) !== 'ENODEV') throw error
    }
  })
}
