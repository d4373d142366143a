/**
 * The IFLA_IFALIAS by which a device is known as this plugin's: `netloom/<network>/<container>/<ifname>`. None of them can
 * hold a slash; the network comes first so that GC can tell its own devices. nft takes it as the name of a table, too.
 */
export function aliasOf(network: string, containerId: string, ifname: string): string {
  return `${aliasPrefixOf(network)}${fitting(containerId)}/${ifname}`
}

/** What the aliases of all devices of a network begin with. */
export function aliasPrefixOf(network: string): string {
  return `netloom/${fitting(network)}/`
}

/** The attachment that an alias names. */
export type Attachment = readonly [containerId: string, ifname: string]

/** Reads what follows the prefix of the network in an alias; undefined if the container's name is only there as a hash. */
export function attachmentOf(alias: string, network: string): Attachment | undefined {
  const [containerId = '', ifname = ''] = alias.slice(aliasPrefixOf(network).length).split('/')
  return containerId.startsWith(hashMark) ? undefined : [containerId, ifname]
}

/** Of two names as long as this, with ours and an interface's, there is room in an alias (IFALIASZ, linux/if.h). */
const longest = 110

/** No name begins with it. */
const hashMark = '_'

/** A name, or if that is too long, its hash. */
function fitting(name: string): string {
  if (name.length <= longest) return name
  // Loaded only for such a name: it takes a noticeable part of the whole start-up.
  const { createHash } = process.getBuiltinModule('node:crypto')
  return `${hashMark}${createHash('sha256').update(name).digest('hex')}`
}
