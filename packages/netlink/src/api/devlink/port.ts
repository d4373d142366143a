import {
  DEVLINK_PORT_FLAVOUR,
  DEVLINK_PORT_FN_CAP,
  DEVLINK_PORT_FN_STATE,
  DEVLINK_PORT_TYPE,
  type DevlinkMessage,
  type DevlinkPortFunctionAttrs,
} from '../../generic/devlink/index.js'
import type { Operation } from '../run/operation.js'
import { BOOLEAN, checkValue, MAC, U16, U32 } from '../values/accepted.js'
import { type Named, numberOf } from '../values/names.js'
import { checkKeys, defined, requireKeys } from '../values/objects.js'
import { bitsOfFlag } from '../values/vocabulary.js'
import { toPort } from './decode.js'
import { type DevlinkPortRef, type DevlinkRef, deviceAttrs, portAttrs } from './handle.js'
import { changeDevlink } from './read.js'
import type { DevlinkPort } from './types.js'
import { checkChange, optional } from './write.js'

/** A change of the function that a port of an e-switch leads to. */
export interface DevlinkPortFunctionChange {
  /** Address of its interface. */
  readonly address?: string | undefined
  /** `active` makes the function usable. */
  readonly state?: Named<typeof DEVLINK_PORT_FN_STATE> | undefined
  /** Capabilities to enable or to disable: `{ ROCE: false }`. */
  readonly capabilities?: Readonly<Record<string, boolean>> | undefined
  /** Largest number of event queues. */
  readonly maxIoEqs?: number | undefined
}

/** A change of a port. */
export interface DevlinkPortChange {
  /** `eth`, `ib` or `auto`. */
  readonly type?: Named<typeof DEVLINK_PORT_TYPE> | undefined
  readonly function?: DevlinkPortFunctionChange | undefined
}

/** A port to add. */
export interface NewDevlinkPort {
  /** Mostly `pci_sf`: a subfunction. */
  readonly flavour: Named<typeof DEVLINK_PORT_FLAVOUR>
  /** Number of the PCI function that it belongs to. */
  readonly pf: number
  /** Number of the subfunction. Default: the driver chooses one. */
  readonly sf?: number | undefined
  /** Number of the controller, for functions of another host. Default: 0. */
  readonly controller?: number | undefined
  /** Index of the port. Default: the driver chooses one. */
  readonly index?: number | undefined
}

const newKeys = { flavour: 1, pf: U16, sf: U32, controller: U32, index: U32 } satisfies Record<
  keyof NewDevlinkPort,
  unknown
>

/** Adds a port. Returns it. */
export function* addPort(device: DevlinkRef, port: NewDevlinkPort): Operation<DevlinkPort> {
  const key = deviceAttrs(device)
  checkKeys('the port', port, newKeys)
  requireKeys('the port', port, 'flavour', 'pf')
  const { index: portIndex, pf: portPciPfNumber, sf: portPciSfNumber, controller: portControllerNumber } = port
  const [reply] = yield* changeDevlink('DEVLINK_CMD_PORT_NEW', {
    ...key,
    ...defined({ portIndex, portPciSfNumber, portControllerNumber }),
    ...{ portFlavour: numberOf('flavour of the port', DEVLINK_PORT_FLAVOUR, port.flavour), portPciPfNumber },
  })
  return toPort(reply as DevlinkMessage)
}

/** Deletes a port that was added. */
export function* deletePort(port: DevlinkPortRef): Operation<void> {
  yield* changeDevlink('DEVLINK_CMD_PORT_DEL', portAttrs(port))
}

const functionKeys = { address: MAC, state: 1, capabilities: 1, maxIoEqs: U32 } satisfies Record<
  keyof DevlinkPortFunctionChange,
  unknown
>

/** Returns capabilities as bits, and those that are not named as they are. @throws {TypeError} */
function capabilityBits(capabilities: Readonly<Record<string, boolean>>): DevlinkPortFunctionAttrs['caps'] {
  const what = 'capabilities of the function'
  let [value, selector] = [0, 0]
  for (const [name, isOn] of Object.entries(capabilities)) {
    checkValue(`${name} of ${what}`, isOn, BOOLEAN)
    const bit = Number(bitsOfFlag(what, [DEVLINK_PORT_FN_CAP], name))
    selector |= bit
    if (isOn) value |= bit
  }
  return { value: value >>> 0, selector: selector >>> 0 }
}

/** Returns the attributes of a function. @throws {TypeError} */
function functionAttrs(change: DevlinkPortFunctionChange): DevlinkPortFunctionAttrs {
  checkKeys('the function', change, functionKeys)
  checkChange('the function', change, Object.keys(functionKeys))
  const { address: hwAddr, state, capabilities, maxIoEqs } = change
  return defined({
    hwAddr,
    state: optional('state of the function', DEVLINK_PORT_FN_STATE, state),
    caps: capabilities && capabilityBits(capabilities),
    maxIoEqs,
  })
}

/** Changes the type of a port, or its function. */
export function* setPort(port: DevlinkPortRef, change: DevlinkPortChange): Operation<void> {
  const key = portAttrs(port)
  const keys = { type: 1, function: 1 } satisfies Record<keyof DevlinkPortChange, unknown>
  checkKeys('the port', change, keys)
  checkChange('the port', change, Object.keys(keys))
  const attrs = defined({
    portType: optional('type of the port', DEVLINK_PORT_TYPE, change.type),
    portFunction: change.function && functionAttrs(change.function),
  })
  yield* changeDevlink('DEVLINK_CMD_PORT_SET', { ...key, ...attrs })
}

/** Splits a port. */
export function* splitPort(port: DevlinkPortRef, count: number): Operation<void> {
  const key = portAttrs(port)
  checkValue('the number of ports', count, U32)
  yield* changeDevlink('DEVLINK_CMD_PORT_SPLIT', { ...key, portSplitCount: count })
}

/** Reverts the split of a port. */
export function* unsplitPort(port: DevlinkPortRef): Operation<void> {
  yield* changeDevlink('DEVLINK_CMD_PORT_UNSPLIT', portAttrs(port))
}
