import type { Connection } from '@netloom/netlink'
import { mtuRange } from '../../cni/config-keys.js'
import { kernelCall } from '../../cni/error.js'
import { invalidRedirect } from '../../cni/redirect.js'
import { findNamed, type Link } from '../links.js'
import { hookKind, isHooked, type Named } from './tc.js'

/** ARPHRD_ETHER, linux/if_arp.h */
const ARPHRD_ETHER = 1

/** The interface whose frames are redirected. */
export interface Target extends Named {
  readonly mac: string | undefined
  /** MTU of the interface, at most that of a tap. */
  readonly mtu: number
}

/** Finds the interface to redirect. @throws {CniError} 7 if it does not exist, or cannot be redirected to a tap */
export function findTarget(nl: Connection, name: string, alias: string): Target {
  const link = findNamed(nl, name)
  if (link === undefined) throw invalidRedirect(name, 'no such device in the network namespace')
  if (link.attrs.ifalias === alias) throw invalidRedirect(name, 'it is a device of this attachment')
  if (link.type !== ARPHRD_ETHER) throw invalidRedirect(name, `expected an Ethernet device, found type ${link.type}`)
  return targetOf(link)
}

/**
 * Checks that an interface has no qdisc at its ingress. It can have only one, and deleting it deletes all filters.
 * @throws {CniError} 7
 */
export function requireFree(nl: Connection, target: Target): void {
  const kind = kernelCall(`failed to look up the qdisc of ${JSON.stringify(target.name)}`, () =>
    isHooked(nl, target) ? hookKind(nl, target) : undefined,
  )
  if (kind !== undefined) throw invalidRedirect(target.name, `expected no ingress qdisc, found ${kind}`)
}

export function targetOf({ index, attrs }: Link): Target {
  const { ifname: name = '', address: mac, mtu = 0 } = attrs
  return { name, index, mac, mtu: Math.min(mtu, mtuRange.max) }
}
