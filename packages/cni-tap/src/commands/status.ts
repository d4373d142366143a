import { closeSync, fstatSync, openSync, readFileSync } from 'node:fs'
import { readConfig } from '../config.js'
import { CniError, ErrorCode, messageOf } from '../error.js'
import { delegate, findPlugin } from '../ipam.js'
import type { Reply, Request } from '../request.js'

const device = '/dev/net/tun'

/** MISC_MAJOR, and TUN_MINOR of linux/miscdevice.h, as `st_rdev` holds them. */
const tunDevice = (10 << 8) | 200

/** linux/capability.h */
const CAP_NET_ADMIN = 12

/** STATUS: whether an ADD could succeed now. */
export function status(request: Request): Reply {
  const { ipam } = readConfig(request.json, 'STATUS')
  requireTunDevice()
  requireNetAdmin()
  if (ipam?.type !== undefined) requireIpam(request, ipam.type)
  return {}
}

const unavailable = (what: string) => new CniError(ErrorCode.unavailable, `cannot make tap devices: ${what}`)

function requireTunDevice(): void {
  let fd: number
  try {
    fd = openSync(device, 'r+')
  } catch (error) {
    throw unavailable(messageOf(error))
  }
  try {
    const stat = fstatSync(fd)
    if (!stat.isCharacterDevice() || stat.rdev !== tunDevice)
      throw unavailable(`${device} is not the tun driver's device`)
  } finally {
    closeSync(fd)
  }
}

function requireNetAdmin(): void {
  const effective = /^CapEff:\s*([0-9a-f]+)$/m.exec(readFileSync('/proc/thread-self/status', 'latin1'))?.[1]
  const has = effective !== undefined && (BigInt(`0x${effective}`) >> BigInt(CAP_NET_ADMIN)) & 1n
  if (!has) throw unavailable('CAP_NET_ADMIN is missing')
}

function requireIpam(request: Request, type: string): void {
  try {
    findPlugin(type, request.path)
  } catch (error) {
    throw new CniError(ErrorCode.unavailable, messageOf(error))
  }
  delegate(request, type, 'STATUS')
}
