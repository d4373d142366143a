import { withNetns } from '@netloom/netlink'
import { kernelCall } from '../cni/error.js'
import { failing, noting, type Setting, setSysctl, sysctlDifference } from '../system/sysctl.js'

/**
 * The settings that keep a guest from configuring the pod. With `accept_ra` the kernel takes addresses, routes and an MTU
 * from a router advertisement; `autoconf` alone would prevent the addresses only. A redirect adds a route.
 */
const settings = [
  { family: 'ipv6', name: 'accept_ra', value: '0' },
  { family: 'ipv6', name: 'accept_redirects', value: '0' },
  { family: 'ipv4', name: 'accept_redirects', value: '0' },
] as const

const settingsOf = (ifname: string): Setting[] => settings.map((setting) => ({ ...setting, ifname }))

function inNamespace<T>(netns: number, action: () => T): T {
  return kernelCall('failed to enter the network namespace', () => withNetns(netns, action))
}

/** The key `acceptRA`: true leaves the kernel's defaults, false fails if a setting cannot be made. */
type AcceptRA = boolean | undefined

/** Has the kernel ignore what the guest says about routing. Call it before the device is up. */
export function ignoreGuestRouting(
  netns: number,
  ifname: string,
  acceptRA: AcceptRA,
  note: (text: string) => void,
): void {
  if (acceptRA) return
  const refused = acceptRA === false ? failing : noting(note)
  inNamespace(netns, () => {
    for (const setting of settingsOf(ifname)) setSysctl(setting, refused)
  })
}

/** Describes the settings that changed, if the configuration requires them. */
export function guestRoutingDifferences(netns: number, ifname: string, acceptRA: AcceptRA): string[] {
  if (acceptRA !== false) return []
  return inNamespace(netns, () => settingsOf(ifname).flatMap((setting) => sysctlDifference(setting) ?? []))
}
