/**
 * Returns the IFLA_IFALIAS that identifies the device of an attachment: `netloom/<network>/<container>/<ifname>`. None of the
 * names can contain a slash. The network comes first, so that GC can find the devices of a network by prefix. The nftables table
 * of the attachment has the same name.
 */
export function aliasOf(network: string, containerId: string, ifname: string): string {
  return `${aliasPrefixOf(network)}${nameOrHash(containerId)}/${ifname}`
}

/** Returns the prefix of the aliases of all devices of a network. */
export function aliasPrefixOf(network: string): string {
  return `netloom/${nameOrHash(network)}/`
}

/** The attachment that an alias names. */
export type Attachment = readonly [containerId: string, ifname: string]

/** Parses the part of an alias after the prefix of the network; undefined if the container ID is only known as a hash. */
export function attachmentOf(alias: string, network: string): Attachment | undefined {
  const [containerId = '', ifname = ''] = alias.slice(aliasPrefixOf(network).length).split('/')
  return containerId.startsWith(hashMark) ? undefined : [containerId, ifname]
}

/** Longest network name and container ID: two of them, `netloom` and an interface name fit in an alias (IFALIASZ, linux/if.h). */
const maxLength = 110

/** First character of a hash. Names cannot begin with it. */
const hashMark = '_'

/** Returns a name, or the hash of a name that is too long. */
function nameOrHash(name: string): string {
  if (name.length <= maxLength) return name
  // Loaded only for such a name, because loading it takes a noticeable part of the start-up.
  const { createHash } = process.getBuiltinModule('node:crypto')
  return `${hashMark}${createHash('sha256').update(name).digest('hex')}`
}
