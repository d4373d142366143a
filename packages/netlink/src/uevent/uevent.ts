import { perOrder } from '../codec/codec.js'
import { isPlainObject } from '../codec/error.js'
import { type ByteOrder, DecodeError, EncodeError, type Opaque, type OpaquePart, show, string } from '../codec/index.js'
import { append, type Output } from '../codec/output.js'
import { ownMembers } from '../codec/own.js'
import { textUntilNul } from '../codec/text.js'
import { type Property, propertiesBytes, propertyOf, propertyParts, strings, terminated } from './properties.js'
import { isUdev, readUdev, type UdevHeader, udevHeader, udevParts, writeUdev } from './udev.js'

/** A device event. */
export interface Uevent {
  /** `add`, `remove`, `change`, `move`, `online`, `offline`, `bind` or `unbind`. */
  action: string
  /** Path of the device, relative to /sys. */
  devpath: string
  /** SUBSYSTEM, SEQNUM and other properties, including ACTION and DEVPATH. */
  properties: Property[]
  /** Header of a message from udev. udev sends a message after it has processed the kernel's event. */
  udev?: UdevHeader
}

/** Decodes a message of the kernel: `ACTION@DEVPATH`, then properties (`kobject_uevent_env`). */
function readFromKernel(bytes: Buffer, start: number, end: number): Uevent {
  const [first = '', ...others] = strings(bytes, start, end)
  const at = first.indexOf('@')
  if (at === -1) throw new DecodeError(`expected ACTION@DEVPATH, got ${show(first)}`)
  return { action: first.slice(0, at), devpath: first.slice(at + 1), properties: others.map(propertyOf) }
}

const lookUp = (properties: readonly Property[], wanted: string) => properties.find(([key]) => key === wanted)?.[1]

/** Decodes a message of udev. Only its properties contain action and path. */
function readFromUdev(bytes: Buffer, start: number, end: number, order: ByteOrder): Uevent {
  const { udev, properties } = readUdev(bytes, start, end, order)
  const action = lookUp(properties, 'ACTION')
  const devpath = lookUp(properties, 'DEVPATH')
  if (action === undefined || devpath === undefined)
    throw new DecodeError(`expected ACTION and DEVPATH among the properties, got ${show(properties.join(' '))}`)
  return { action, devpath, properties, udev }
}

/** @throws {EncodeError} if a member is invalid or contradicts the properties */
function expectUevent({ action, devpath, properties, udev }: Uevent): void {
  const expectText = (name: string, text: unknown) => {
    if (typeof text !== 'string') throw new EncodeError(`expected ${name} (a string), got ${show(text)}`)
    // In messages of udev, only the properties contain action and path, so they must agree with the members.
    if (udev !== undefined && Array.isArray(properties) && lookUp(properties, name.toUpperCase()) !== text)
      throw new EncodeError(`expected ${name} as the properties have it, got ${show(text)}`)
  }
  expectText('action', action)
  expectText('devpath', devpath)
}

function write(out: Output, value: Uevent, order: ByteOrder): void {
  if (!isPlainObject(value)) throw new EncodeError(`expected a uevent (an object), got ${show(value)}`)
  const uevent = ownMembers(value as Uevent)
  expectUevent(uevent)
  const { action, devpath, properties, udev } = uevent
  if (udev !== undefined) {
    writeUdev(out, udev, properties, order)
    return
  }
  if (action.includes('@')) throw new EncodeError(`expected an action without '@', got ${show(action)}`)
  append(out, terminated(`${action}@${devpath}`))
  append(out, propertiesBytes(properties))
}

/** Returns the parts of a message of the kernel. */
function partsFromKernel(bytes: Buffer, start: number, end: number): OpaquePart[] {
  const nul = bytes.subarray(start, end).indexOf(0)
  const at = bytes.subarray(start, end).indexOf('@')
  if (nul === -1 || at === -1 || at > nul) return []
  const [path, properties] = [start + at + 1, start + nul + 1]
  return [
    { path: ['action'], name: 'action', from: start, to: path, value: textUntilNul(bytes, start, path - 1) },
    { path: ['devpath'], name: 'devpath', from: path, to: properties, value: textUntilNul(bytes, path, properties) },
    ...propertyParts(bytes, properties, end),
  ]
}

/** A datagram of NETLINK_KOBJECT_UEVENT. It has no `nlmsghdr`. */
export const uevent: Opaque<Uevent> = {
  kind: 'opaque',
  name: 'uevent',
  members: { action: string, devpath: string, properties: string, udev: udevHeader },
  parts: (bytes, start, end, order) =>
    isUdev(bytes, start, end) ? udevParts(bytes, start, end, order) : partsFromKernel(bytes, start, end),
  codec: perOrder((order) => ({
    name: 'uevent',
    decode: (bytes, start, end) =>
      isUdev(bytes, start, end) ? readFromUdev(bytes, start, end, order) : readFromKernel(bytes, start, end),
    encode: (out, value) => write(out, value, order),
  })),
}
