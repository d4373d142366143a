import type { LinkMessage } from '@netloom/netlink'
import { attemptAll, type CniError } from '../cni/error.js'
import { delegate } from '../cni/ipam.js'
import type { Request } from '../cni/request.js'
import { openNetnsIfAny } from '../system/netns.js'
import { aliasOf } from './alias.js'
import { deleteLinks, findNamed, listing, listTuns, openConnection } from './links.js'
import type { SpoofCheck } from './load-spoof-check.js'
import { isTunOf } from './tap.js'

/** The parts of an attachment to remove. */
export interface AttachmentParts {
  /** The IPAM plugin that assigned its addresses. */
  readonly ipam: string | undefined
  /** Set if the attachment has an nftables table. */
  readonly spoofCheck: SpoofCheck | undefined
  /** True to remove all devices with the alias, even if renamed. ADD removes only the device that it has created. */
  readonly renamed: boolean
}

/**
 * Removes an attachment: its addresses (by the IPAM plugin), its device and its table. Continues after failures. A missing part
 * is not an error.
 */
export function detach(request: Request, { ipam, spoofCheck, renamed }: AttachmentParts): CniError[] {
  const alias = aliasOf(request.network, request.containerId, request.ifname)
  return attemptAll([
    () => {
      if (ipam !== undefined) delegate(request, ipam, 'DEL')
    },
    () => {
      request.log.step('remove the devices')
      removeDevices(request, alias, renamed)
    },
    // The table is last, because it protects the bridge while the device exists.
    () => {
      if (spoofCheck === undefined) return
      request.log.step('remove the table of macspoofchk')
      removeTable(request, spoofCheck, alias)
    },
  ])
}

function removeDevices(request: Request, alias: string, renamed: boolean): void {
  const { ifname, note } = request
  using netns = openNetnsOf(request)
  if (netns === undefined) return
  using nl = openConnection(netns.fd, listing)
  const own = renamed ? listTuns(nl, request.netns).filter(({ attrs }) => attrs.ifalias === alias) : []
  const isListed = own.some(({ attrs }) => attrs.ifname === ifname)
  const named = isListed ? undefined : findNamed(nl, ifname)
  if (named !== undefined && isTunOf(named, alias)) own.push(named)
  else if (named !== undefined)
    note(`${JSON.stringify(ifname)} was left alone: expected the tap of this attachment, found ${describe(named)}`)
  deleteLinks(nl, own)
}

function removeTable(request: Request, spoofCheck: SpoofCheck, alias: string): void {
  using netns = openNetnsOf(request)
  if (netns !== undefined) spoofCheck.removeSpoofCheck(netns.fd, spoofCheck.tableOf(alias), request.note)
}

/** Opens the namespace. Returns undefined if the call does not name one, or if it was deleted with everything in it. */
const openNetnsOf = ({ netns, ownNetns }: Request) =>
  netns === '' ? undefined : openNetnsIfAny(netns, { notOwn: ownNetns })

function describe({ attrs }: LinkMessage): string {
  const kind = attrs.linkinfo?.kind ?? 'a device of no kind'
  return attrs.ifalias === undefined ? kind : `${kind} with alias ${JSON.stringify(attrs.ifalias)}`
}
