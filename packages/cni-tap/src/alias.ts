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

/** Of two names as long as this, with ours and an interface's, there is room in an alias (IFALIASZ, linux/if.h). */
const longest = 110

/** A name, or where that is too long, what stands for it: no name begins with an underscore. */
function fitting(name: string): string {
  if (name.length <= longest) return name
  // Loaded only for such a name: it takes a noticeable part of the whole start-up.
  const { createHash } = process.getBuiltinModule('node:crypto')
  return `_${createHash('sha256').update(name).digest('hex')}`
}
