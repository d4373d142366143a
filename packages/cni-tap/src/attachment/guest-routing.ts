import { type LinkMessage, withNetns } from '@netloom/netlink'
import { CniError, ErrorCode, kernelCall } from '../cni/error.js'
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

/** IPV6_MIN_MTU, net/ipv6.h. Below it the kernel removes IPv6 and its settings from the device: addrconf_notify(), net/ipv6/addrconf.c */
export const minIpv6Mtu = 1280

/** The key `acceptRA`: true leaves the kernel's defaults, false fails if a setting cannot be changed. */
type AcceptRA = boolean | undefined

/** The new device, before it is up. */
interface NewDevice {
  readonly netns: number
  /** The device as it was created, with an MTU that has IPv6. */
  readonly link: LinkMessage
  /** The MTU that it will have; undefined for the one that it has. */
  readonly mtu: number | undefined
}

/**
 * Makes the kernel ignore router advertisements and redirects of the guest. Call it before the device is up.
 * @throws {CniError} with `acceptRA: false`: 101 if a setting cannot be changed, 7 if it would not last
 */
export function ignoreGuestRouting(device: NewDevice, acceptRA: AcceptRA, note: (text: string) => void): void {
  if (acceptRA) return
  const { netns, link } = device
  const { ifname = '', mtu = minIpv6Mtu } = { ...link.attrs, ...(device.mtu && { mtu: device.mtu }) }
  const losesIpv6 = hasIpv6(link) && mtu < minIpv6Mtu
  inNamespace(netns, () => {
    if (losesIpv6) checkDefaults(ifname, mtu, acceptRA, note)
    const refused = acceptRA === false ? failing : noting(note)
    for (const setting of settingsOf(ifname, hasIpv6(link) && !losesIpv6)) setSysctl(setting, refused)
  })
}

/** Describes the settings that changed, if the configuration requires them. A device without IPv6 handles no advertisement. */
export function guestRoutingDifferences(netns: number, link: LinkMessage, acceptRA: AcceptRA): string[] {
  if (acceptRA !== false) return []
  const required = settingsOf(link.attrs.ifname ?? '', hasIpv6(link))
  return inNamespace(netns, () => required.flatMap((setting) => sysctlDifference(setting) ?? []))
}

function inNamespace<T>(netns: number, action: () => T): T {
  return kernelCall('failed to enter the network namespace', () => withNetns(netns, action))
}

/** Asks the kernel's description of the device, because a missing directory of /proc/sys proves nothing: it may be hidden. */
const hasIpv6 = ({ attrs }: LinkMessage) => attrs.afSpec !== undefined && 'inet6' in attrs.afSpec

const settingsOf = (ifname: string, withIpv6: boolean): Setting[] =>
  settings.filter(({ family }) => withIpv6 || family !== 'ipv6').map((setting) => ({ ...setting, ifname }))

/** When the MTU is raised, the kernel starts IPv6 on the device with the namespace's defaults: ipv6_add_dev() copies them. */
function checkDefaults(ifname: string, mtu: number, acceptRA: AcceptRA, note: (text: string) => void): void {
  const defaults = settingsOf('default', true).filter(({ family }) => family === 'ipv6')
  const unsafe = defaults.flatMap((setting) => sysctlDifference(setting) ?? [])
  if (unsafe.length === 0) return
  const fact = `if the MTU is raised to ${minIpv6Mtu} or more, the kernel uses the pod's defaults: ${unsafe.join('; ')}`
  if (acceptRA === false) throw new CniError(ErrorCode.invalidConfig, `invalid acceptRA false with mtu ${mtu}: ${fact}`)
  note(`${JSON.stringify(ifname)} may accept router advertisements of the guest later: ${fact}`)
}
