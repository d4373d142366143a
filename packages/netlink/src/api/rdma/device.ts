import { ArgumentError, isRecord, show } from '../../codec/error.js'
import { NetlinkError } from '../../message/index.js'
import type { RdmaMessage } from '../../rdma/index.js'
import { rdma } from '../../rdma/index.js'
import { ifThere } from '../run/link-lookup.js'
import type { Operation } from '../run/operation.js'
import { requestsOf } from '../run/requests.js'
import { refusal } from '../run/selection.js'
import { nameWithout, shortText, U32 } from '../values/accepted.js'
import type { RdmaDeviceRef } from './types.js'

export const { read, dump, change } = requestsOf(rdma)

/** IB_DEVICE_NAME_MAX of the kernel, with the zero byte. */
const MOST = 63
export const NAME = shortText(MOST)
/** The kernel takes `%d` as a number to choose. */
export const NEW_NAME = nameWithout('/%', MOST)

/** Returns the name or the index of a device. @throws {TypeError} */
export function keyOf(device: RdmaDeviceRef): string | number {
  // A link has an index, too, but no ports.
  const isDevice = isRecord(device) && U32.fits(device.index) && 'ports' in device
  const key = isDevice ? device.index : device
  if (!NAME.fits(key) && !U32.fits(key))
    throw new ArgumentError(`expected device to be the name or the index of a device of RDMA, got ${show(device)}`)
  return key as string | number
}

/** Reads a device. The kernel selects devices by their index only. */
export function* findDevice(device: RdmaDeviceRef): Operation<RdmaMessage | undefined> {
  const key = keyOf(device)
  if (typeof key === 'string')
    return (yield* dump('RDMA_NLDEV_CMD_GET', { attrs: {} })).find(({ attrs }) => attrs.devName === key)
  return (yield* ifThere(read('RDMA_NLDEV_CMD_GET', { attrs: { devIndex: key } }), 'EINVAL'))?.[0]
}

const noDevice = (request: string, key: string | number) =>
  refusal({ request, code: 'ENODEV', attribute: 'device', explanation: `no device of RDMA ${show(key)}` })

/**
 * Runs an operation on a device with its index. The kernel reports EINVAL if there is none, and for other reasons.
 * @throws {NetlinkError} `ENODEV` if it does not exist
 */
export function* onDevice<T>(
  request: string,
  device: RdmaDeviceRef,
  use: (devIndex: number) => Operation<T>,
): Operation<T> {
  const devIndex = yield* indexOfDevice(request, device)
  try {
    return yield* use(devIndex)
  } catch (error) {
    if (!(error instanceof NetlinkError) || error.code !== 'EINVAL' || (yield* findDevice(devIndex))) throw error
    throw noDevice(request, keyOf(device))
  }
}

/** Returns the index of a device. @throws {NetlinkError} `ENODEV` if there is none with this name */
function* indexOfDevice(request: string, device: RdmaDeviceRef): Operation<number> {
  const key = keyOf(device)
  if (typeof key === 'number') return key
  const found = yield* findDevice(key)
  if (found?.attrs.devIndex !== undefined) return found.attrs.devIndex
  throw noDevice(request, key)
}
