import { withJson } from '../../codec/json.js'
import { IB_PORT, IB_PORT_PHYS_STATE, RDMA_NETNS_MODE, RDMA_NODE, type RdmaMessage } from '../../rdma/index.js'
import { named } from '../values/names.js'
import { defined, withMessage } from '../values/objects.js'
import type { RdmaCounters, RdmaDevice, RdmaPort, RdmaResources, RdmaSystem } from './types.js'

/** Returns a number of 64 bits as rdma prints it: `505a:05ff:fe5c:de05`. */
const guid = (value: bigint | undefined) => value?.toString(16).padStart(16, '0').match(/.{4}/g)?.join(':')

/** Converts a message to a device. */
export function toDevice(message: RdmaMessage): RdmaDevice {
  const { attrs } = message
  const object: Omit<RdmaDevice, 'message'> = {
    ...{ name: attrs.devName ?? '', index: attrs.devIndex ?? 0, ports: attrs.portIndex ?? 0 },
    ...defined({
      nodeType: attrs.devNodeType === undefined ? undefined : named(RDMA_NODE, attrs.devNodeType),
      protocol: attrs.devProtocol,
      firmware: attrs.fwVersion || undefined,
      nodeGuid: guid(attrs.nodeGuid),
      sysImageGuid: guid(attrs.sysImageGuid),
      capabilities: attrs.capFlags,
      adaptiveModeration: attrs.devDim === undefined ? undefined : attrs.devDim === 1,
    }),
  }
  return withJson(withMessage(object, message))
}

/** Converts a message to a port. */
export function toPort(message: RdmaMessage): RdmaPort {
  const { attrs } = message
  const object: Omit<RdmaPort, 'message'> = {
    ...{
      device: attrs.devName ?? '',
      port: attrs.portIndex ?? 0,
      state: named(IB_PORT, attrs.portState ?? IB_PORT.NOP),
    },
    ...defined({
      physicalState: attrs.portPhysState === undefined ? undefined : named(IB_PORT_PHYS_STATE, attrs.portPhysState),
      dev: attrs.ndevIndex,
      capabilities: attrs.capFlags,
      subnetPrefix: guid(attrs.subnetPrefix),
      ...{ lid: attrs.lid, smLid: attrs.smLid, lmc: attrs.lmc },
    }),
  }
  return withJson(withMessage(object, message))
}

/** Converts a message to the settings of all devices. */
export const toSystem = ({ attrs }: RdmaMessage): RdmaSystem => ({
  netns: named(RDMA_NETNS_MODE, attrs.netnsMode ?? RDMA_NETNS_MODE.SHARED),
  ...(attrs.copyOnFork !== undefined && { copyOnFork: attrs.copyOnFork === 1 }),
})

/** Converts a message to numbers of resources. */
export const toResources = ({ attrs }: RdmaMessage): RdmaResources =>
  Object.fromEntries(
    (attrs.resSummary?.resSummaryEntry ?? []).map((entry) => [
      entry.resSummaryEntryName ?? '',
      Number(entry.resSummaryEntryCurr ?? 0n),
    ]),
  )

/** Converts a message to counters. */
export const toCounters = ({ attrs }: RdmaMessage): RdmaCounters =>
  withJson(
    Object.fromEntries(
      (attrs.statHwcounters?.statHwcounterEntry ?? []).map((entry) => [
        entry.statHwcounterEntryName ?? '',
        entry.statHwcounterEntryValue ?? 0n,
      ]),
    ),
  )
