import type { Connection } from '@netloom/netlink'
import { IFF } from '@netloom/netlink/route'
import type { Limits } from '../../cni/bandwidth.js'
import type { Config } from '../../cni/config-keys.js'
import { kernelCall } from '../../cni/error.js'
import { redirectedName } from '../../cni/redirect.js'
import type { Request } from '../../cni/request.js'
import type { Result } from '../../cni/result.js'
import type { Settings } from '../../cni/settings.js'
import { findNamed, type Link } from '../links.js'
import { hookDifferences } from './hook-check.js'
import { listIfbs } from './ifb.js'
import { type Devices, hooksOf, shapersOf } from './layout.js'
import { markOf } from './mark.js'
import { shaperDifferences } from './shaper.js'
import { type Target, targetOf } from './target.js'
import { named } from './tc.js'

/** The values to compare with. */
export interface Wanted {
  readonly config: Config
  readonly settings: Settings
  readonly limits: Limits | undefined
  readonly previous: Result
  readonly alias: string
  /** The tap. */
  readonly link: Link
}

/** Returns a description of each difference between the attachment and the kernel's state. */
export function trafficDifferences(nl: Connection, request: Request, wanted: Wanted): string[] {
  const { config, limits, alias, link } = wanted
  return kernelCall('failed to look up traffic control', () => {
    const ifbs = limits?.egress === undefined ? [] : listIfbs(nl, request, alias)
    const target = config.redirect === undefined ? undefined : findCurrent(nl, request, wanted, ifbs)
    if (typeof target === 'string') return [target]
    const devices: Devices = {
      tap: named(link),
      target,
      ifb: ifbs[0] && named(ifbs[0]),
      mark: markOf(request.network, alias),
    }
    return [
      ...mtuDifferences(wanted, target),
      ...(limits?.egress === undefined ? [] : ifbDifferences(ifbs[0])),
      ...shapersOf(devices, limits).flatMap((shaper) => shaperDifferences(nl, shaper)),
      ...hooksOf(devices).flatMap((hook) => hookDifferences(nl, hook)),
    ]
  })
}

/** Finds the redirected interface. Returns a description of the difference if it does not exist. */
function findCurrent(nl: Connection, request: Request, wanted: Wanted, ifbs: readonly Link[]): Target | string {
  const { config, settings, previous, link } = wanted
  // The result of ADD has our own devices too.
  const own = [link, ...ifbs].map(({ attrs }) => attrs.ifname)
  const interfaces = previous.interfaces.filter(({ name }) => !own.includes(name))
  const name = redirectedName(config.redirect ?? '', { ...previous, interfaces }, request, settings.tapName)
  const found = findNamed(nl, name)
  return found === undefined ? `expected ${JSON.stringify(name)} to redirect, found no such device` : targetOf(found)
}

/** With a configured MTU, the device's is compared with that. */
function mtuDifferences({ config, link }: Wanted, target: Target | undefined): string[] {
  const { mtu } = link.attrs
  if (target === undefined || config.mtu || mtu === target.mtu) return []
  return [`expected mtu ${target.mtu} as ${JSON.stringify(target.name)} has, found ${mtu}`]
}

function ifbDifferences(ifb: Link | undefined): string[] {
  if (ifb === undefined) return ['expected an ifb that limits the frames from the guest, found none']
  return ifb.flags & IFF.UP ? [] : [`expected ${JSON.stringify(ifb.attrs.ifname)} to be up, found it down`]
}
