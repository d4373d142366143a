import type { Connection } from '@netloom/netlink'
import { attemptAll, type CniError, throwFirst } from '../cni/error.js'
import { delegate } from '../cni/ipam.js'
import type { Request } from '../cni/request.js'
import { openNetnsIfAny } from '../system/netns.js'
import { aliasOf } from './alias.js'
import { deleteLinks, findNamed, type Link, listing, listTuns, openConnection } from './links.js'
import type { SpoofCheck } from './load-spoof-check.js'
import type { TrafficControl } from './load-traffic.js'
import { isTunOf } from './tap.js'

/** The parts of an attachment to remove. */
export interface AttachmentParts {
  /** The IPAM plugin that assigned its addresses. */
  readonly ipam: string | undefined
  /** Set if the attachment has an nftables table. */
  readonly spoofCheck: SpoofCheck | undefined
  /** Set if frames are redirected or limited. */
  readonly traffic: TrafficControl | undefined
  /** True if frames are redirected. Then CNI_IFNAME may be the name of the redirected interface, which stays. */
  readonly redirected: boolean
  /** True to remove all devices with the alias, even if renamed. ADD removes only the device that it has created. */
  readonly renamed: boolean
}

/**
 * Removes an attachment: its addresses (by the IPAM plugin), its device and its table. Continues after failures. A missing part
 * is not an error.
 */
export function detach(request: Request, parts: AttachmentParts): CniError[] {
  const { ipam, spoofCheck } = parts
  const alias = aliasOf(request.network, request.containerId, request.ifname)
  return attemptAll([
    () => {
      if (ipam !== undefined) delegate(request, ipam, 'DEL')
    },
    () => {
      request.log.step('remove the devices')
      removeDevices(request, alias, parts)
    },
    // The table is last, because it protects the bridge while the device exists.
    () => {
      if (spoofCheck === undefined) return
      request.log.step('remove the table of macspoofchk')
      removeTable(request, spoofCheck, alias)
    },
  ])
}

function removeDevices(request: Request, alias: string, parts: AttachmentParts): void {
  const { traffic, redirected } = parts
  using netns = openNetnsOf(request)
  if (netns === undefined) return
  using nl = openConnection(netns.fd, listing)
  const taps = ownTaps(nl, request, alias, parts)
  const mark = redirected ? traffic?.markOf(request.network, alias) : undefined
  throwFirst(
    attemptAll([
      // Before the tap, so that a killed DEL leaves it: it shows which interface was redirected.
      () => {
        if (mark !== undefined) traffic?.removeRedirections(nl, taps, (each) => mark.equals(each))
      },
      () => deleteLinks(nl, taps),
      () => deleteLinks(nl, traffic?.listIfbs(nl, request, alias) ?? []),
    ]),
  )
}

function ownTaps(nl: Connection, request: Request, alias: string, { redirected, renamed }: AttachmentParts): Link[] {
  const { ifname, note } = request
  const byAlias = renamed || redirected
  const own = byAlias ? listTuns(nl, request.netns).filter(({ attrs }) => attrs.ifalias === alias) : []
  const isListed = redirected || own.some(({ attrs }) => attrs.ifname === ifname)
  const named = isListed ? undefined : findNamed(nl, ifname)
  if (named !== undefined && isTunOf(named, alias)) own.push(named)
  else if (named !== undefined)
    note(`${JSON.stringify(ifname)} was left alone: expected the tap of this attachment, found ${describe(named)}`)
  return own
}

function removeTable(request: Request, spoofCheck: SpoofCheck, alias: string): void {
  using netns = openNetnsOf(request)
  if (netns !== undefined) spoofCheck.removeSpoofCheck(netns.fd, spoofCheck.tableOf(alias), request.note)
}

/** Opens the namespace. Returns undefined if the call does not name one, or if it was deleted with everything in it. */
const openNetnsOf = ({ netns, ownNetns }: Request) =>
  netns === '' ? undefined : openNetnsIfAny(netns, { notOwn: ownNetns })

function describe({ attrs }: Link): string {
  const kind = attrs.linkinfo?.kind ?? 'a device of no kind'
  return attrs.ifalias === undefined ? kind : `${kind} with alias ${JSON.stringify(attrs.ifalias)}`
}
