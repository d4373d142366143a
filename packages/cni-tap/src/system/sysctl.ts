import { closeSync, openSync, readFileSync, writeSync } from 'node:fs'
import { type CniError, ErrorCode, failure, messageOf } from '../cni/error.js'

type Family = 'ipv4' | 'ipv6'

/** A setting of one interface: `net.ipv6.conf.tap0.accept_ra`. */
export interface Sysctl {
  readonly family: Family
  /** `conf` by default. */
  readonly tree?: 'conf' | 'neigh'
  readonly ifname: string
  readonly name: string
}

/** A setting and the value that it should have. */
export interface Setting extends Sysctl {
  readonly value: string
}

/** Handles the failure to change a setting. */
export type Refused = (error: CniError) => void

/**
 * Directory of the settings. It contains the settings of the calling thread's namespace, so call these functions inside
 * `withNetns()`. The path is used instead of the dotted name, because interface names may contain dots.
 */
const root = '/proc/sys/net'
const pathOf = ({ family, tree = 'conf', ifname, name }: Sysctl) => `${root}/${family}/${tree}/${ifname}/${name}`

/** Returns the dotted name, as sysctl(8) prints it. */
const nameOf = ({ family, tree = 'conf', ifname, name }: Sysctl) => `net.${family}.${tree}.${ifname}.${name}`

export function readSysctl(sysctl: Sysctl): string {
  return readFileSync(pathOf(sysctl), 'latin1').trim()
}

/** Without O_CREAT: with it, procfs reports EACCES for a setting that does not exist. */
function writeSysctl(setting: Setting): void {
  const fd = openSync(pathOf(setting), 'r+')
  try {
    writeSync(fd, Buffer.from(setting.value))
  } finally {
    closeSync(fd)
  }
}

/** Changes a setting. Passes a failure to `refused`. @throws {CniError} 11 if the failure may be temporary */
export function setSysctl(setting: Setting, refused: Refused): void {
  try {
    writeSysctl(setting)
  } catch (error) {
    const problem = failure(`failed to set ${nameOf(setting)} to ${setting.value}`, error, ErrorCode.kernelRefused)
    if (problem.code === ErrorCode.tryAgainLater) throw problem
    refused(problem)
  }
}

/** Returns a handler that prints a note, so that the command continues. */
export const noting =
  (note: (text: string) => void): Refused =>
  (error) =>
    note(messageOf(error))

/** Throws the failure. */
export const failing: Refused = (error) => {
  throw error
}

/** True if the kernel prints a value like this one: it separates numbers with tabs, and prints them in decimal. */
function isSameValue(found: string, expected: string): boolean {
  const [left, right] = [found, expected].map((text) => text.trim().split(/\s+/)) as [string[], string[]]
  const isSame = (word: string, other = '') => word === other || Number(word) === Number(other)
  return left.length === right.length && left.every((word, index) => isSame(word, right[index]))
}

/** Returns a description of how a setting differs from its expected value, or undefined if it is equal. */
export function sysctlDifference(setting: Setting): string | undefined {
  let found: string
  try {
    found = readSysctl(setting)
  } catch (error) {
    const problem = failure(`failed to read ${nameOf(setting)}`, error, ErrorCode.kernelRefused)
    if (problem.code === ErrorCode.tryAgainLater) throw problem
    found = messageOf(problem)
  }
  return isSameValue(found, setting.value) ? undefined : `expected ${nameOf(setting)} ${setting.value}, found ${found}`
}
