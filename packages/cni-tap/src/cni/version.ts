import { readFileSync } from 'node:fs'
import { builtInVersion } from '../system/built-in.js'
import { CniError, ErrorCode } from './error.js'
import { quote, quoteList } from './quote.js'

/** Every released version of the CNI specification that has a `cniVersion`, oldest first. */
export const supportedVersions = ['0.1.0', '0.2.0', '0.3.0', '0.3.1', '0.4.0', '1.0.0', '1.1.0'] as const

export type CniVersion = (typeof supportedVersions)[number]

/** What a configuration without a `cniVersion` is in. */
export const oldestVersion: CniVersion = '0.1.0'
export const newestVersion: CniVersion = '1.1.0'

/** The version of the plugin itself. */
export function packageVersion(): string {
  if (builtInVersion !== undefined) return builtInVersion
  return JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8')).version
}

export function isSupported(version: string): version is CniVersion {
  return (supportedVersions as readonly string[]).includes(version)
}

/**
 * Major, minor and micro number; left out ones are 0.
 * @throws {CniError} 6
 */
export function parseVersion(version: string): [number, number, number] {
  const parts = version.split('.')
  if (parts.length > 3) throw new CniError(ErrorCode.decoding, `invalid version ${quote(version)}: too many parts`)
  const names = ['major', 'minor', 'micro'] as const
  const [major = 0, minor = 0, micro = 0] = parts.map((part, index) => {
    if (/^[+-]?[0-9]+$/.test(part)) return Number(part)
    throw new CniError(
      ErrorCode.decoding,
      `failed to convert ${names[index]} version part ${quote(part)}: not a decimal number`,
    )
  })
  return [major, minor, micro]
}

/**
 * Whether `version` is `other` or later.
 * @throws {CniError} 6 where one of them is malformed
 */
export function isAtLeast(version: string, other: string): boolean {
  const left = parseVersion(version)
  const right = parseVersion(other)
  for (const [index, part] of left.entries()) {
    const against = right[index] ?? 0
    if (part !== against) return part > against
  }
  return true
}

/** @throws {CniError} 1 where this plugin does not speak `version` */
export function requireSupported(version: string): CniVersion {
  if (isSupported(version)) return version
  const details = `config is ${quote(version)}, plugin supports ${quoteList(supportedVersions)}`
  throw new CniError(ErrorCode.incompatibleVersion, 'incompatible CNI versions', details)
}

/**
 * CHECK, GC and STATUS came with later versions than the first: `since` is the one that `command` came with.
 * @throws {CniError} 6 where the version is malformed, 1 where it does not know the command
 */
export function requireCommand(version: string, command: string, since: string): void {
  if (!isAtLeast(version, since)) {
    throw new CniError(ErrorCode.incompatibleVersion, `config version does not allow ${command}`)
  }
  if (!isAtLeast(newestVersion, version)) {
    throw new CniError(ErrorCode.incompatibleVersion, `plugin version does not allow ${command}`)
  }
}
