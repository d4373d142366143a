import { setMtu, setUp } from '../control/link.js'
import { setOffload, shareOffload } from '../control/offload.js'
import * as settings from '../control/settings.js'
import {
  attachOptions,
  type CreateOptions,
  checkCombination,
  checkOptions,
  createOptions,
  type TunTapOptions,
  vnetHdrFor,
} from '../options.js'
import { openNamed, openNew } from './open.js'
import type { Queue } from './queue.js'

/** Creates a device. If any step fails, no device remains. */
export function createQueue(options: CreateOptions): Queue {
  checkOptions(options, createOptions)
  checkCombination(options)
  const queue = openNew({ ...options, vnetHdr: vnetHdrFor(options) })
  try {
    configure(queue, options)
    return queue
  } catch (error) {
    queue.close()
    throw error
  }
}

/** Configures a new device. `persist` is last: until then, the kernel deletes the device with its descriptor. */
function configure(queue: Queue, options: CreateOptions): void {
  const { carrier, offload, owner, group, linkType, address, mtu, up, persist } = options
  // Linux before 6.1 ignores IFF_NO_CARRIER.
  if (carrier !== undefined) settings.setCarrier(queue, carrier)
  if (offload !== undefined) setOffload(queue, offload)
  if (owner !== undefined) settings.setOwner(queue, owner)
  if (group !== undefined) settings.setGroup(queue, group)
  if (linkType !== undefined) settings.setLinkType(queue, linkType)
  if (address !== undefined) settings.setAddress(queue, address)
  if (mtu !== undefined) setMtu(queue, mtu)
  if (up) setUp(queue)
  if (persist !== undefined) settings.setPersist(queue, persist)
}

/** Attaches to an existing device. */
export function openQueue(options: TunTapOptions & { readonly name: string }): Queue {
  checkOptions(options, attachOptions)
  attachOptions.name('name', options.name)
  checkCombination(options)
  const queue = openNamed({ ...options, vnetHdr: vnetHdrFor(options) })
  try {
    if (options.offload !== undefined) shareOffload(queue, options.offload, options.multiQueue)
    if (options.carrier === false) settings.setCarrier(queue, false)
    return queue
  } catch (error) {
    queue.close()
    throw error
  }
}
