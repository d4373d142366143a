import { aliasOf } from './alias.js'
import { type CniError, messageOf, toCniError } from './error.js'
import { delegate } from './ipam.js'
import { deleteLink, findNamed, withConnection } from './links.js'
import type { SpoofCheck } from './load-spoof-check.js'
import { withNetnsIfAny } from './netns.js'
import type { Request } from './request.js'
import { isTunOf } from './tap.js'

/** What an attachment has besides its device. */
export interface Belongings {
  /** The plugin that gave it addresses. */
  readonly ipam: string | undefined
  /** There where it has a table of nftables. */
  readonly spoofCheck: SpoofCheck | undefined
}

/**
 * Takes an attachment away: its addresses from the IPAM plugin, its device and its table from the namespace, each even if
 * another fails. What is not there is no error.
 */
export function detach(request: Request, { ipam, spoofCheck }: Belongings): CniError[] {
  const { netns, network, containerId, ifname } = request
  const alias = aliasOf(network, containerId, ifname)
  const inNetns = (action: (fd: number) => void) => withNetnsIfAny(netns, action, () => {})
  const steps = [
    () => {
      if (ipam !== undefined) delegate(request, ipam, 'DEL')
    },
    () => {
      if (netns !== '') inNetns((fd) => removeDevice(fd, request, alias))
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

function removeDevice(netns: number, { ifname, note }: Request, alias: string): void {
  withConnection(netns, (nl) => {
    const link = findNamed(nl, ifname)
    if (link === undefined) return
    if (isTunOf(link, alias)) deleteLink(nl, link)
    else note(`${JSON.stringify(ifname)} was left alone: expected the tap of this attachment, found ${describe(link)}`)
  })
}

function describe({ attrs }: NonNullable<ReturnType<typeof findNamed>>): string {
  const kind = attrs.linkinfo?.kind ?? 'a device of no kind'
  return attrs.ifalias === undefined ? kind : `${kind} with alias ${JSON.stringify(attrs.ifalias)}`
}
