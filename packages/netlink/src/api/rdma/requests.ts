import { ArgumentError } from '../../codec/error.js'
import { RDMA_NETNS_MODE, type RdmaAttrs } from '../../rdma/index.js'
import { NetnsFiles } from '../link/netns-files.js'
import { ifThere, readLink } from '../run/link-lookup.js'
import type { Operation } from '../run/operation.js'
import { explained } from '../run/requests.js'
import { BOOLEAN, checkValue, integers } from '../values/accepted.js'
import { checkLinkRef } from '../values/link-ref.js'
import { numberOf } from '../values/names.js'
import { checkKeys, requireKeys } from '../values/objects.js'
import { toCounters, toDevice, toPort, toResources, toSystem } from './decode.js'
import { change, dump, findDevice, keyOf, NAME, NEW_NAME, onDevice, read } from './device.js'
import type {
  NewRdmaDevice,
  RdmaCounters,
  RdmaDevice,
  RdmaDeviceChange,
  RdmaDeviceRef,
  RdmaPort,
  RdmaPortFilter,
  RdmaResources,
  RdmaSystem,
  RdmaSystemChange,
} from './types.js'

/** Lists devices. */
export function* list(): Operation<RdmaDevice[]> {
  return (yield* dump('RDMA_NLDEV_CMD_GET', { attrs: {} })).map(toDevice)
}

/** Returns a device. */
export function* get(device: RdmaDeviceRef): Operation<RdmaDevice | undefined> {
  const found = yield* findDevice(device)
  return found && toDevice(found)
}

const newKeys = { name: NEW_NAME, type: NAME, dev: 1 } satisfies Record<keyof NewRdmaDevice, unknown>

/** Adds a device on a link. */
export function* add(device: NewRdmaDevice): Operation<void> {
  checkKeys('device', device, newKeys)
  requireKeys('device', device, 'name', 'type', 'dev')
  checkLinkRef('dev of device', device.dev)
  const { name: devName, type: linkType } = device
  // The kernel wants the name of the link.
  const { attrs } = yield* readLink('dev', device.dev)
  const request = change('RDMA_NLDEV_CMD_NEWLINK', { attrs: { devName, linkType, ndevName: attrs.ifname } })
  const named = explained(request, 'ENFILE', 'there is a device with this name')
  yield* explained(named, 'EINVAL', 'the kernel has no driver of this type')
}

const changeKeys = { name: NEW_NAME, netns: 1, adaptiveModeration: BOOLEAN } satisfies Record<
  keyof RdmaDeviceChange,
  unknown
>

/** Returns the changes of a device as attributes. The kernel accepts one of them per request. */
function changesOf({ name, netns, adaptiveModeration }: RdmaDeviceChange, files: NetnsFiles): RdmaAttrs[] {
  return [
    ...(name === undefined ? [] : [{ devName: name }]),
    ...(adaptiveModeration === undefined ? [] : [{ devDim: adaptiveModeration ? 1 : 0 }]),
    // The last one: afterwards, the device is in another namespace.
    ...(netns === undefined ? [] : [files.attribute(netns)]),
  ]
}

/** Changes a device. */
export function* set(device: RdmaDeviceRef, changes: RdmaDeviceChange): Operation<void> {
  keyOf(device)
  checkKeys('changes', changes, changeKeys)
  const files = new NetnsFiles()
  try {
    const requests = changesOf(changes, files)
    if (requests.length === 0)
      throw new ArgumentError("expected changes to have 'name', 'netns' or 'adaptiveModeration', got none")
    yield* onDevice('RDMA_NLDEV_CMD_SET', device, function* (devIndex) {
      for (const attrs of requests) yield* change('RDMA_NLDEV_CMD_SET', { attrs: { devIndex, ...attrs } })
    })
  } finally {
    files.close()
  }
}

/** Deletes a device that was added on a link. */
export function* remove(device: RdmaDeviceRef): Operation<void> {
  const request = 'RDMA_NLDEV_CMD_DELLINK'
  yield* onDevice(request, device, (devIndex) => change(request, { attrs: { devIndex } }))
}

function* portsOf(devIndex: number): Operation<RdmaPort[]> {
  return (yield* dump('RDMA_NLDEV_CMD_PORT_GET', { attrs: { devIndex } })).map(toPort)
}

/** Lists the ports of a device, or of all. The kernel lists those of one device. */
export function* listPorts(filter: RdmaPortFilter = {}): Operation<RdmaPort[]> {
  checkKeys('filter', filter, { device: 1 } satisfies Record<keyof RdmaPortFilter, unknown>)
  const { device } = filter
  if (device !== undefined) return yield* onDevice('RDMA_NLDEV_CMD_PORT_GET', device, portsOf)
  const ports: RdmaPort[] = []
  // A device may disappear meanwhile.
  for (const { index } of yield* list()) ports.push(...((yield* ifThere(portsOf(index), 'EINVAL')) ?? []))
  return ports
}

/** Returns the counters of a port. */
export function* counters(device: RdmaDeviceRef, port = 1): Operation<RdmaCounters> {
  checkValue('port', port, integers(1, 0xffffffff))
  const request = 'RDMA_NLDEV_CMD_STAT_GET'
  const [message] = yield* onDevice(request, device, (devIndex) =>
    read(request, { attrs: { devIndex, portIndex: port } }),
  )
  return message === undefined ? {} : toCounters(message)
}

/** Returns the numbers of resources of a device. */
export function* resources(device: RdmaDeviceRef): Operation<RdmaResources> {
  const request = 'RDMA_NLDEV_CMD_RES_GET'
  const [message] = yield* onDevice(request, device, (devIndex) => read(request, { attrs: { devIndex } }))
  return message === undefined ? {} : toResources(message)
}

/** Returns the settings of all devices. */
export function* getSystem(): Operation<RdmaSystem> {
  const [message] = yield* read('RDMA_NLDEV_CMD_SYS_GET', { attrs: {} })
  return toSystem(message ?? { attrs: {} })
}

/** Changes the settings of all devices. */
export function* setSystem(system: RdmaSystemChange): Operation<void> {
  checkKeys('system', system, { netns: 1, copyOnFork: 1 } satisfies Record<keyof RdmaSystemChange, unknown>)
  requireKeys('system', system, 'netns')
  const netnsMode = numberOf('netns of system', RDMA_NETNS_MODE, system.netns)
  yield* change('RDMA_NLDEV_CMD_SYS_SET', { attrs: { netnsMode } })
}
