import { ArgumentError, isRecord } from '../../codec/error.js'
import { show } from '../../codec/index.js'
import type { DevlinkAttrs } from '../../generic/devlink/index.js'
import { checkValue, U32 } from '../values/accepted.js'

/** A device: its bus and its name there, `pci/0000:01:00.0`, or an object that was read. */
export type DevlinkRef = string | { readonly handle: string }

/** A port: its device and its index, `pci/0000:01:00.0/1`, or a port that was read. */
export type DevlinkPortRef = DevlinkRef

/** Attributes that identify a device, and one of its ports. */
export type HandleAttrs = Pick<DevlinkAttrs, 'busName' | 'devName' | 'portIndex'>

/** Returns the parts of a handle. @throws {TypeError} unless it has two or three of them */
function partsOf(what: string, ref: unknown, most: number): string[] {
  const handle = isRecord(ref) && 'handle' in ref ? ref.handle : ref
  const parts = typeof handle === 'string' && !handle.includes('\0') ? handle.split('/') : []
  if (parts.length < 2 || parts.length > most || parts.includes(''))
    throw new ArgumentError(
      `expected ${what} to be a handle like 'pci/0000:01:00.0'${most > 2 ? " or 'pci/0000:01:00.0/1'" : ''}, got ${show(ref)}`,
    )
  return parts
}

function portIndexOf(text: string): number {
  const index = /^\d+$/.test(text) ? Number(text) : text
  checkValue('the index of the port', index, U32)
  return index as number
}

/** Returns the attributes of a device. @throws {TypeError} */
export function deviceAttrs(ref: unknown): HandleAttrs {
  const [busName = '', devName = ''] = partsOf('the device', ref, 2)
  return { busName, devName }
}

/** Returns the attributes of a port. @throws {TypeError} */
export function portAttrs(ref: unknown): HandleAttrs {
  const attrs = ownerAttrs('the port', ref)
  if (attrs.portIndex === undefined)
    throw new ArgumentError(`expected the port to be a handle like 'pci/0000:01:00.0/1', got ${show(ref)}`)
  return attrs
}

/** Returns the attributes of a device or a port. @throws {TypeError} */
export function ownerAttrs(what: string, ref: unknown): HandleAttrs {
  const [busName = '', devName = '', port] = partsOf(what, ref, 3)
  return { busName, devName, ...(port !== undefined && { portIndex: portIndexOf(port) }) }
}

/** Returns the attributes of a rate: that of a port, or of a node with a name. @throws {TypeError} */
export function rateAttrs(ref: unknown): DevlinkAttrs {
  const [busName = '', devName = '', rest] = partsOf('the rate', ref, 3)
  if (rest === undefined)
    throw new ArgumentError(
      `expected the rate to be that of a port, 'pci/0000:01:00.0/1', or of a node, 'pci/0000:01:00.0/group1', got ${show(ref)}`,
    )
  return {
    busName,
    devName,
    ...(/^\d+$/.test(rest) ? { portIndex: portIndexOf(rest) } : { rateNodeName: rest }),
  }
}

/** Returns the handle of a device. */
export const deviceHandle = ({ busName, devName }: HandleAttrs): string => `${busName}/${devName}`

/** Returns the handle of a port; that of the device for what belongs to no port. */
export const ownerHandle = (attrs: HandleAttrs): string =>
  attrs.portIndex === undefined ? deviceHandle(attrs) : `${deviceHandle(attrs)}/${attrs.portIndex}`

/** True for an object of a device or of one of its ports. Kernels before 6.6 ignore the device of a dump. */
export const belongsTo =
  (wanted: HandleAttrs | undefined) =>
  (attrs: HandleAttrs): boolean =>
    wanted === undefined ||
    (attrs.busName === wanted.busName &&
      attrs.devName === wanted.devName &&
      (wanted.portIndex === undefined || wanted.portIndex === attrs.portIndex))

/** Describes an argument in errors: `netdevsim/netdevsim10`. */
export const describeDevlink = (argument: unknown): string => {
  const handle = isRecord(argument) && 'handle' in argument ? argument.handle : argument
  return typeof handle === 'string' ? handle : ''
}
