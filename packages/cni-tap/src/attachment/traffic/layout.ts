import type { Limits } from '../../cni/bandwidth.js'
import type { Shaper } from './shaper.js'
import type { Direction, Hook, Named } from './tc.js'

/** The devices of an attachment. */
export interface Devices {
  readonly tap: Named
  /** The interface whose frames are redirected, if any. */
  readonly target: Named | undefined
  /** Present if the frames from the guest are limited. */
  readonly ifb: Named | undefined
  /** Cookie of the filters on the interface, which does not belong to the plugin. */
  readonly mark: Uint8Array | undefined
}

/** The same as of the filters of tc-redirect-tap, which the kernel chooses. Filters of others can come before them. */
const redirectPref = 0xc000

/** The same as of the filter of the bandwidth plugin. */
const shapePref = 1
const shapeClass = 0x0001_0001

/**
 * Returns the hooks of an attachment, in the order in which they are created.
 *
 * A redirection connects tap and interface in both directions. Frames from the guest are limited by an ifb, which returns them to
 * the device that they came from. The kernel skips the filters for frames that an ifb returns. So if the tap's ingress redirected to
 * the ifb, the frames would never reach the interface. Therefore the interface's egress redirects to it: clsact has both directions.
 * Without redirection, the tap's ingress redirects to the ifb, as the bandwidth plugin does it.
 */
export function hooksOf({ tap, target, ifb, mark }: Devices): Hook[] {
  const shaping = (direction: Direction, cookie?: Uint8Array) =>
    ifb === undefined ? [] : [{ direction, pref: shapePref, to: ifb, classid: shapeClass, mark: cookie }]
  if (target === undefined) {
    const redirections = shaping('received')
    return redirections.length === 0 ? [] : [{ device: tap, kind: 'ingress', redirections }]
  }
  const toTarget = { direction: 'received', pref: redirectPref, to: target } as const
  const toTap = { direction: 'received', pref: redirectPref, to: tap, mark } as const
  return [
    { device: tap, kind: 'ingress', redirections: [toTarget] },
    { device: target, kind: ifb === undefined ? 'ingress' : 'clsact', redirections: [toTap, ...shaping('sent', mark)] },
  ]
}

/** Returns the shapers of an attachment. Frames to the guest leave the tap, frames from it leave the ifb. */
export function shapersOf({ tap, ifb }: Devices, limits: Limits | undefined): Shaper[] {
  const { ingress, egress } = limits ?? {}
  return [
    ...(ingress === undefined ? [] : [{ device: tap, limit: ingress }]),
    ...(egress === undefined || ifb === undefined ? [] : [{ device: ifb, limit: egress }]),
  ]
}
