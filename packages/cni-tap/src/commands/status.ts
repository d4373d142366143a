import { closeSync, fstatSync, openSync, readFileSync } from 'node:fs'
import { readConfig } from '../config.js'
import { CniError, ErrorCode, failure } from '../error.js'
import { delegate, findPlugin } from '../ipam.js'
import type { Reply, Request } from '../request.js'
import { readSettings } from '../settings.js'

const device = '/dev/net/tun'

/** MISC_MAJOR, and TUN_MINOR of linux/miscdevice.h, as `st_rdev` holds them. */
const tunDevice = (10 << 8) | 200

/** linux/capability.h: to make devices, and to enter their namespaces (setns(2)). */
const capabilities = { CAP_NET_ADMIN: 12n, CAP_SYS_ADMIN: 21n }

/** STATUS: whether an ADD could succeed now. */
export function status(request: Request): Reply {
  const config = readConfig(request.json, 'STATUS')
  readSettings(config, '')
  requireTunDevice()
  requireCapabilities()
  if (config.ipam?.type !== undefined) requireIpam(request, config.ipam.type)
  return {}
}

const unable = 'cannot make tap devices'

const unavailable = (what: string) => new CniError(ErrorCode.unavailable, `${unable}: ${what}`)

function requireTunDevice(): void {
  let fd: number
  try {
    fd = openSync(device, 'r+')
  } catch (error) {
    throw failure(unable, error, ErrorCode.unavailable)
  }
  try {
    const stat = fstatSync(fd)
    if (!stat.isCharacterDevice() || stat.rdev !== tunDevice)
      throw unavailable(`${device} is not the tun driver's device`)
  } finally {
    closeSync(fd)
  }
}

function requireCapabilities(): void {
  const effective = /^CapEff:\s*([0-9a-f]+)$/m.exec(ownStatus())?.[1]
  for (const [name, bit] of Object.entries(capabilities)) {
    if (((BigInt(`0x${effective ?? 0}`) >> bit) & 1n) === 0n) throw unavailable(`${name} is missing`)
  }
}

function ownStatus(): string {
  try {
    return readFileSync('/proc/thread-self/status', 'latin1')
  } catch (error) {
    throw failure(`${unable}: its capabilities cannot be looked up`, error, ErrorCode.unavailable)
  }
}

function requireIpam(request: Request, type: string): void {
  try {
    findPlugin(type, request.path)
  } catch (error) {
    const isMissing = error instanceof CniError && error.code === ErrorCode.invalidConfig
    throw isMissing ? new CniError(ErrorCode.unavailable, error.message) : error
  }
  delegate(request, type, 'STATUS')
}
