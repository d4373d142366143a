import { withNetns } from '@netloom/netlink'
import { CniError, ErrorCode, kernelCall } from '../cni/error.js'
import { failing, noting, type Setting, setSysctl, sysctlDifference } from '../system/sysctl.js'
import type { Link } from './links.js'

/**
 * Settings that prevent a guest from configuring the pod. With `accept_ra`, the kernel takes addresses, routes and the MTU from
 * router advertisements (`autoconf` covers only addresses). With `accept_redirects`, it takes routes from redirects.
 */
const settings = [
  { family: 'ipv6', name: 'accept_ra', value: '0' },
  { family: 'ipv6', name: 'accept_redirects', value: '0' },
  { family: 'ipv4', name: 'accept_redirects', value: '0' },
] as const

/** IPV6_MIN_MTU, net/ipv6.h. Below it the kernel removes IPv6 and its settings from the device: addrconf_notify(), net/ipv6/addrconf.c */
export const minIpv6Mtu = 1280

/** The key `acceptRA`. True keeps the kernel's defaults. False is an error if a setting cannot be changed. */
type AcceptRA = boolean | undefined

/** The new device, before it is up. */
interface NewDevice {
  readonly netns: number
  /** The created device, while its MTU is large enough for IPv6. */
  readonly link: Link
  /** MTU that will be set; undefined to keep the current one. */
  readonly mtu: number | undefined
}

/**
 * Makes the kernel ignore router advertisements and redirects from the guest. Call it before the device is set up.
 * @throws {CniError} with `acceptRA: false`: 101 if a setting cannot be changed, 7 if it would be reset later
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

/**
 * Returns a description of each changed setting, if the configuration requires the settings. A device without IPv6 ignores router
 * advertisements anyway.
 */
export function guestRoutingDifferences(netns: number, link: Link, acceptRA: AcceptRA): string[] {
  if (acceptRA !== false) return []
  const required = settingsOf(link.attrs.ifname ?? '', hasIpv6(link))
  return inNamespace(netns, () => required.flatMap((setting) => sysctlDifference(setting) ?? []))
}

function inNamespace<T>(netns: number, action: () => T): T {
  return kernelCall('failed to enter the network namespace', () => withNetns(netns, action))
}

/** True if the device has IPv6. Asks the kernel by netlink, because a missing directory in /proc/sys may only be hidden. */
const hasIpv6 = ({ attrs }: Link) => attrs.afSpec?.inet6 !== undefined

const settingsOf = (ifname: string, withIpv6: boolean): Setting[] =>
  settings.filter(({ family }) => withIpv6 || family !== 'ipv6').map((setting) => ({ ...setting, ifname }))

/**
 * When the MTU is raised to at least 1280, the kernel starts IPv6 on the device again, with the namespace's defaults:
 * ipv6_add_dev() copies them.
 */
function checkDefaults(ifname: string, mtu: number, acceptRA: AcceptRA, note: (text: string) => void): void {
  const defaults = settingsOf('default', true).filter(({ family }) => family === 'ipv6')
  const unsafe = defaults.flatMap((setting) => sysctlDifference(setting) ?? [])
  if (unsafe.length === 0) return
  const fact = `if the MTU is raised to ${minIpv6Mtu} or more, the kernel uses the pod's defaults: ${unsafe.join('; ')}`
  if (acceptRA === false) throw new CniError(ErrorCode.invalidConfig, `invalid acceptRA false with mtu ${mtu}: ${fact}`)
  note(`${JSON.stringify(ifname)} may accept router advertisements of the guest later: ${fact}`)
}
