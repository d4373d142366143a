import { ArgumentError, show } from '../../codec/error.js'
import { type VdpaAttrs, type VdpaMessage, VIRTIO_ID, VIRTIO_NET_S, vdpa } from '../../generic/vdpa.js'
import { ifThere } from '../run/link-lookup.js'
import type { Operation } from '../run/operation.js'
import { explained, requestsOf } from '../run/requests.js'
import { checkValue, integers, MAC, nameWithout, shortText, U16 } from '../values/accepted.js'
import { flagsIn, named } from '../values/names.js'
import { checkKeys, defined, requireKeys, withMessage } from '../values/objects.js'
import { featureBits, featureNames } from './features.js'
import type { NewVdpaDevice, VdpaConfig, VdpaDevice, VdpaManager } from './types.js'

const { read, dump, change } = requestsOf(vdpa)

const NAME = shortText(255)
const NEW_NAME = nameWithout('/', 255)

/** Returns the attributes of a management device. */
function managerAttrs(name: string): VdpaAttrs {
  const slash = name.indexOf('/')
  const [bus, device] = slash < 0 ? [undefined, name] : [name.slice(0, slash), name.slice(slash + 1)]
  if (bus === '' || device === '')
    throw new ArgumentError(`expected manager of device to be DEVICE or BUS/DEVICE, got ${show(name)}`)
  return { mgmtdevDevName: device, ...defined({ mgmtdevBusName: bus }) }
}

const managerOf = ({ mgmtdevBusName: bus, mgmtdevDevName: device = '' }: VdpaAttrs) =>
  bus === undefined ? device : `${bus}/${device}`

/** Returns the types whose numbers are bits of a mask. */
const typesIn = (mask: bigint) =>
  Object.values(VIRTIO_ID.values).flatMap((number) => ((mask >> BigInt(number)) & 1n ? [named(VIRTIO_ID, number)] : []))

function toManager(message: VdpaMessage): VdpaManager {
  const { attrs } = message
  const types = typesIn(attrs.mgmtdevSupportedClasses ?? 0n)
  const object: Omit<VdpaManager, 'message'> = {
    ...{ name: managerOf(attrs), types },
    ...defined({
      maxVqs: attrs.devMgmtdevMaxVqs,
      features: featureNames(attrs.devSupportedFeatures, types.includes('net')),
    }),
  }
  return withMessage(object, message)
}

function toDevice(message: VdpaMessage): VdpaDevice {
  const { attrs } = message
  const object: Omit<VdpaDevice, 'message'> = {
    ...{ name: attrs.devName ?? '', manager: managerOf(attrs), type: named(VIRTIO_ID, attrs.devId ?? 0) },
    ...{ vendorId: attrs.devVendorId ?? 0, maxVqs: attrs.devMaxVqs ?? 0, maxVqSize: attrs.devMaxVqSize ?? 0 },
    ...defined({ minVqSize: attrs.devMinVqSize }),
  }
  return withMessage(object, message)
}

function toConfig(message: VdpaMessage): VdpaConfig {
  const { attrs } = message
  const isNet = attrs.devId === VIRTIO_ID.NET
  const object: Omit<VdpaConfig, 'message'> = {
    ...{ name: attrs.devName ?? '', type: named(VIRTIO_ID, attrs.devId ?? 0) },
    ...defined({
      ...{ address: attrs.devNetCfgMacaddr, mtu: attrs.devNetCfgMtu, maxVqPairs: attrs.devNetCfgMaxVqp },
      status: attrs.devNetStatus === undefined ? undefined : flagsIn(VIRTIO_NET_S, attrs.devNetStatus),
      // Linux 6.1 gives the features of a device the number of another attribute.
      features: featureNames(attrs.devFeatures ?? (isNet ? attrs.devBlkCfgCapacity : undefined), isNet),
      negotiatedFeatures: featureNames(attrs.devNegotiatedFeatures, isNet),
    }),
  }
  return withMessage(object, message)
}

/** Lists management devices. */
export function* listManagers(): Operation<VdpaManager[]> {
  return (yield* dump('VDPA_CMD_MGMTDEV_GET', { attrs: {} })).map(toManager)
}

/** Lists devices. */
export function* list(): Operation<VdpaDevice[]> {
  return (yield* dump('VDPA_CMD_DEV_GET', { attrs: {} })).map(toDevice)
}

/** Returns a device. */
export function* get(name: string): Operation<VdpaDevice | undefined> {
  checkValue('name of device', name, NAME)
  const [found] = (yield* ifThere(read('VDPA_CMD_DEV_GET', { attrs: { devName: name } }), 'ENODEV')) ?? []
  return found && toDevice(found)
}

/** Returns the configuration of a device. */
export function* config(name: string): Operation<VdpaConfig> {
  checkValue('name of device', name, NAME)
  const [found] = yield* read('VDPA_CMD_DEV_CONFIG_GET', { attrs: { devName: name } })
  return toConfig(found as VdpaMessage)
}

const keys = {
  ...{ name: NEW_NAME, manager: NAME, address: MAC, mtu: U16, maxVqPairs: integers(1, 0x8000), features: 1 },
} satisfies Record<keyof NewVdpaDevice, unknown>

/** Adds a device. */
export function* add(device: NewVdpaDevice): Operation<void> {
  checkKeys('device', device, keys)
  requireKeys('device', device, 'name', 'manager')
  const { name: devName, manager, address, mtu, maxVqPairs, features } = device
  const attrs: VdpaAttrs = {
    ...{ devName, ...managerAttrs(manager) },
    ...defined({
      devNetCfgMacaddr: address,
      devNetCfgMtu: mtu,
      devNetCfgMaxVqp: maxVqPairs,
      devFeatures: featureBits(features),
    }),
  }
  yield* explained(change('VDPA_CMD_DEV_NEW', { attrs }), 'EEXIST', 'there is a device with this name')
}

/** Deletes a device. */
export function* remove(name: string): Operation<void> {
  checkValue('name of device', name, NAME)
  yield* change('VDPA_CMD_DEV_DEL', { attrs: { devName: name } })
}
