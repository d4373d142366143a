import { IFF } from '../abi.js'
import type { Queue } from '../device/queue.js'
import { checkAddress, checkBoolean, checkId, checkInteger, checkLinkType } from '../options.js'
import { ioctl, ioctlNumber } from './call.js'

// The settings of a device that one ioctl reads or writes.

export function setPersist(queue: Queue, persist: boolean): void {
  checkBoolean('persist', persist)
  ioctlNumber(queue.openFd(), 'TUNSETPERSIST', Number(persist), queue)
}

export function setOwner(queue: Queue, uid: number): void {
  checkId('owner', uid)
  ioctlNumber(queue.openFd(), 'TUNSETOWNER', uid, queue)
}

export function setGroup(queue: Queue, gid: number): void {
  checkId('group', gid)
  ioctlNumber(queue.openFd(), 'TUNSETGROUP', gid, queue)
}

export function setCarrier(queue: Queue, carrier: boolean): void {
  checkBoolean('carrier', carrier)
  ioctl(queue.openFd(), 'TUNSETCARRIER', Number(carrier), queue)
}

export const linkTypeOf = (queue: Queue): number => ioctl(queue.openFd(), 'SIOCGIFHWADDR', {}, queue).family

export function setLinkType(queue: Queue, type: number): void {
  checkLinkType('linkType', type)
  ioctlNumber(queue.openFd(), 'TUNSETLINK', type, queue)
}

export const addressOf = (queue: Queue): string | undefined =>
  queue.mode === 'tap' ? ioctl(queue.openFd(), 'SIOCGIFHWADDR', {}, queue).address : undefined

export function setAddress(queue: Queue, address: string): void {
  checkAddress('address', address)
  // The kernel uses the link's type as the family of the address.
  ioctl(queue.openFd(), 'SIOCSIFHWADDR', { family: linkTypeOf(queue), address }, queue)
}

export const sendBufferOf = (queue: Queue): number => ioctl(queue.openFd(), 'TUNGETSNDBUF', 0, queue)

export function setSendBuffer(queue: Queue, bytes: number): void {
  checkInteger('bytes', bytes, 1, 0x7fffffff)
  ioctl(queue.openFd(), 'TUNSETSNDBUF', bytes, queue)
}

export function setDebug(queue: Queue, mask: number): void {
  checkInteger('mask', mask, 0, 0xffffffff)
  ioctlNumber(queue.openFd(), 'TUNSETDEBUG', mask, queue)
}

/** Attaches a detached queue. */
export function attachQueue(queue: Queue): void {
  const reasons = { EINVAL: 'the queue is not detached' }
  ioctl(queue.openFd(), 'TUNSETQUEUE', { flags: IFF.ATTACH_QUEUE }, queue, reasons)
}

/** Detaches a queue, which keeps its descriptor. */
export function detachQueue(queue: Queue): void {
  const reasons = { EINVAL: 'the queue is already detached, or the device is single-queue' }
  ioctl(queue.openFd(), 'TUNSETQUEUE', { flags: IFF.DETACH_QUEUE }, queue, reasons)
}
