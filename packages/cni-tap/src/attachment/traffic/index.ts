import type { Connection, LinkMessage } from '@netloom/netlink'
import type { Request as Requested } from '@netloom/netlink/codec'
import type { Limits } from '../../cni/bandwidth.js'
import { kernelCall } from '../../cni/error.js'
import type { Request } from '../../cni/request.js'
import type { Link } from '../links.js'
import type { Rollback } from '../rollback.js'
import { type Device, setUpFailed } from '../tap.js'
import { createIfb, ifbNames } from './ifb.js'
import { type Devices, hooksOf, shapersOf } from './layout.js'
import { markOf } from './mark.js'
import { removeRedirections } from './release.js'
import { addShaper, longestFrame } from './shaper.js'
import { findTarget, requireFree, type Target } from './target.js'
import { addHooks, named } from './tc.js'

export { trafficDifferences } from './check.js'
export { listIfbs } from './ifb.js'
export { markOf, staleMarks } from './mark.js'
export { type FilteredDevice, filteredDevices, hasRedirection, removeRedirections } from './release.js'
export type { Target } from './target.js'

/** Finds the interface to redirect. @throws {CniError} 7 if it cannot be redirected */
export function findFreeTarget(nl: Connection, name: string, alias: string): Target {
  const target = findTarget(nl, name, alias)
  requireFree(nl, target)
  return target
}

/** The parts of an attachment that concern traffic control. */
export interface Traffic {
  readonly tap: Device
  readonly target: Target | undefined
  readonly limits: Limits | undefined
  readonly alias: string
  /** The RTM_NEWLINK that sets up the tap. */
  readonly last: Requested<LinkMessage>
}

/** Redirects and limits the frames of a new tap, and sets it up. Returns the ifb, if one is needed. */
export function addTraffic(nl: Connection, request: Request, traffic: Traffic, rollback: Rollback): Link | undefined {
  const { tap, target, limits, alias, last } = traffic
  const mark = markOf(request.network, alias)
  const ifb = limits?.egress && createIfb(nl, ifbNames(request), tap.mtu, alias, rollback)
  const devices: Devices = { tap, target, ifb: ifb && named(ifb), mark }
  for (const shaper of shapersOf(devices, limits)) {
    const name = JSON.stringify(shaper.device.name)
    kernelCall(`failed to limit the bandwidth of ${name}`, () => addShaper(nl, shaper))
    noteSmallBurst(longestFrame(shaper), name, tap.mtu, request.note)
  }
  const hooks = hooksOf(devices)
  if (target !== undefined) rollback.add('redirection', () => removeRedirections(nl, [], (each) => mark.equals(each)))
  const names = hooks.map(({ device }) => JSON.stringify(device.name)).join(' and ')
  const failed = hooks.length === 0 ? setUpFailed(tap.name) : `failed to redirect the frames of ${names}`
  kernelCall(failed, () => addHooks(nl, hooks, last))
  return ifb
}

/** ETH_HLEN, linux/if_ether.h */
const headerLength = 14

function noteSmallBurst(longest: number, name: string, mtu: number, note: (text: string) => void): void {
  if (longest >= mtu + headerLength) return
  note(
    `the kernel drops frames of more than ${longest} bytes on ${name}, because the burst is smaller than the MTU of ${mtu}`,
  )
}
