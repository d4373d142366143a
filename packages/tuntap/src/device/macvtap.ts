import { constants as fs } from 'node:fs'
import { constants } from 'node:os'
import type { NewLink } from '@netloom/netlink'
import { adoptFile, type Descriptor, openFile, openIn, SystemError } from '@netloom/netlink/socket'
import { IFF } from '../abi.js'
import { ioctl } from '../control/call.js'
import { isIn } from '../control/netns.js'
import { attachOptions, checkObject, checkOptions, type TunTapOptions } from '../options.js'
import { framingFor, setHeaderSize } from './check-framing.js'
import { indexOfName, openNode } from './open.js'
import { Queue } from './queue.js'

/** Selects a macvtap or ipvtap link and the format of its frames. Each descriptor is a queue with its own format. */
export type MacvtapOptions = Pick<TunTapOptions, 'netns' | 'vnetHdr'> & { readonly name: string }

/** A macvtap or ipvtap link to create, as for `nl.link.add`, and the format of its frames. */
export type NewMacvtap =
  Extract<NewLink, { readonly kind: 'macvtap' | 'ipvtap' }> extends infer L
    ? Omit<L, 'netns'> & MacvtapOptions & { readonly kind: 'macvtap' | 'ipvtap' }
    : never

const { ENXIO } = constants.errno

/** Opens the character device of a macvtap or ipvtap link, and takes it over. */
export function openMacvtap(options: MacvtapOptions): Queue {
  checkOptions(options, { netns: attachOptions.netns, name: attachOptions.name, vnetHdr: attachOptions.vnetHdr })
  const { netns, name, vnetHdr } = options
  attachOptions.name('name', name)
  const framing = framingFor({ vnetHdr })
  const namespace = openIn(netns, openOwnNetns)
  let descriptor: Descriptor | undefined
  try {
    descriptor = openIn(netns === undefined ? undefined : namespace.fd, () => openHere(name))
    const { fd } = descriptor
    const flags = IFF.TAP | IFF.NO_PI | (framing.vnetHeaderSize > 0 ? IFF.VNET_HDR : 0)
    ioctl(fd, 'TUNSETIFF', { name, flags }, { name })
    setHeaderSize(fd, framing, { name })
    return new Queue(descriptor, framing, { netns: namespace })
  } catch (error) {
    descriptor?.close()
    namespace.close()
    throw error
  }
}

/** Opens the namespace of the calling thread. */
const openOwnNetns = () => adoptFile(openFile('/proc/thread-self/ns/net', fs.O_RDONLY))

/**
 * Opens the node of a link of the calling thread's namespace. Its name contains the index of the link, which links of several namespaces
 * may have. So the link that it belongs to is compared.
 */
function openHere(name: string): Descriptor {
  const index = indexOfName(name)
  const node = `/dev/tap${index}`
  const descriptor = openNode(node)
  try {
    const found = new Queue({ ...descriptor, close: () => {} }, framingFor({}), { netns: undefined })
    if (isIn(found) && indexOfName(found.name) === index) return descriptor
    throw new SystemError('open', ENXIO, `${node}, which belongs to ${found.name} of another namespace`)
  } catch (error) {
    descriptor.close()
    throw error
  }
}

/** Creates a macvtap or ipvtap link over netlink, and opens it. If opening fails, the link is deleted. */
export async function createMacvtap(options: NewMacvtap): Promise<Queue> {
  checkObject('options', options)
  const { netns, vnetHdr, ...link } = options
  if (vnetHdr !== undefined) attachOptions.vnetHdr('vnetHdr', vnetHdr)
  // Loaded here, because it takes longer than everything else of this package.
  const { Netlink } = await import('@netloom/netlink')
  using nl = Netlink.open({ netns })
  await nl.link.add(link as NewLink)
  try {
    return openMacvtap({ name: link.name, netns, vnetHdr })
  } catch (error) {
    await nl.link.delete(link.name)
    throw error
  }
}
