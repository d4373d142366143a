import { closeSync, fstatSync, openSync } from 'node:fs'
import { readLimits } from '../cni/bandwidth.js'
import { readConfig } from '../cni/config.js'
import { CniError, ErrorCode, failure } from '../cni/error.js'
import { delegate, findPlugin, requireUsableIpam } from '../cni/ipam.js'
import type { Reply, Request } from '../cni/request.js'
import { readSettings } from '../cni/settings.js'
import { missingCapability } from '../system/capabilities.js'

const device = '/dev/net/tun'

/** `st_rdev` of /dev/net/tun: MISC_MAJOR, and TUN_MINOR of linux/miscdevice.h. */
const tunDevice = (10 << 8) | 200

/** STATUS: succeeds if an ADD could succeed now. */
export async function status(request: Request): Promise<Reply> {
  const config = readConfig(request.json, 'STATUS')
  readSettings(config, '')
  readLimits(config)
  requireUsableIpam(config.ipam?.type)
  request.log.step('look up /dev/net/tun and the capabilities')
  requireTunDevice()
  requireCapabilities()
  if (config.ipam?.type !== undefined) requireIpam(request, config.ipam.type)
  await request.throwIfSignalled()
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
  let missing: string | undefined
  try {
    missing = missingCapability('CAP_NET_ADMIN', 'CAP_SYS_ADMIN')
  } catch (error) {
    throw failure(`${unable}: its capabilities cannot be looked up`, error, ErrorCode.unavailable)
  }
  if (missing !== undefined) throw unavailable(`${missing} is missing`)
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
