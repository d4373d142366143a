import { aliasOf } from './alias.js'
import { type CniError, toCniError } from './error.js'
import { delegate } from './ipam.js'
import { deleteLink, findNamed, withConnection } from './links.js'
import { withNetnsIfAny } from './netns.js'
import type { Request } from './request.js'
import { isTunOf } from './tap.js'

/**
 * Takes an attachment away: its addresses from the IPAM plugin and its device from the namespace, one even if the other
 * fails. What is not there is no error.
 */
export function detach(request: Request, ipam: string | undefined): CniError[] {
  const steps = [
    () => {
      if (ipam !== undefined) delegate(request, ipam, 'DEL')
    },
    () => {
      if (request.netns !== '') removeDevice(request)
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
  if (first !== undefined) throw first.withDetails(others.map(({ message }) => message))
}

function removeDevice({ netns, ifname, network, containerId, note }: Request): void {
  const remove = (fd: number) =>
    withConnection(fd, (nl) => {
      const link = findNamed(nl, ifname)
      if (link === undefined) return
      if (isTunOf(link, aliasOf(network, containerId, ifname))) deleteLink(nl, link)
      else
        note(`${JSON.stringify(ifname)} was left alone: expected the tap of this attachment, found ${describe(link)}`)
    })
  withNetnsIfAny(netns, remove, () => {})
}

function describe({ attrs }: NonNullable<ReturnType<typeof findNamed>>): string {
  const kind = attrs.linkinfo?.kind ?? 'a device of no kind'
  return attrs.ifalias === undefined ? kind : `${kind} with alias ${JSON.stringify(attrs.ifalias)}`
}
