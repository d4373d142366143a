import { none } from '../../connection/flags.js'
import type { DevlinkMessage } from '../../generic/devlink/index.js'
import { NetlinkError } from '../../message/index.js'
import { type Operation, requestOf } from '../run/operation.js'
import { checkValue, shortText } from '../values/accepted.js'
import { toDevice, toEswitch, toHealthReporter, toInfo, toPort } from './decode.js'
import { type DevlinkReport, reportOf } from './fmsg.js'
import {
  belongsTo,
  type DevlinkPortRef,
  type DevlinkRef,
  describeDevlink,
  deviceAttrs,
  ownerAttrs,
  portAttrs,
} from './handle.js'
import { toRate, toRegion, toTrap, toTrapGroup, toTrapPolicer } from './more-decode.js'
import { toParam } from './param-decode.js'
import type { DevlinkEswitch } from './types.js'

/** Sends a request about one object and returns its replies. */
export function* readDevlink(name: string, attrs: object): Operation<DevlinkMessage[]> {
  return (yield requestOf('read', name, { attrs }, none)) as DevlinkMessage[]
}

/** Sends a change and returns its replies. */
export function* changeDevlink(name: string, attrs: object): Operation<DevlinkMessage[]> {
  return (yield requestOf('change', name, { attrs }, none)) as DevlinkMessage[]
}

/** A kind of objects: the message that requests them, and their conversion. */
interface Kind<T> {
  readonly name: string
  readonly convert: (message: DevlinkMessage) => T
}

/** Creates the operation that lists the objects of all devices, or of one device or port. */
const listOf = <T>({ name, convert }: Kind<T>) =>
  function* (owner?: DevlinkRef): Operation<T[]> {
    const wanted = owner === undefined ? undefined : ownerAttrs('the device', owner)
    const messages = (yield requestOf('dump', name, { attrs: wanted ?? {} }, none)) as DevlinkMessage[]
    return messages.filter(({ attrs }) => belongsTo(wanted)(attrs)).map(convert)
  }

/** Requests one object. */
function* readOne<T>({ name, convert }: Kind<T>, attrs: object): Operation<T> {
  const [message] = yield* readDevlink(name, attrs)
  return convert(message as DevlinkMessage)
}

/** Accepts names. The kernel limits only the length of an attribute. */
const NAME = shortText(255)

/** Returns a name that was given. @throws {TypeError} */
export function nameOf(what: string, name: unknown): string {
  checkValue(what, name, NAME)
  return name as string
}

const devices: Kind<ReturnType<typeof toDevice>> = { name: 'DEVLINK_CMD_GET', convert: toDevice }
const infos: Kind<ReturnType<typeof toInfo>> = { name: 'DEVLINK_CMD_INFO_GET', convert: toInfo }
const ports: Kind<ReturnType<typeof toPort>> = { name: 'DEVLINK_CMD_PORT_GET', convert: toPort }
const params: Kind<ReturnType<typeof toParam>> = { name: 'DEVLINK_CMD_PARAM_GET', convert: toParam }
const reporters: Kind<ReturnType<typeof toHealthReporter>> = {
  name: 'DEVLINK_CMD_HEALTH_REPORTER_GET',
  convert: toHealthReporter,
}

export const listDevices = listOf(devices)
export const listInfos = listOf(infos)
export const listPorts = listOf(ports)
export const listParams = listOf(params)
export const listReporters = listOf(reporters)
export const listRegions = listOf({ name: 'DEVLINK_CMD_REGION_GET', convert: toRegion })
export const listTraps = listOf({ name: 'DEVLINK_CMD_TRAP_GET', convert: toTrap })
export const listTrapGroups = listOf({ name: 'DEVLINK_CMD_TRAP_GROUP_GET', convert: toTrapGroup })
export const listTrapPolicers = listOf({ name: 'DEVLINK_CMD_TRAP_POLICER_GET', convert: toTrapPolicer })
export const listRates = listOf({ name: 'DEVLINK_CMD_RATE_GET', convert: toRate })

export const getDevice = (device: DevlinkRef) => readOne(devices, deviceAttrs(device))
export const getInfo = (device: DevlinkRef) => readOne(infos, deviceAttrs(device))
export const getPort = (port: DevlinkPortRef) => readOne(ports, portAttrs(port))

/** Runs an operation. For a name that does not exist, the kernel gives the error of a wrong request. */
function* knowing<T>(operation: Operation<T>, what: string, ref: DevlinkRef, name: string): Operation<T> {
  try {
    return yield* operation
  } catch (error) {
    if (!(error instanceof NetlinkError) || error.code !== 'EINVAL' || error.kernelMessage !== undefined) throw error
    const object = `${describeDevlink(ref)} ${name}`
    throw new NetlinkError({ ...error, object, explanation: `no such ${what}` }, { cause: error })
  }
}

/** Returns a parameter of a device. */
export function getParam(device: DevlinkRef, name: string) {
  const attrs = { ...deviceAttrs(device), paramName: nameOf('the name of the parameter', name) }
  return knowing(readOne(params, attrs), 'parameter', device, name)
}

/** Attributes of a health reporter. */
export const reporterAttrs = (owner: DevlinkRef, name: unknown) => ({
  ...ownerAttrs('the device', owner),
  healthReporterName: nameOf('the name of the health reporter', name),
})

export const getReporter = (owner: DevlinkRef, name: string) =>
  knowing(readOne(reporters, reporterAttrs(owner, name)), 'health reporter', owner, name)

/** Returns the settings of an e-switch. */
export function* getEswitch(device: DevlinkRef): Operation<DevlinkEswitch> {
  return yield* readOne({ name: 'DEVLINK_CMD_ESWITCH_GET', convert: toEswitch }, deviceAttrs(device))
}

const reportFrom = (messages: readonly DevlinkMessage[]) => reportOf(messages.flatMap(({ attrs }) => attrs.fmsg ?? []))

/** Returns the state of the part that a reporter monitors. */
export function* diagnose(owner: DevlinkRef, name: string): Operation<DevlinkReport> {
  return reportFrom(yield* readDevlink('DEVLINK_CMD_HEALTH_REPORTER_DIAGNOSE', reporterAttrs(owner, name)))
}

/** Returns the dump of a reporter's last error, and creates it if there is none. */
export function* dumpOf(owner: DevlinkRef, name: string): Operation<DevlinkReport> {
  const request = { attrs: reporterAttrs(owner, name) }
  return reportFrom(
    (yield requestOf('dump', 'DEVLINK_CMD_HEALTH_REPORTER_DUMP_GET', request, none)) as DevlinkMessage[],
  )
}
