import { closeSync, openSync, readFileSync, writeSync } from 'node:fs'
import { type CniError, ErrorCode, failure, messageOf } from '../cni/error.js'

type Family = 'ipv4' | 'ipv6'

/** A setting of one interface: `net.ipv6.conf.tap0.accept_ra`. */
export interface Sysctl {
  readonly family: Family
  readonly ifname: string
  readonly name: string
}

/** A setting and its desired value. */
export interface Setting extends Sysctl {
  readonly value: string
}

/** Handles the error of a setting that cannot be changed. */
export type Refused = (error: CniError) => void

/**
 * Directory of the settings. It shows the network namespace of the calling thread, so call these functions only inside `withNetns()`. It is
 * a path instead of a dotted name, because interface names may contain dots.
 */
const root = '/proc/sys/net'
const pathOf = ({ family, ifname, name }: Sysctl) => `${root}/${family}/conf/${ifname}/${name}`

/** Returns the dotted name, as sysctl(8) prints it. */
const nameOf = ({ family, ifname, name }: Sysctl) => `net.${family}.conf.${ifname}.${name}`

export function readSysctl(sysctl: Sysctl): string {
  return readFileSync(pathOf(sysctl), 'latin1').trim()
}

/** Opens without O_CREAT: with it procfs reports EACCES for a setting that does not exist. */
function writeSysctl(setting: Setting): void {
  const fd = openSync(pathOf(setting), 'r+')
  try {
    writeSync(fd, Buffer.from(setting.value))
  } finally {
    closeSync(fd)
  }
}

/**
 * Changes a setting. A failure goes to `refused`.
 * @throws {CniError} 11 if the failure may be temporary
 */
export function setSysctl(setting: Setting, refused: Refused): void {
  try {
    writeSysctl(setting)
  } catch (error) {
    const problem = failure(`failed to set ${nameOf(setting)} to ${setting.value}`, error, ErrorCode.kernelRefused)
    if (problem.code === ErrorCode.tryAgainLater) throw problem
    refused(problem)
  }
}

/** Notes the failure and continues. */
export const noting =
  (note: (text: string) => void): Refused =>
  (error) =>
    note(messageOf(error))

/** Throws the failure. */
export const failing: Refused = (error) => {
  throw error
}

/** Describes how a setting differs from its value; undefined if it does not. */
export function sysctlDifference(setting: Setting): string | undefined {
  let found: string
  try {
    found = readSysctl(setting)
  } catch (error) {
    const problem = failure(`failed to read ${nameOf(setting)}`, error, ErrorCode.kernelRefused)
    if (problem.code === ErrorCode.tryAgainLater) throw problem
    found = messageOf(problem)
  }
  return found === setting.value ? undefined : `expected ${nameOf(setting)} ${setting.value}, found ${found}`
}
