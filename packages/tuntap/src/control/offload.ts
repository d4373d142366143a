import { constants } from 'node:os'
import { queuesOf } from '../device/check-framing.js'
import { bitsOf, OFFLOADS, type Offload, type OffloadName } from '../device/offload.js'
import type { Queue } from '../device/queue.js'
import { ioctlNumber } from './call.js'
import { TunTapError } from './error.js'
import { readOffload } from './ethtool.js'
import { linkOf } from './link.js'

const { EINVAL } = constants.errno

const set = (queue: Queue, bits: number) => ioctlNumber(queue.openFd(), 'TUNSETOFFLOAD', bits, queue)

/** The offloads that older kernels lack, with those that each requires. */
const NEWER: Readonly<Partial<Record<OffloadName, Offload>>> = {
  uso: { csum: true, uso: true },
  tunnel: { csum: true, tso4: true, tunnel: true },
  tunnelCsum: { csum: true, tso4: true, tunnel: true, tunnelCsum: true },
}

/**
 * Sets the offloads of a device (TUNSETOFFLOAD).
 * @throws {TunTapError} `EINVAL` with the names of the offloads that the kernel does not support
 */
export function setOffload(queue: Queue, offload: Offload): void {
  try {
    set(queue, bitsOf(offload))
  } catch (error) {
    if (!(error instanceof TunTapError && error.errno === EINVAL)) throw error
    const missing = queue.macvtap ? [] : missingOf(queue, offload)
    if (missing.length === 0) throw error
    throw new TunTapError('TUNSETOFFLOAD', EINVAL, queue.name, `the kernel does not support ${missing.join(', ')}`)
  }
}

/** Returns the offloads that the kernel does not support. The driver does not report them, so each is tried. */
function missingOf(queue: Queue, offload: Offload): string[] {
  const before = bitsOf(readOffload(queue))
  const isRefused = (key: string) => {
    const name = key as OffloadName
    if (!offload[name]) return false
    try {
      set(queue, bitsOf(NEWER[name] ?? {}))
      return false
    } catch (error) {
      if (error instanceof TunTapError && error.errno === EINVAL) return true
      throw error
    }
  }
  try {
    return Object.keys(NEWER).filter(isRefused)
  } finally {
    set(queue, before)
  }
}

/** Names the offloads that are on. */
const describe = (offload: Offload): string => OFFLOADS.filter((key) => offload[key]).join(', ') || 'none'

/**
 * Sets the offloads for a further descriptor. All queues of a device share them.
 * @throws {TunTapError} `EINVAL` if another queue is attached, and the device has other offloads
 */
export function shareOffload(queue: Queue, offload: Offload, multiQueue = false): void {
  if (!multiQueue || queuesOf(linkOf(queue)) <= 1) {
    setOffload(queue, offload)
    return
  }
  const present = readOffload(queue)
  if (bitsOf(present) === bitsOf(offload)) return
  const reason = `attach with offload ${describe(offload)}: the queue that is already attached has ${describe(present)}`
  throw new TunTapError('TUNSETOFFLOAD', EINVAL, queue.name, reason)
}
