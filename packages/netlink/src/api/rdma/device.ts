import { ArgumentError, isRecord, show } from '../../codec/error.js'
import type { RdmaMessage } from '../../rdma/index.js'
import { rdma } from '../../rdma/index.js'
import { ifThere } from '../run/link-lookup.js'
import type { Operation } from '../run/operation.js'
import { requestsOf } from '../run/requests.js'
import { refusal } from '../run/selection.js'
import { shortText, U32 } from '../values/accepted.js'
import type { RdmaDeviceRef } from './types.js'

export const { read, dump, change } = requestsOf(rdma)

/** IB_DEVICE_NAME_MAX of the kernel, with the zero byte. */
export const NAME = shortText(63)

/** Returns the name or the index of a device. @throws {TypeError} */
export function keyOf(device: RdmaDeviceRef): string | number {
  const key = isRecord(device) ? device.index : device
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

/** Returns the index of a device. @throws {NetlinkError} `ENODEV` if it does not exist */
export function* indexOfDevice(request: string, device: RdmaDeviceRef): Operation<number> {
  const key = keyOf(device)
  if (typeof key === 'number') return key
  const found = yield* findDevice(key)
  if (found?.attrs.devIndex !== undefined) return found.attrs.devIndex
  throw refusal({ request, code: 'ENODEV', attribute: 'device', explanation: `no device of RDMA ${show(key)}` })
}
