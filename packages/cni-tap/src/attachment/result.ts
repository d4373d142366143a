import { type Config, dnsOf } from '../cni/config-keys.js'
import type { Request } from '../cni/request.js'
import type { Result } from '../cni/result.js'
import type { Address, Dns, Interface } from '../cni/result-parts.js'
import { isSameNetns } from '../system/netns-identity.js'
import type { Link } from './links.js'
import type { Device } from './tap.js'
import type { Target } from './traffic/target.js'

/** The devices and addresses that ADD has created. */
interface Created {
  readonly device: Device
  /** The redirected interface. */
  readonly target: Target | undefined
  readonly ifb: Link | undefined
  /** Addresses and routes of the IPAM plugin. */
  readonly assigned: Result
}

interface Before {
  readonly config: Config
  readonly previous: Result
}

/**
 * Adds interfaces, addresses and routes to the previous result. With a redirected interface, the tap has a second entry, as in
 * tc-redirect-tap: it describes the device inside the guest, with the container ID as sandbox.
 */
export function extend({ netns, containerId }: Request, { config, previous }: Before, created: Created): Result {
  const { device, target, ifb, assigned } = created
  const index = previous.interfaces.length
  const own = assigned.ips.map((ip) => ({ ...ip, interface: index }))
  const guests = target === undefined ? [] : guestAddresses(previous, target.name, netns, index + 1)
  return {
    interfaces: [
      ...previous.interfaces,
      entry(device, device.mac, netns),
      ...(target === undefined ? [] : [entry(device, target.mac ?? '', containerId)]),
      ...(ifb === undefined
        ? []
        : [entry({ name: ifb.attrs.ifname ?? '', mtu: device.mtu }, ifb.attrs.address ?? '', netns)]),
    ],
    ips: [...previous.ips, ...own, ...guests],
    routes: [...previous.routes, ...assigned.routes],
    dns: [dnsOf(config), assigned.dns].find(isGiven) ?? previous.dns,
  }
}

const entry = ({ name, mtu }: Pick<Device, 'name' | 'mtu'>, mac: string, sandbox: string): Interface => ({
  name,
  ...(mac !== '' && { mac }),
  mtu,
  sandbox,
})

/** Returns the addresses of the interface again, for the guest. */
function guestAddresses({ interfaces, ips }: Result, name: string, netns: string, index: number): Address[] {
  const isTargets = (at: number | undefined) => {
    const { name: found, sandbox } = interfaces[at ?? -1] ?? {}
    return found === name && sandbox !== undefined && isSameNetns(sandbox, netns)
  }
  return ips.filter((ip) => isTargets(ip.interface)).map((ip) => ({ ...ip, interface: index }))
}

const isGiven = (dns: Dns) => Object.keys(dns).length > 0
