import type { Connection, LinkMessage } from '@netloom/netlink'
import { type CniError, messageOf, toCniError } from '../cni/error.js'
import { delegate } from '../cni/ipam.js'
import type { Request } from '../cni/request.js'
import { withNetnsIfAny } from '../system/netns.js'
import { aliasOf } from './alias.js'
import { deleteLink, findNamed, listing, listTuns, withConnection } from './links.js'
import type { SpoofCheck } from './load-spoof-check.js'
import { isTunOf } from './tap.js'

/** What an attachment has besides its device. */
export interface Belongings {
  /** The plugin that gave it addresses. */
  readonly ipam: string | undefined
  /** Given if it has a table of nftables. */
  readonly spoofCheck: SpoofCheck | undefined
  /** True to remove every device with the alias, even if it was renamed. ADD removes only the device that it has created. */
  readonly renamed: boolean
}

/**
 * Takes an attachment away: its addresses from the IPAM plugin, its device and its table from the namespace, each even if
 * another fails. What is not there is no error.
 */
export function detach(request: Request, { ipam, spoofCheck, renamed }: Belongings): CniError[] {
  const { netns, ownNetns, network, containerId, ifname } = request
  const alias = aliasOf(network, containerId, ifname)
  const inNetns = (action: (fd: number) => void) => withNetnsIfAny(netns, { notOwn: ownNetns }, action)
  const steps = [
    () => {
      if (ipam !== undefined) delegate(request, ipam, 'DEL')
    },
    () => {
      if (netns !== '') inNetns((fd) => removeDevices(fd, request, alias, renamed))
    },
    () => {
      // After the device: as long as it is there, it is checked.
      if (netns !== '' && spoofCheck) inNetns((fd) => spoofCheck.removeSpoofCheck(fd, spoofCheck.tableOf(alias)))
    },
  ]
  return attemptAll(steps)
}

/** Every step is tried; returns what went wrong. */
export function attemptAll(steps: readonly (() => void)[]): CniError[] {
  const errors: CniError[] = []
  for (const step of steps) {
    try {
      step()
    } catch (error) {
      errors.push(toCniError(error))
    }
  }
  return errors
}

/** @throws {CniError} the first of the errors, with the others in its details */
export function throwFirst([first, ...others]: readonly CniError[]): void {
  if (first !== undefined) throw first.withDetails(others.map(messageOf))
}

function removeDevices(netns: number, request: Request, alias: string, renamed: boolean): void {
  const { ifname, note } = request
  const remove = (nl: Connection) => {
    const own = renamed ? listTuns(nl, request.netns).filter(({ attrs }) => attrs.ifalias === alias) : []
    const isListed = own.some(({ attrs }) => attrs.ifname === ifname)
    const named = isListed ? undefined : findNamed(nl, ifname)
    if (named !== undefined && isTunOf(named, alias)) own.push(named)
    else if (named !== undefined)
      note(`${JSON.stringify(ifname)} was left alone: expected the tap of this attachment, found ${describe(named)}`)
    throwFirst(attemptAll(own.map((link) => () => deleteLink(nl, link))))
  }
  withConnection(netns, remove, listing)
}

function describe({ attrs }: LinkMessage): string {
  const kind = attrs.linkinfo?.kind ?? 'a device of no kind'
  return attrs.ifalias === undefined ? kind : `${kind} with alias ${JSON.stringify(attrs.ifalias)}`
}
