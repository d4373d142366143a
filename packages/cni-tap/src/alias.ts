import { createHash } from 'node:crypto'

/**
 * The IFLA_IFALIAS by which a device is known as this plugin's: `netloom:<network>:<attachment>`, both the first 64 bits
 * of a SHA-256, so that any name fits into an alias. The network stands alone so that GC can tell its own devices.
 */
export function aliasOf(network: string, containerId: string, ifname: string): string {
  // Neither a container ID nor an interface name can hold a slash.
  return `${aliasPrefixOf(network)}${short(`${containerId}/${ifname}`)}`
}

/** What the aliases of all devices of a network begin with. */
export function aliasPrefixOf(network: string): string {
  return `netloom:${short(network)}:`
}

const short = (text: string) => createHash('sha256').update(text).digest('hex').slice(0, 16)
